import { addMoney, minor, money } from './ledger.ts'
import { ask, orders, racedOrSoldOut, someOrder } from './shift.ts'
import type { Shift } from './shift.ts'
import type { Bill, OrderRead } from './wire.ts'

/** Settles some open bill: in cash, by card, in parts, with a discount, or as a debt. */
export async function pay(shift: Shift): Promise<void> {
  const order = someOrder(shift, ({ total_amount, is_paid, payment_method }) => {
    return minor(total_amount) > 0 && !is_paid && payment_method === ''
  })
  if (!order) return
  const body = wayToPay(shift, order)
  // whoever shares out a sum means the bill as it was shown
  const version = 'payments' in body ? order.version : undefined
  const more = { body, version, refusable: racedOrSoldOut }
  const bill = await ask<Bill>(shift, 'POST', `${orders}${order.id}/pay/`, 'pay', more)
  if (bill) addMoney(shift.ledger.paid, order.id, minor(bill.final_amount) - minor(bill.amount_due))
}

/** The body of a payment. */
function wayToPay({ random, house }: Shift, order: OrderRead): object {
  const total = minor(order.total_amount)
  const due = minor(order.final_amount)
  const chance = random.next()
  if (chance < 0.4) return { payment_method: 'cash' }
  if (chance < 0.6) return { payment_method: 'card' }
  if (chance < 0.7)
    return { payment_method: 'transfer', discount_amount: money(random.between(0, Math.floor(total / 10))) }
  if (chance < 0.85) {
    const cash = random.between(0, due)
    const payments = [
      { method: 'cash', amount: money(cash) },
      { method: 'card', amount: money(due - cash) },
    ]
    return { payment_method: 'split', discount_amount: order.discount_amount, payments }
  }
  const client_id = random.pick(house.clients)
  if (chance < 0.93) return { payment_method: 'debt', client_id }
  return { payment_method: 'cash', pay_now: money(random.between(0, Math.floor(due / 2))), client_id }
}
