import { ApiError } from './errors.ts'

/**
 * Refuses to delete an object that other rows need: 409 with their number, in all and by kind. Exact when the object is
 * locked `for update` before counting: rows that would refer to it wait for that lock.
 * @param named further keys of the answer, such as the rows themselves
 * @throws ApiError `in_use` when any count is above zero
 */
export function refuseInUse(usedBy: Record<string, number>, named: Record<string, unknown> = {}): void {
  const used = Object.entries(usedBy).filter(([, count]) => count > 0)
  if (used.length === 0) return
  const count = used.reduce((sum, [, n]) => sum + n, 0)
  const extra = { count, used_by: Object.fromEntries(used), ...named }
  throw new ApiError('in_use', { params: { count }, extra })
}
