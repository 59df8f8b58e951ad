import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Config } from '../../config/config.ts'
import { ApiError } from '../../http/errors.ts'
import { digestOf } from '../tokens/digest.ts'

/** A login attempt. */
interface Attempt {
  /** Part of the network the request came from. */
  readonly network: string
  /** The e-mail address of the request; it need not exist. */
  readonly account: string
  /** User agent of the device. */
  readonly device: string
  /** Whether the account has logged in with this device from this address before, or from the address at least. */
  readonly familiar: Familiar
}

export type Familiar = 'device' | 'address' | null

/** Admits a password check until too many have failed. */
export interface Guard {
  /** @throws ApiError `throttled` after too many failures */
  admit(): Promise<void>
  /**
   * Runs a password check and counts a failure. A check in progress counts as a failure until it succeeds, so that
   * parallel attempts get no more tries than sequential ones.
   * @throws ApiError `throttled`; then the check does not run
   */
  guess(check: () => Promise<boolean>): Promise<boolean>
}

/** A failure, or a success that clears earlier failures. Replicas send it to each other. */
export interface Count {
  readonly rule: RuleName
  /** Digest of what the failure counts for. */
  readonly key: string
  readonly failed: boolean
}

/** Limits password guessing. Only failures count, so a whole shift can log in from one address. */
export interface LoginThrottle {
  /**
   * On a known device and address of the account, only failures of that device with this account count. From a known
   * address, only failures with this account from there count. So other people's guesses do not lock the owner of the
   * account out.
   */
  login(attempt: Attempt): Guard
  /** For a signed-in user who sends the old password. */
  password(userId: string): Guard
  /** The listener is called with each count of this replica. */
  onCount(listener: (count: Count) => void): void
  /** Applies a count of another replica. */
  applyRemote(count: Count): void
}

/**
 * No single address can use up the failures of an account: it gets a fifth of them per 20 minutes. The limit of the
 * account follows OWASP ASVS 4, 2.2.1: 100 failures an hour.
 */
const rulesOf = ({ loginFailuresPerMinute, loginFailuresPerAccount }: Limits) => ({
  network: { failures: loginFailuresPerMinute, seconds: 60 },
  accountHere: { failures: Math.floor(loginFailuresPerAccount / 5), seconds: 20 * 60 },
  accountDevice: { failures: Math.floor(loginFailuresPerAccount / 5), seconds: 20 * 60 },
  account: { failures: loginFailuresPerAccount, seconds: 60 * 60 },
  ownPassword: { failures: Math.floor(loginFailuresPerAccount / 5), seconds: 60 },
})
type Limits = Pick<Config, 'rateLimit' | 'loginFailuresPerMinute' | 'loginFailuresPerAccount'>
type RuleName = keyof ReturnType<typeof rulesOf>

export function createLoginThrottle(config: Limits): LoginThrottle {
  const listeners: ((count: Count) => void)[] = []
  const rules = rulesOf(config)
  const tallies = {
    network: createTally(rules.network),
    accountHere: createTally(rules.accountHere),
    accountDevice: createTally(rules.accountDevice),
    account: createTally(rules.account),
    ownPassword: createTally(rules.ownPassword),
  }
  const apply = async ({ rule, key, failed }: Count) =>
    failed ? tallies[rule].fail(key) : tallies[rule].forgive(key)
  const count = async (counted: Count) => {
    for (const listener of listeners) listener(counted)
    await apply(counted)
  }

  const guard = (places: readonly [RuleName, string][]): Guard => {
    if (!config.rateLimit) return { admit: async () => {}, guess: (check) => check() }
    const held = places.map(([rule, whose]) => ({ rule, key: digestOf(whose), tally: tallies[rule] }))
    return {
      async admit() {
        for (const { tally, key } of held) await tally.refuseAbove(key, 0)
      },
      async guess(check) {
        // counted before the first await, so that parallel checks see each other
        const before = held.map(({ tally, key }) => tally.begin(key))
        try {
          for (const [i, { tally, key }] of held.entries()) await tally.refuseAbove(key, before[i]!)
          const proven = await check()
          for (const { rule, key } of held) {
            if (!proven) await count({ rule, key, failed: true })
            else if (rule !== 'network' && rule !== 'account') await count({ rule, key, failed: false })
          }
          return proven
        } finally {
          for (const { tally, key } of held) tally.end(key)
        }
      },
    }
  }
  return {
    login({ network, account, device, familiar }) {
      const here: [RuleName, string] = ['accountHere', `${account} ${network}`]
      const onDevice: [RuleName, string] = ['accountDevice', `${account} ${network} ${device}`]
      if (familiar === 'device') return guard([onDevice])
      if (familiar === 'address') return guard([onDevice, here])
      return guard([['network', network], onDevice, here, ['account', account]])
    },
    password: (userId) => guard([['ownPassword', userId]]),
    onCount: (listener) => void listeners.push(listener),
    applyRemote: (remote) => void (Object.hasOwn(tallies, remote.rule) && apply(remote)),
  }
}

/** Failures of one rule per key, and the checks in progress. */
function createTally({ failures, seconds }: { failures: number; seconds: number }) {
  const counted = new RateLimiterMemory({ points: failures, duration: seconds })
  const checking = new Map<string, number>()
  return {
    async refuseAbove(key: string, inProgress: number): Promise<void> {
      const soFar = await counted.get(key)
      if ((soFar?.consumedPoints ?? 0) + inProgress < failures) return
      const wait = Math.max(1, Math.ceil((soFar?.msBeforeNext ?? 0) / 1000))
      throw new ApiError('throttled', { params: { wait }, retryAfter: wait })
    },
    /** How many were in progress before this one. */
    begin(key: string): number {
      const before = checking.get(key) ?? 0
      checking.set(key, before + 1)
      return before
    },
    end(key: string): void {
      const left = checking.get(key)! - 1
      if (left > 0) checking.set(key, left)
      else checking.delete(key)
    },
    fail: (key: string): Promise<unknown> => counted.penalty(key),
    forgive: (key: string): Promise<unknown> => counted.delete(key),
  }
}
