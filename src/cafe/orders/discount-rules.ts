import type { Actor } from '../../accounts/actor.ts'
import { allows } from '../../accounts/permissions.ts'
import type { Role } from '../../db/enums.ts'
import { ApiError } from '../../http/errors.ts'
import { formatMoney } from '../../money/money.ts'
import type { OrderChange, OrderRow } from './order-state.ts'

/** Discount limits and reasons. No I/O. */

/** Largest discount of each role that has a limit, in percent of the total. */
export type DiscountLimits = Readonly<Partial<Record<Role, number>>>

/** Sets the discount of an order; the old reason is removed unless there is a new one. */
export const discounted = (
  { discountReason }: OrderRow,
  discountAmount: number,
  reason?: string,
): Pick<OrderRow, 'discountAmount' | 'discountReason'> => ({
  discountAmount,
  discountReason: reason?.trim() ?? (discountAmount === 0 ? '' : discountReason),
})

/**
 * Whether a change raises the discount, in money or as a share of the total: a discount that stays while the total
 * shrinks counts as higher. Split or merged orders are checked together.
 */
export function givesMoreDiscount(changes: readonly OrderChange[]): boolean {
  const was = sumsOf(changes.map(({ before }) => before))
  const becomes = sumsOf(changes.map(({ after }) => after))
  return (
    becomes.discount > was.discount ||
    BigInt(becomes.discount) * BigInt(was.total) > BigInt(was.discount) * BigInt(becomes.total)
  )
}

/** @throws ApiError `permission_denied`, `discount_above_limit` with the limit in money and in percent */
export function requireDiscountWithinLimit(
  changes: readonly OrderChange[],
  actor: Pick<Actor, 'role' | 'permissions'>,
  limits: DiscountLimits,
): void {
  if (!allows(actor, 'orders.discount')) throw new ApiError('permission_denied')
  const { total, discount } = sumsOf(changes.map(({ after }) => after))
  const percent = limits[actor.role] ?? 0
  const limit = Math.round((total * percent) / 100)
  if (discount <= limit) return
  const amount = formatMoney(limit)
  throw new ApiError('discount_above_limit', {
    params: { limit: amount, percent },
    extra: { limit: amount, limit_percent: percent },
  })
}

function sumsOf(states: readonly OrderChange['after'][]): { total: number; discount: number } {
  const sums = { total: 0, discount: 0 }
  for (const { order } of states.flatMap((state) => state ?? [])) {
    sums.total += order.totalAmount
    sums.discount += order.discountAmount
  }
  return sums
}
