import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Config } from '../config/config.ts'
import { ApiError } from './errors.ts'

/**
 * Limits the requests to a replica. A signed-in user is counted by user, everyone else by address, so that strangers
 * behind the same address do not keep a waiter from work.
 */
export interface RequestLimits {
  /** @throws ApiError `too_many_requests` */
  ofUser(userId: string): Promise<void>
  /** @throws ApiError `too_many_requests` */
  ofNetwork(network: string): Promise<void>
}

const seconds = 60

export function createRequestLimits({
  rateLimit,
  requestsPerMinute,
  requestsPerMinutePerAddress,
}: Pick<Config, 'rateLimit' | 'requestsPerMinute' | 'requestsPerMinutePerAddress'>): RequestLimits {
  if (!rateLimit) return { ofUser: async () => {}, ofNetwork: async () => {} }
  return { ofUser: counting(requestsPerMinute), ofNetwork: counting(requestsPerMinutePerAddress) }
}

function counting(points: number): (key: string) => Promise<void> {
  const counted = new RateLimiterMemory({ points, duration: seconds })
  return async (key) => {
    const { consumedPoints, msBeforeNext } = await counted.penalty(key)
    if (consumedPoints <= points) return
    const wait = Math.max(1, Math.ceil(msBeforeNext / 1000))
    throw new ApiError('too_many_requests', { params: { wait }, retryAfter: wait })
  }
}
