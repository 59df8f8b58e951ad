import type { MoneyMethod } from '../../db/enums.ts'
import { ApiError, fieldError } from '../../http/errors.ts'
import type { FieldError } from '../../http/errors.ts'
import { formatMoney } from '../../money/money.ts'
import { prorate } from '../../money/prorate.ts'
import { onDebt } from '../orders/debt-rules.ts'
import { discounted } from '../orders/discount-rules.ts'
import { cancelUnits, debtOf, isLive, isSettled, withOrder } from '../orders/rules.ts'
import type { ItemRow, OrderRow, OrderState } from '../orders/order-state.ts'
import { quantitySent } from '../orders/requested-lines.ts'
import { isWeighed, quantityOf, totalOf } from '../quantities.ts'

/**
 * Decisions about money, in minor units: an order is settled once, with money, as a debt or both. Payments never
 * exceed the amount due, refunds never exceed the payments. No I/O.
 */

/** A payment. */
export interface Sum {
  readonly method: MoneyMethod
  readonly amount: number
}

export interface Settling {
  readonly method: MoneyMethod | 'debt' | 'split'
  /** The order's present discount when undefined or 0. */
  readonly discount?: number
  /** Removes the present discount. */
  readonly clearDiscount?: boolean
  readonly discountReason?: string
  readonly closeOrder: boolean
  readonly parts: readonly { method: MoneyMethod | 'debt'; amount: number }[]
  /** When undefined: the full amount due, or nothing for a debt. */
  readonly payNow?: number
  /** The part of a debt that is paid now, and its method; cash by default. */
  readonly prepaid?: number
  readonly prepaidMethod?: MoneyMethod
  /** The order's own when undefined. */
  readonly clientId?: string
}

/**
 * Settles the order and returns the payments. The rest is a debt of the client. Closing by payment keeps the kitchen
 * tasks.
 * @throws ApiError `order_not_open` (cancelled), `already_paid`, `order_on_debt`; FieldError on `discount_amount`,
 *   `clear_discount`, `payments`, `pay_now`, `prepaid_amount`, `client_id`
 */
export function settle(
  state: OrderState,
  settling: Settling,
  now: Date,
): { after: OrderState; taken: Sum[] } {
  const { order } = state
  if (order.status === 'cancelled') throw new ApiError('order_not_open', { extra: { status: order.status } })
  if (order.isPaid) throw new ApiError('already_paid')
  if (isSettled(order)) throw onDebt(order)
  const discountAmount = discountOf(settling, order)
  if (discountAmount > order.totalAmount) throw fieldError('discount_amount', 'discount_above_total')
  const due = order.totalAmount - discountAmount
  const taken = sumsTaken(settling, due)
  const paidAmount = taken.reduce((sum, { amount }) => sum + amount, 0)
  const isPaid = paidAmount === due
  const clientId = settling.clientId ?? order.clientId
  if (!isPaid && !clientId) throw fieldError('client_id', 'debt_needs_client')
  const { method } = settling
  const closes = settling.closeOrder && order.status === 'open'
  const after = withOrder(state, {
    ...discounted(order, discountAmount, settling.discountReason),
    clientId,
    paidAmount,
    isPaid,
    paidAt: isPaid ? now : null,
    paymentMethod: isPaid || method === 'split' ? method : 'debt',
    ...(closes && { status: 'closed', closedAt: now }),
  })
  return { after, taken }
}

function discountOf({ discount = 0, clearDiscount = false }: Settling, order: OrderRow): number {
  if (!clearDiscount) return discount === 0 ? order.discountAmount : discount
  if (discount !== 0) throw contradicts('clear_discount', 'discount_amount')
  return 0
}

/** The payment now; the rest is owed. */
function sumsTaken(settling: Settling, due: number): Sum[] {
  const { method, prepaidMethod } = settling
  const parts = settling.parts.filter(({ amount }) => amount > 0)
  const now = paidNow(settling, due)
  if (method !== 'split' && parts.length === 0) {
    const amount = now.amount ?? (method === 'debt' ? 0 : due)
    if (amount > due) throw fieldError('pay_now', 'maximum', { limit: formatMoney(due) })
    return amount === 0 ? [] : [{ method: method === 'debt' ? (prepaidMethod ?? 'cash') : method, amount }]
  }
  const taken = sumsOfParts(method, parts, due)
  const sum = taken.reduce((total, { amount }) => total + amount, 0)
  if (now.amount !== undefined && now.amount !== sum) throw contradicts(now.field, 'payments')
  if (method === 'debt' && prepaidMethod && taken.some((part) => part.method !== prepaidMethod))
    throw contradicts('prepaid_payment_method', 'payments')
  return taken
}

/** The amount paid now, and its field in the request. */
function paidNow({ method, prepaid, payNow }: Settling, due: number): { amount?: number; field: string } {
  if (prepaid === undefined || (method !== 'debt' && prepaid === 0))
    return { amount: payNow, field: 'pay_now' }
  if (method !== 'debt') throw fieldError('prepaid_amount', 'only_with_debt')
  if (prepaid > 0 && prepaid >= due)
    throw fieldError('prepaid_amount', 'prepaid_not_below_due', { due: formatMoney(due) })
  if (payNow !== undefined && payNow !== prepaid) throw contradicts('prepaid_amount', 'pay_now')
  return { amount: prepaid, field: 'prepaid_amount' }
}

function sumsOfParts(method: Settling['method'], parts: Settling['parts'], due: number): Sum[] {
  const sum = parts.reduce((total, { amount }) => total + amount, 0)
  // the rest of a debt need not be listed as a part
  const isOwed = method === 'debt' && parts.every((part) => part.method !== 'debt') && sum < due
  if (sum !== due && !isOwed) {
    throw fieldError('payments', 'parts_do_not_add_up', { sum: formatMoney(sum), due: formatMoney(due) })
  }
  if (method !== 'split' && parts.some((part) => part.method !== method && method !== 'debt'))
    throw fieldError('payments', 'parts_of_other_method')
  return parts.flatMap(({ method: by, amount }) => (by === 'debt' ? [] : [{ method: by, amount }]))
}

const contradicts = (field: string, other: string): FieldError =>
  fieldError(field, 'contradicts', { field: other })

/**
 * The order after a payment of its debt; paid when nothing is owed.
 * @throws ApiError `already_paid`, `no_debt`; FieldError on an `amount` above the debt
 */
export function payOff(state: OrderState, { amount }: Sum, now: Date): OrderState {
  const { order } = state
  if (order.isPaid) throw new ApiError('already_paid')
  if (!isSettled(order) || order.status === 'cancelled') throw new ApiError('no_debt')
  const owed = debtOf(order)
  requirePositive(amount)
  if (amount > owed) throw fieldError('amount', 'maximum', { limit: formatMoney(owed) })
  const isPaid = amount === owed
  return withOrder(state, {
    paidAmount: order.paidAmount + amount,
    isPaid,
    paidAt: isPaid ? now : null,
  })
}

/** @throws ApiError `nothing_to_refund`; FieldError on an `amount` above the payments less refunds */
export function giveBack(state: OrderState, amount: number): OrderState {
  const left = refundable(state.order)
  requirePositive(amount)
  if (amount > left) throw fieldError('amount', 'maximum', { limit: formatMoney(left) })
  return withOrder(state, { refundedAmount: state.order.refundedAmount + amount })
}

/** Refunded units of a line, and their amount. */
export interface ReturnedUnits {
  readonly item: ItemRow
  readonly quantity: number
  readonly amount: number
}

/**
 * Refunds units of a line; all remaining ones without a quantity. The amount of a unit is its share of the bill after
 * discount, divided so that refunding all units, in any steps, gives exactly that sum. The same number of uncooked
 * units is cancelled, pending ones before those in progress; ready ones stay.
 * @throws ApiError `nothing_to_refund`, `refund_above_paid`; FieldError on `order_item_id`, `quantity`
 */
export function giveBackUnits(
  state: OrderState,
  itemId: string,
  thousandths: number | undefined,
  now: Date,
): { after: OrderState; returned: ReturnedUnits } {
  const { order } = state
  const available = refundable(order)
  const lines = state.items.filter(isLive)
  const place = lines.findIndex(({ id }) => id === itemId)
  const item = lines[place]
  if (!item) throw fieldError('order_item_id', 'unknown_reference', { id: itemId })
  const refunded = state.refunded?.get(itemId) ?? 0
  const left = item.quantity - refunded
  if (left === 0) throw new ApiError('nothing_to_refund')
  const quantity = thousandths === undefined ? left : quantitySent(thousandths, item.saleUnit)
  if (quantity > left)
    throw fieldError('quantity', 'maximum', { limit: quantityOf({ ...item, quantity: left }) })
  const amount = shareOfUnits(lines, place, order.totalAmount - order.discountAmount, refunded, quantity)
  if (amount > available)
    throw new ApiError('refund_above_paid', {
      params: { amount: formatMoney(available) },
      extra: { available: formatMoney(available) },
    })
  const given = {
    ...withOrder(state, { refundedAmount: order.refundedAmount + amount }),
    refunded: new Map([...(state.refunded ?? []), [itemId, refunded + quantity]]),
  }
  // a weighed line is one dish until its last gram is refunded
  const units = isWeighed(item) ? Number(quantity === left) : quantity
  const after = cancelUnits(given, itemId, units, now)
  return { after, returned: { item, quantity, amount } }
}

/** Amount of the units `from`…`from + count` of a line: the bill divided over lines, the line over its units. */
export function shareOfUnits(
  lines: readonly Pick<ItemRow, 'price' | 'quantity' | 'saleUnit'>[],
  place: number,
  finalAmount: number,
  from: number,
  count: number,
): number {
  const nets = prorate(finalAmount, lines.map(totalOf))
  const [net, { quantity }] = [nets[place]!, lines[place]!]
  // as `prorate` divides equal shares: the remainder goes to the first units, one each
  const each = Math.floor(net / quantity)
  const firstOf = (units: number) => each * units + Math.min(units, net % quantity)
  return firstOf(from + count) - firstOf(from)
}

function refundable(order: OrderRow): number {
  const left = order.paidAmount - order.refundedAmount
  if (left === 0) throw new ApiError('nothing_to_refund')
  return left
}

function requirePositive(amount: number): void {
  if (amount <= 0) throw fieldError('amount', 'minimum', { limit: formatMoney(1) })
}
