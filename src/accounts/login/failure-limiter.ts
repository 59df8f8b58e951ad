import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Config } from '../../config.ts'
import { ApiError } from '../../errors.ts'

/** Slows down who guesses passwords. Only failures count, so a whole shift may sign in from one address. */
export interface FailureLimiter {
  /** @throws ApiError `throttled` once the address has failed too often within a minute */
  admit(address: string): Promise<void>
  countFailure(address: string): Promise<void>
}

const windowSeconds = 60

export function createFailureLimiter({
  rateLimit,
  loginFailuresPerMinute,
}: Pick<Config, 'rateLimit' | 'loginFailuresPerMinute'>): FailureLimiter {
  if (!rateLimit) return { admit: async () => {}, countFailure: async () => {} }
  const failures = new RateLimiterMemory({ points: loginFailuresPerMinute, duration: windowSeconds })
  return {
    async admit(address) {
      const counted = await failures.get(address)
      if (!counted || counted.consumedPoints < loginFailuresPerMinute) return
      const seconds = Math.max(1, Math.ceil(counted.msBeforeNext / 1000))
      throw new ApiError('throttled', { params: { seconds }, retryAfter: seconds })
    },
    async countFailure(address) {
      await failures.penalty(address)
    },
  }
}
