import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { RefundedBill } from '../../../src/cafe/payments/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { cafeWithDesk } from './set-up.ts'

t.test('refunds', (t) =>
  onBoth(t, async (t, kind) => {
    const { database, waiter, read, lunch, pay, refund, refundItem } = await cafeWithDesk(t, kind)
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

    await t.test('what is refunded of a line, and what can be, is read wherever the line is', async (t) => {
      const made = await lunch()
      const [soups, teas] = made.items.map(({ id }) => id) as [string, string]
      const shown = (items: OrderRead['items'], id: string) => {
        const { refunded_quantity: refunded, refundable_quantity: refundable } = items.find(
          (one) => one.id === id,
        )!
        return [refunded, refundable]
      }
      t.same(shown(made.items, soups), [0, 0], 'nothing can be refunded before it is paid')
      await pay(made.id, { payment_method: 'cash' })
      t.same(
        [shown((await read(made.id)).items, soups), shown((await read(made.id)).items, teas)],
        [
          [0, 2],
          [0, 1],
        ],
      )
      const events = await announcedBy(database, () =>
        refundItem(made.id, { order_item_id: soups, quantity: 1 }),
      )
      const told = events.find(({ type }) => type === 'order_updated')!.data as { order: OrderRead }
      const list = async (path: string) => (await waiter.get<List<OrderRead>>(path)).body.results
      const line = (await waiter.get<OrderRead['items'][number]>(`/api/cafe/order-items/${soups}/`)).body
      const { body: lines } = await waiter.get<List<OrderRead['items'][number]>>(
        `/api/cafe/order-items/?order=${made.id}`,
      )
      const places = {
        event: told.order.items,
        order: (await read(made.id)).items,
        list: (await list('/api/cafe/orders/')).find(({ id }) => id === made.id)!.items,
        closed: (await list('/api/cafe/orders/closed/')).find(({ id }) => id === made.id)!.items,
        history: (await list('/api/cafe/orders/history/')).find(({ id }) => id === made.id)!.items,
        line: [line, ...lines.results.filter(({ id }) => id === teas)],
        lines: lines.results,
      }
      for (const [place, items] of Object.entries(places)) {
        t.same(shown(items, soups), [1, 1], place)
        t.same(shown(items, teas), [0, 1], place)
      }
      await refundItem(made.id, { order_item_id: soups })
      const rest =
        parseMoney((await read(made.id)).final_amount) - parseMoney((await read(made.id)).refunded_amount)
      await refund(made.id, { amount: formatMoney(rest) })
      const { items } = await read(made.id)
      t.same(
        [shown(items, soups), shown(items, teas)],
        [
          [2, 0],
          [0, 0],
        ],
        'no money is left to refund',
      )
    })
  }),
)
