/** How long to wait before the next attempt, and what a close of the service says about it. */

/** What a client does after a close: never comes back unchanged, comes back later, or at once. */
type ComeBack = 'no' | 'later' | 'at once'

const firstMs = 500
const longestMs = 20_000

/**
 * What a close code says, by the ranges that the service keeps to: 40xx and 43xx no, 41xx later, 42xx at once. Every other
 * code is a connection that broke.
 */
export function comeBackAfter(code: number): ComeBack {
  if (code === 1012 || isBetween(code, 4200)) return 'at once'
  return isBetween(code, 4000) || code >= 4300 ? 'no' : 'later'
}

const isBetween = (code: number, from: number) => code >= from && code < from + 100

/** Whether the service itself said to wait, rather than the network. */
export const asksToWait = (code: number): boolean => code === 1009 || code === 1013 || isBetween(code, 4100)

/**
 * Full jitter: anything between nothing and a bound that doubles with every failure, so that a thousand screens do not come
 * back in the same moment.
 * @param failures attempts that failed since the last good one
 * @param atLeastMs what the service asked for
 */
export function waitMs(failures: number, atLeastMs = 0, random: () => number = Math.random): number {
  const bound = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 16))
  return Math.round(atLeastMs + random() * bound)
}
