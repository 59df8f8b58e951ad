import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Config } from '../../config.ts'
import { ApiError } from '../../errors.ts'

/** Slows down who guesses passwords. Only failures count, so a whole shift may sign in from one address. */
export interface FailureLimiter {
  /** @throws ApiError `throttled` once the address has failed too often within a minute */
  admit(address: string): Promise<void>
  /**
   * Runs a check of a password and counts it if it fails. A check in progress holds a place among the failures, given
   * back when it succeeds, so that guesses sent at once never get more tries than guesses sent one by one.
   * @throws ApiError `throttled`, and then nothing was checked
   */
  guess(address: string, check: () => Promise<boolean>): Promise<boolean>
}

const windowSeconds = 60

export function createFailureLimiter({
  rateLimit,
  loginFailuresPerMinute,
}: Pick<Config, 'rateLimit' | 'loginFailuresPerMinute'>): FailureLimiter {
  if (!rateLimit) return { admit: async () => {}, guess: (_, check) => check() }
  const failures = new RateLimiterMemory({ points: loginFailuresPerMinute, duration: windowSeconds })
  const checking = new Map<string, number>()

  async function refuseAbove(address: string, inProgress: number): Promise<void> {
    const counted = await failures.get(address)
    if ((counted?.consumedPoints ?? 0) + inProgress < loginFailuresPerMinute) return
    const seconds = Math.max(1, Math.ceil((counted?.msBeforeNext ?? 0) / 1000))
    throw new ApiError('throttled', { params: { seconds }, retryAfter: seconds })
  }

  return {
    admit: (address) => refuseAbove(address, 0),
    async guess(address, check) {
      // taken before anything is awaited: of two guesses that come together, each sees the other
      const before = checking.get(address) ?? 0
      checking.set(address, before + 1)
      try {
        await refuseAbove(address, before)
        const proven = await check()
        if (!proven) await failures.penalty(address)
        return proven
      } finally {
        const left = checking.get(address)! - 1
        if (left > 0) checking.set(address, left)
        else checking.delete(address)
      }
    },
  }
}
