import t from 'tap'
import type { RefundedBill } from '../../../src/cafe/payments/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { isoInstant, missing } from '../people.ts'
import { cafeWithDesk } from './set-up.ts'

t.test('refunds', (t) =>
  onBoth(t, async (t, kind) => {
    const { database, read, lunch, pay, refund, refundItem } = await cafeWithDesk(t, kind)
    const types = (events: { type: string }[]) => events.map(({ type }) => type)

    await t.test('refunds never exceed what was paid', async (t) => {
      const made = await lunch()
      t.match(await refund(made.id, { amount: '1.00' }), {
        status: 409,
        body: { code: 'nothing_to_refund' },
      })
      await pay(made.id, { payment_method: 'card' })
      const paid = parseMoney(made.final_amount)
      t.match(await refund(made.id, { amount: formatMoney(paid + 1) }), {
        status: 400,
        body: { amount: [String] },
      })
      let reply!: { status: number; body: RefundedBill }
      const events = await announcedBy(database, async () => {
        reply = await refund(made.id, { amount: '1.00', reason: 'остыл' })
      })
      t.match(reply, {
        status: 200,
        body: {
          is_paid: true,
          balance_due: '0.00',
          refunded_amount: '1.00',
          refund: {
            amount: '1.00',
            payment_method: 'card',
            reason: 'остыл',
            order_item_id: null,
            quantity: null,
            created_at: isoInstant,
          },
        },
      })
      t.strictSame(types(events), ['order_updated'])
      t.match(await refund(made.id, { amount: formatMoney(paid - 99), payment_method: 'cash' }), {
        status: 400,
        body: { amount: [String] },
      })
      t.match(await refund(made.id, { amount: formatMoney(paid - 100), payment_method: 'cash' }), {
        status: 200,
      })
      t.match(await refund(made.id, { amount: '0.01' }), {
        status: 409,
        body: { code: 'nothing_to_refund' },
      })
      t.match(await read(made.id), { refunded_amount: made.final_amount, is_paid: true })
    })

    await t.test('refunds of units come to the bill, whatever the discount', async (t) => {
      const made = await lunch({ discount_amount: '0.05' })
      await pay(made.id, { payment_method: 'cash' })
      const [soups, teas] = made.items
      const first = await refundItem(made.id, { order_item_id: soups!.id, quantity: 1 })
      t.match(first, { status: 200, body: { refund: { order_item_id: soups!.id, quantity: 1 } } })
      t.match(await refundItem(made.id, { order_item_id: soups!.id, quantity: 2 }), {
        status: 400,
        body: { quantity: [/равно 1/] },
      })
      const second = await refundItem(made.id, { order_item_id: soups!.id })
      t.match(second, { status: 200, body: { refund: { quantity: 1 } } })
      t.match(await refundItem(made.id, { order_item_id: soups!.id }), {
        status: 409,
        body: { code: 'nothing_to_refund' },
      })
      t.match(await refundItem(made.id, { order_item_id: missing }), {
        status: 400,
        body: { order_item_id: [String] },
      })
      const third = await refundItem(made.id, { order_item_id: teas!.id })
      const back = [first, second, third].map(({ body }) => parseMoney(body.refund.amount))
      t.equal(
        back.reduce((sum, amount) => sum + amount, 0),
        parseMoney(made.final_amount),
      )
      t.equal(third.body.refunded_amount, made.final_amount)
      const some = await lunch()
      await pay(some.id, { payment_method: 'cash' })
      await refund(some.id, { amount: formatMoney(parseMoney(some.final_amount) - 1) })
      t.match(await refundItem(some.id, { order_item_id: some.items[0]!.id }), {
        status: 409,
        body: { code: 'refund_above_paid', available: '0.01' },
      })
    })
  }),
)
