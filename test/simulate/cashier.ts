import { pay } from './bill.ts'
import { addMoney, minor, money } from './ledger.ts'
import type { Step } from './personas.ts'
import { ask, orders, racedOrSoldOut } from './shift.ts'
import type { Shift } from './shift.ts'
import type { Bill, OrderRead, RefundedBill } from './wire.ts'

/** What a cashier does: bills, debts, refunds and the stop-list. */
export const cashierSteps: Record<Step<'cashier'>, (shift: Shift) => Promise<void>> = {
  pay,

  async payDebt(shift) {
    const order = await someClosed(shift, ({ balance_due, payment_method }) => {
      return payment_method !== '' && minor(balance_due) > 0
    })
    if (!order) return
    const owed = minor(order.balance_due)
    const amount = shift.random.next() < 0.5 ? owed : shift.random.between(1, owed)
    const body = { amount: money(amount), payment_method: 'cash' }
    const more = { body, refusable: racedOrSoldOut }
    const bill = await ask<Bill>(shift, 'POST', `${orders}${order.id}/pay-debt/`, 'pay a debt', more)
    if (bill) addMoney(shift.ledger.paid, order.id, amount)
  },

  async refund(shift) {
    const order = await someClosed(shift, (each) => leftToRefund(each) > 0)
    if (!order) return
    const amount = shift.random.between(1, leftToRefund(order))
    const more = { body: { amount: money(amount), reason: 'cold' }, refusable: racedOrSoldOut }
    const bill = await ask<RefundedBill>(shift, 'POST', `${orders}${order.id}/refund/`, 'refund', more)
    if (bill) addMoney(shift.ledger.refunded, order.id, minor(bill.refund.amount))
  },

  async refundItem(shift) {
    const order = await someClosed(shift, (each) => leftToRefund(each) > 0 && each.items.length > 0)
    if (!order) return
    const body = { order_item_id: shift.random.pick(order.items).id, quantity: 1 }
    const path = `${orders}${order.id}/refund-item/`
    const more = { body, refusable: racedOrSoldOut }
    // a dish that nobody has cooked is not cooked any more
    shift.ledger.calledOff.add(order.id)
    const bill = await ask<RefundedBill>(shift, 'POST', path, 'refund a dish', more)
    if (bill) addMoney(shift.ledger.refunded, order.id, minor(bill.refund.amount))
  },

  stop: (shift) => changeDish(shift, 'stop a dish', { stopped: true }),

  async putBack(shift) {
    for (const [dish, stopped] of shift.devices[0]!.belief.stopped)
      if (stopped) await changeDish(shift, 'put a dish back', { stopped: false, portions_left: null }, dish)
  },

  count: (shift) => changeDish(shift, 'count portions', { portions_left: shift.random.between(1, 6) }),

  /** The guests stay after all. */
  async reopen(shift) {
    const order = await someClosed(shift, () => true)
    if (!order) return
    shift.ledger.calledOff.add(order.id)
    const body = { status: 'open' }
    const reopened = await ask<OrderRead>(shift, 'PATCH', `${orders}${order.id}/`, 'reopen an order', {
      body,
    })
    if (reopened?.payment_method)
      await ask(shift, 'PATCH', `${orders}${order.id}/`, 'close an order', { body: { status: 'closed' } })
  },
}

async function changeDish(
  shift: Shift,
  action: string,
  body: object,
  dish = shift.random.pick(shift.house.dishes),
): Promise<void> {
  await ask(shift, 'PATCH', `/api/cafe/menu-items/${dish}/`, action, { body })
}

const leftToRefund = (order: OrderRead): number =>
  minor(order.final_amount) - minor(order.amount_due) - minor(order.refunded_amount)

async function someClosed(shift: Shift, fits: (order: OrderRead) => boolean): Promise<OrderRead | null> {
  const list = await ask<{ results: OrderRead[] }>(
    shift,
    'GET',
    `${orders}closed/?page_size=20`,
    'list closed orders',
  )
  const fitting = (list?.results ?? []).filter(fits)
  return fitting.length > 0 ? shift.random.pick(fitting) : null
}
