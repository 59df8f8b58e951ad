import type { Actor } from '../../accounts/actor.ts'
import { allows } from '../../accounts/permissions.ts'
import type { Role } from '../../db/enums.ts'
import { ApiError } from '../../http/errors.ts'
import { formatMoney } from '../../money/money.ts'
import type { OrderChange, OrderRow } from './order-state.ts'

/** Who may give how much of a discount, and why one was given. No I/O. */

/** Largest discount of each role that has a limit, in percent of the total. */
export type DiscountLimits = Readonly<Partial<Record<Role, number>>>

/** An order with another discount; the reason goes with it unless a new one is given. */
export const discounted = (
  { discountReason }: OrderRow,
  discountAmount: number,
  reason?: string,
): Pick<OrderRow, 'discountAmount' | 'discountReason'> => ({
  discountAmount,
  discountReason: reason?.trim() ?? (discountAmount === 0 ? '' : discountReason),
})

/**
 * Whether a change gives more of a discount than there was, in money or in parts of the total: also one that stays while
 * the total shrinks. Orders that are divided or joined are looked at together.
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
export function mustBeWithinLimit(
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
