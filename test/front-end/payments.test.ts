import t from 'tap'
import type { Test } from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { List } from '../cafe/people.ts'
import { openScreens } from './set-up.ts'

/** The screen of a cashier. */

t.test('payments, debts and refunds', async (t: Test) => {
  const { waiter, cashier, owner, soup, meat, client, save, pay, dish } = await openScreens(t)

  await t.test('a guest pays in each of the ways of the form', async (t) => {
    const key = () => crypto.randomUUID()
    const bill = () => save([dish(soup), { service_title: 'Зал', price: '1000', quantity: 1 }])
    const due = (order: { total_amount: string }) => Number(order.total_amount)

    const cash = await bill()
    t.match(await pay(cash.id, { payment_method: 'cash' }), {
      is_paid: true,
      status: 'closed',
      balance_due: '0.00',
    })

    const split = await bill()
    const parts = [
      { method: 'card', amount: String(due(split) - 300) },
      { method: 'cash', amount: '300' },
    ]
    const form = { payment_method: 'split', payments: parts, idempotency_key: key() }
    const paid = await pay(split.id, form)
    t.match(paid, { is_paid: true, payment_method: 'split' })
    t.strictSame(await pay(split.id, form), paid, 'sent again, it is not paid twice')

    const part = await bill()
    const rest = { payment_method: 'card', pay_now: '400', client_id: client.id, idempotency_key: key() }
    t.match(await pay(part.id, rest), { is_paid: false, balance_due: (due(part) - 400).toFixed(2) })

    const debt = await bill()
    t.match(await pay(debt.id, { payment_method: 'debt', client_id: client.id }), {
      is_paid: false,
      payment_method: 'debt',
      balance_due: debt.total_amount,
      status: 'closed',
    })

    const prepaid = await bill()
    const owing = await pay(prepaid.id, {
      payment_method: 'debt',
      client_id: client.id,
      prepaid_amount: '100',
      prepaid_payment_method: 'transfer',
      idempotency_key: key(),
    })
    t.match(owing, { is_paid: false, balance_due: (due(prepaid) - 100).toFixed(2) })
    const instalment = await cashier.ask('post', `/cafe/orders/${prepaid.id}/pay-debt/`, {
      amount: String(due(prepaid) - 100),
      payment_method: 'cash',
      idempotency_key: key(),
      cash_received: '5000',
      note: 'до зарплаты',
    })
    t.match(instalment, { is_paid: true, balance_due: '0.00' })
    t.match(await waiter.ask('get', `/cafe/orders/${debt.id}/`), {
      balance_due: debt.total_amount,
      is_paid: false,
    })
    t.match(await waiter.ask('get', `/cafe/clients/${client.id}/`), { name: 'Азамат' })
    const mine = await waiter.ask<List<OrderRead>>(
      'get',
      `/cafe/orders/?waiter=${waiter.profile.id}&status=open`,
    )
    t.equal(mine.results.length, 0)
  })

  await t.test('a form that nobody touched erases no discount', async (t) => {
    const made = await save([dish(soup)])
    await owner.ask('patch', `/cafe/orders/${made.id}/`, { discount_amount: '10' })
    t.match(await pay(made.id, { payment_method: 'card', discount_amount: '0' }), {
      discount_amount: '10.00',
    })
  })

  await t.test('an open bill is no debt, and says what is to be paid', async (t) => {
    const made = await save([dish(soup)])
    t.match(made, { balance_due: '0.00', amount_due: soup.price })
    await waiter.ask('patch', `/cafe/orders/${made.id}/`, { status: 'closed' })
    t.match(await waiter.ask('get', `/cafe/orders/${made.id}/`), {
      balance_due: '0.00',
      amount_due: soup.price,
    })
  })

  await t.test('dishes are given back with a reason, also by weight', async (t) => {
    const made = await save([dish(soup, { quantity: 2 }), dish(meat, { quantity: 0.5 })])
    await pay(made.id, { payment_method: 'cash' })
    const back = (line: { id: string }, quantity: number) =>
      cashier.ask('post', `/cafe/orders/${made.id}/refund-item/`, {
        order_item_id: line.id,
        quantity,
        payment_method: 'cash',
        idempotency_key: crypto.randomUUID(),
        note: 'остыло',
      })
    t.match(await back(made.items[0]!, 1), { refund: { amount: soup.price, reason: 'остыло' } })
    t.match(await back(made.items[1]!, 0.2), { refund: { amount: '240.00', quantity: 0.2 } })
    const closed = await cashier.ask<List<OrderRead>>(
      'get',
      '/cafe/orders/?status__in=closed,cancelled&page=1',
    )
    t.ok(closed.results.some((order) => order.id === made.id))
  })
})
