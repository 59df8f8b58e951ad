import { ApiError } from '../../http/errors.ts'
import { formatMoney } from '../../money/money.ts'
import { debtOf } from './rules.ts'
import type { OrderChange, OrderRow } from './order-state.ts'

/** Debts of clients. An order on debt keeps its client until it is paid off. No I/O. */

/** @returns 409 `order_on_debt` with the sum owed, the order and the client */
export const onDebt = (order: OrderRow): ApiError =>
  new ApiError('order_on_debt', {
    extra: { balance_due: formatMoney(debtOf(order)), order: order.id, client: order.clientId },
  })

/**
 * Refuses every change that would lose the debtor of an order: another client or none, cancelling, deleting. An old
 * order without a client may get one.
 * @throws ApiError `order_on_debt`
 */
export function requireDebtor({ before, after }: OrderChange): void {
  if (!before || debtOf(before.order) === 0) return
  const { order } = before
  const isKept =
    after &&
    after.order.status !== 'cancelled' &&
    (order.clientId === null || after.order.clientId === order.clientId)
  if (!isKept) throw onDebt(order)
}

type Owing = Pick<OrderRow, 'id' | 'number' | 'clientId'> & Parameters<typeof debtOf>[0]

/**
 * @param orders all orders of one client
 * @throws ApiError `client_owes` with the sum and the orders that are on debt
 */
export function refuseDebtor(orders: readonly Owing[]): void {
  const owing = orders.filter((order) => debtOf(order) > 0)
  if (owing.length === 0) return
  const amount = formatMoney(owing.reduce((sum, order) => sum + debtOf(order), 0))
  throw new ApiError('client_owes', {
    params: { amount, count: owing.length },
    extra: {
      client: owing[0]!.clientId,
      balance_due: amount,
      orders: owing.map((order) => ({
        id: order.id,
        number: order.number,
        balance_due: formatMoney(debtOf(order)),
      })),
    },
  })
}
