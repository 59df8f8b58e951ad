import t from 'tap'
import type { ArchivedOrder } from '../../../src/cafe/archive/schema.ts'
import type { SalesSummary } from '../../../src/cafe/analytics/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { Bill, RefundedBill } from '../../../src/cafe/payments/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('what payment forms of existing front ends send', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, waiter, cashier] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cashier1')]
    const { dishes, order } = await serviceOf(waiter)
    const client = (await waiter.get<List<{ id: string }>>('/api/cafe/clients/')).body.results[0]!.id
    const lunch = (body: object = {}) =>
      order({ items: [{ menu_item: dishes[0]!.id, quantity: 2 }], ...body })
    const pay = (id: string, body: object) => cashier.post<Bill>(`${path}${id}/pay/`, body)
    const read = async (id: string) => (await waiter.get<OrderRead>(`${path}${id}/`)).body
    const taken = async () =>
      (await owner.get<SalesSummary>('/api/cafe/analytics/sales/summary/')).body.payment_methods
        .filter(({ orders }) => orders > 0)
        .map(({ payment_method, paid_total }) => `${payment_method} ${paid_total}`)

    await t.test('a part of a debt is paid at once', async (t) => {
      const made = await lunch({ client })
      const total = parseMoney(made.final_amount)
      const debt = { payment_method: 'debt' }
      const refused = async (body: object, fields: object) =>
        t.match(await pay(made.id, { ...debt, ...body }), { status: 400, body: fields })
      await refused(
        { prepaid_amount: made.final_amount },
        { prepaid_amount: [new RegExp(made.final_amount)] },
      )
      await refused({ prepaid_amount: '-1.00' }, { prepaid_amount: [String] })
      await refused({ prepaid_amount: '1.005' }, { prepaid_amount: [String] })
      await refused(
        { prepaid_amount: '1.00', prepaid_payment_method: 'debt' },
        { prepaid_payment_method: [String] },
      )
      await refused({ prepaid_amount: '1.00', pay_now: '2.00' }, { prepaid_amount: [/pay_now/] })
      const cash = (amount: string) => [{ method: 'cash', amount }]
      await refused({ prepaid_amount: '1.00', payments: cash('2.00') }, { prepaid_amount: [/payments/] })
      await refused({ pay_now: '1.00', payments: cash('2.00') }, { pay_now: [/payments/] })
      await refused(
        { prepaid_amount: '1.00', prepaid_payment_method: 'card', payments: cash('1.00') },
        { prepaid_payment_method: [/payments/] },
      )
      t.match(await pay(made.id, { payment_method: 'cash', prepaid_amount: '1.00' }), {
        status: 400,
        body: { prepaid_amount: [String] },
      })
      t.match(await read(made.id), { status: 'open', version: 1 }, 'nothing was changed')

      const paid = { ...debt, prepaid_amount: '100.00', prepaid_payment_method: 'card' }
      t.match(await pay(made.id, paid), {
        status: 200,
        body: {
          status: 'closed',
          payment_method: 'debt',
          is_paid: false,
          balance_due: formatMoney(total - 10000),
          amount_due: formatMoney(total - 10000),
        },
      })
      t.strictSame(await taken(), ['card 100.00'])
      const untouched = await lunch({ client })
      t.match(await pay(untouched.id, { ...debt, prepaid_amount: '0.00' }), {
        status: 200,
        body: { balance_due: untouched.final_amount },
      })
      const inCash = await lunch()
      t.match(
        await pay(inCash.id, { payment_method: 'cash', prepaid_amount: '0', prepaid_payment_method: 'cash' }),
        {
          status: 200,
          body: { is_paid: true },
        },
      )
      const twice = await lunch({ client })
      const alike = { prepaid_amount: '1.00', pay_now: '1.00', payments: cash('1.00') }
      t.match(await pay(twice.id, { ...debt, ...alike }), {
        status: 200,
        body: { balance_due: formatMoney(parseMoney(twice.final_amount) - 100) },
      })
    })

    await t.test(
      'money in a field that pay/ does not know is refused, and the bill stays open',
      async (t) => {
        const made = await lunch()
        const url = `${path}${made.id}/`
        for (const [command, body, field] of [
          ['pay', { payment_method: 'cash', amount: '1.00' }, 'amount'],
          ['refund', { amount: '1.00', total_amount: '1.00' }, 'total_amount'],
          ['pay-debt', { amount: '1.00', discount_amount: '1.00' }, 'discount_amount'],
        ] as const)
          t.match(await cashier.post(`${url}${command}/`, body), { status: 400, body: { [field]: [String] } })
        t.match(await read(made.id), { status: 'open', is_paid: false, amount_due: made.final_amount })
      },
    )

    await t.test('a discount of 0 leaves the one agreed before; clear_discount takes it off', async (t) => {
      const kept = await lunch({ discount_amount: '5.00' })
      t.match(await pay(kept.id, { payment_method: 'cash', discount_amount: '0' }), {
        status: 200,
        body: { discount_amount: '5.00', final_amount: kept.final_amount },
      })
      const cleared = await lunch({ discount_amount: '5.00' })
      const both = { payment_method: 'cash', discount_amount: '1.00', clear_discount: true }
      t.match(await pay(cleared.id, both), { status: 400, body: { clear_discount: [/discount_amount/] } })
      t.match(await pay(cleared.id, { ...both, discount_amount: '0.00' }), {
        status: 200,
        body: { discount_amount: '0.00', final_amount: cleared.total_amount },
      })
    })

    await t.test('balance_due is debt alone, amount_due all that is to be paid', async (t) => {
      const made = await lunch({ client })
      const open = { amount_due: made.final_amount, balance_due: '0.00' }
      t.match(made, open)
      t.match(await read(made.id), open)
      const url = `${path}${made.id}/`
      const told = await announcedBy(cafe.database, () => waiter.patch(url, { status: 'closed' }))
      t.match(told[0]!.data.order, { ...open, status: 'closed', is_paid: false }, 'closed unpaid is no debt')
      const history = async () =>
        (await owner.get<List<ArchivedOrder>>(`${path}history/?client=${client}`)).body.results.find(
          ({ id }) => id === made.id,
        )!
      t.match(await history(), open)
      const owed = { amount_due: made.final_amount, balance_due: made.final_amount }
      t.match((await pay(made.id, { payment_method: 'debt' })).body, owed)
      t.match(await read(made.id), owed)
      t.match(await history(), owed)
    })

    await t.test('the reason of a refund comes as note too', async (t) => {
      const made = await lunch()
      await pay(made.id, { payment_method: 'cash' })
      const refund = (body: object) => cashier.post<RefundedBill>(`${path}${made.id}/refund/`, body)
      t.match(await refund({ amount: '1.00', note: 'остыло' }), { body: { refund: { reason: 'остыло' } } })
      t.match(await refund({ amount: '1.00', reason: 'волос', note: '' }), {
        body: { refund: { reason: 'волос' } },
      })
      const units = { order_item_id: made.items[0]!.id, quantity: 1, note: 'не то' }
      t.match(await cashier.post(`${path}${made.id}/refund-item/`, units), {
        body: { refund: { reason: 'не то' } },
      })
    })
  }),
)
