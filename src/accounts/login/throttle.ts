import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Config } from '../../config/config.ts'
import { ApiError } from '../../http/errors.ts'
import { digestOf } from '../tokens/digest.ts'

/** Who tries to log in, and from where. */
interface Attempt {
  /** Part of the network the request came from. */
  readonly network: string
  /** The e-mail address given, whether or not somebody has it. */
  readonly account: string
  /** What the device says of itself. */
  readonly device: string
  /** Whether the account has logged in with this device from this address before, or from the address at least. */
  readonly familiar: Familiar
}

export type Familiar = 'device' | 'address' | null

/** Lets a check of a password through as long as not too many have failed. */
export interface Guard {
  /** @throws ApiError `throttled` once too much has failed */
  admit(): Promise<void>
  /**
   * Runs a check of a password and counts it if it fails. A check in progress holds a place among the failures, given
   * back when it succeeds, so that guesses sent at once never get more tries than guesses sent one by one.
   * @throws ApiError `throttled`, and then nothing was checked
   */
  guess(check: () => Promise<boolean>): Promise<boolean>
}

/** A failure, or what forgives the failures before it, as replicas tell each other. */
export interface Count {
  readonly rule: RuleName
  /** Digest of whose failure it is. */
  readonly key: string
  readonly failed: boolean
}

/** Slows down who guesses passwords. Only failures count, so a whole shift may sign in from one address. */
export interface LoginThrottle {
  /**
   * On a device that the account has logged in with from this address, only failures of that device with this account count;
   * from an address that it knows, only those with this account from there: whoever else guesses keeps nobody out.
   */
  login(attempt: Attempt): Guard
  /** For somebody who is signed in and says the old password. */
  password(userId: string): Guard
  /** Called with what was counted here. */
  onCount(listener: (count: Count) => void): void
  /** Counts what another replica told of. */
  heard(count: Count): void
}

/**
 * No single address can use up the failures of an account: it has a fifth of them for each third of their hour. The
 * bound for the account is that of OWASP ASVS 4, 2.2.1: 100 failures an hour.
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
        // taken before anything is awaited: of two guesses that come together, each sees the other
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
    heard: (told) => void (Object.hasOwn(tallies, told.rule) && apply(told)),
  }
}

/** Failures of one kind by whose they are, and the checks that are still in progress. */
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
