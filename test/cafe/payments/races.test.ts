import t from 'tap'
import type { Bill } from '../../../src/cafe/payments/schema.ts'
import type { SplitReply } from '../../../src/cafe/orders/merge-split/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { startApp } from '../../support/app.ts'
import { checkBooks } from '../../support/books.ts'
import { onBoth } from '../../support/database.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

/** Money and bills, with two hands on them at the same moment: whoever is first, the books are in order. */

const path = '/api/cafe/orders/'

t.test('races about money', (t) =>
  onBoth(t, async (t, kind) => {
    // one connection has no races to lose, but the same rules
    const rounds = kind === 'embedded' ? 3 : 25
    const cafe = await startApp(t, { kind, env: { DB_POOL_MAX: '12' } })
    const { database } = cafe
    const [waiter, cashier, cook, owner] = [
      cafe.as('waiter1'),
      cafe.as('cashier1'),
      cafe.as('cook1'),
      cafe.as('owner'),
    ]
    await Promise.all([waiter, cashier, cook, owner].map((who) => who.get('/api/users/profile/')))
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const client = (await waiter.get<List<{ id: string }>>('/api/cafe/clients/')).body.results[0]!.id
    const read = async (id: string) => (await waiter.get<OrderRead>(`${path}${id}/`)).body
    const post = (id: string, command: string, body: object, who = cashier) =>
      who.post<Bill & { code?: string }>(`${path}${id}/${command}/`, body)
    const statuses = (replies: { status: number }[]) =>
      replies.map(({ status }) => status).sort((a, b) => a - b)
    const lunch = (body: object = {}) =>
      order({ items: [{ menu_item: soup.id, quantity: 2 }, { menu_item: tea.id }], ...body })
    const everyRound = async (round: (index: number) => Promise<void>) => {
      for (let index = 0; index < rounds; index++) await round(index)
    }

    await t.test('paid from two screens: once', (t) =>
      everyRound(async () => {
        const { id } = await lunch({ table: tables[0]!.id })
        const replies = await Promise.all([
          post(id, 'pay', { payment_method: 'cash' }),
          post(id, 'pay', { payment_method: 'card' }, waiter),
        ])
        t.strictSame(statuses(replies), [200, 409])
        t.equal(replies.find(({ status }) => status === 409)!.body.code, 'already_paid')
        t.equal(
          (await read(id)).payment_method,
          replies.find(({ status }) => status === 200)!.body.payment_method,
        )
      }),
    )

    await t.test('paid twice with one key: both hear of the one payment', (t) =>
      everyRound(async (round) => {
        const { id } = await lunch({ client })
        const body = {
          payment_method: 'debt',
          pay_now: '1.00',
          idempotency_key: `${kind}-${round}`,
        }
        const [first, second] = await Promise.all([post(id, 'pay', body), post(id, 'pay', body, waiter)])
        t.strictSame([first.status, second.status], [200, 200])
        t.strictSame(first.body, second.body)
        const part = { amount: '1.00', idempotency_key: `${kind}-${round}-rest` }
        t.strictSame(
          statuses(await Promise.all([post(id, 'pay-debt', part), post(id, 'pay-debt', part)])),
          [200, 200],
        )
        const { final_amount, balance_due } = await read(id)
        t.equal(parseMoney(final_amount) - parseMoney(balance_due), 200)
      }),
    )

    await t.test('one key for two orders: one of them has it', (t) =>
      everyRound(async (round) => {
        const made = await Promise.all([lunch(), lunch()])
        const body = { payment_method: 'cash', idempotency_key: `${kind}-${round}-both` }
        const replies = await Promise.all(made.map(({ id }) => post(id, 'pay', body)))
        t.strictSame(statuses(replies), [200, 422])
        const paid = await Promise.all(made.map(async ({ id }) => (await read(id)).is_paid))
        t.strictSame(
          paid,
          replies.map(({ status }) => status === 200),
        )
      }),
    )

    await t.test('paid and cancelled: one of the two', (t) =>
      everyRound(async () => {
        const { id } = await lunch({ table: tables[0]!.id })
        const [paid, cancelled] = await Promise.all([
          post(id, 'pay', { payment_method: 'cash' }),
          waiter.patch<OrderRead>(`${path}${id}/`, { status: 'cancelled' }),
        ])
        t.strictSame(statuses([paid, cancelled]), [200, 409])
        t.match(await read(id), {
          status: paid.status === 200 ? 'closed' : 'cancelled',
          is_paid: paid.status === 200,
        })
      }),
    )

    await t.test('paid while a dish is added: it is on the bill or refused', (t) =>
      everyRound(async () => {
        const { id, total_amount } = await lunch()
        const [paid, added] = await Promise.all([
          post(id, 'pay', { payment_method: 'cash', close_order: false }),
          waiter.post(`${path}${id}/items/`, { menu_item: tea.id }),
        ])
        t.equal(paid.status, 200)
        t.ok(added.status === 201 || added.status === 409)
        const more = added.status === 201 ? parseMoney(tea.price) : 0
        t.match(await read(id), {
          total_amount: formatMoney(parseMoney(total_amount) + more),
          balance_due: '0.00',
          is_paid: true,
        })
      }),
    )

    await t.test('a debt paid off from several tills: never more than is owed', (t) =>
      everyRound(async () => {
        const { id, final_amount } = await lunch({ client })
        await post(id, 'pay', { payment_method: 'debt' })
        const third = formatMoney(Math.ceil(parseMoney(final_amount) / 3))
        await Promise.all(Array.from({ length: 4 }, () => post(id, 'pay-debt', { amount: third })))
        const { balance_due } = await read(id)
        const rest = await post(id, 'pay-debt', { amount: balance_due })
        t.equal(rest.status, balance_due === '0.00' ? 409 : 200)
        t.match(await read(id), { balance_due: '0.00', is_paid: true })
      }),
    )

    await t.test('refunds from several tills: never more than was paid', (t) =>
      everyRound(async () => {
        const { id, items, final_amount } = await lunch()
        await post(id, 'pay', { payment_method: 'cash' })
        const replies = await Promise.all([
          post(id, 'refund', { amount: final_amount }),
          post(id, 'refund', { amount: final_amount }, owner),
          post(id, 'refund-item', { order_item_id: items[0]!.id, quantity: 1 }),
          post(id, 'refund-item', { order_item_id: items[0]!.id }, owner),
          post(id, 'refund-item', { order_item_id: items[1]!.id }),
        ])
        t.ok(replies.every(({ status }) => [200, 400, 409].includes(status)))
        t.ok(replies.some(({ status }) => status === 200))
        t.ok(parseMoney((await read(id)).refunded_amount) <= parseMoney(final_amount))
      }),
    )

    await t.test('merged while lines are added: each is there or was refused', (t) =>
      everyRound(async () => {
        const [a, b] = await Promise.all([lunch({ table: tables[0]!.id }), lunch({ table: tables[1]!.id })])
        const [merged, ...added] = await Promise.all([
          waiter.post<OrderRead>(`${path}${a.id}/merge/`, { order: b.id }),
          waiter.post(`${path}${b.id}/items/`, { menu_item: tea.id }),
          cashier.post(`${path}${a.id}/items/`, { menu_item: tea.id }),
          cashier.patch(`${path}${b.id}/items/${b.items[0]!.id}/`, { quantity: 5 }),
        ])
        t.equal(merged.status, 200)
        t.ok(added.every(({ status }) => [200, 201, 404].includes(status)))
        const [teas, more, changed] = added.map(({ status }) => (status < 300 ? 1 : 0))
        const after = await read(a.id)
        t.equal(after.items.length, 4 + teas! + more!)
        t.equal(
          after.items.reduce((sum, item) => sum + item.quantity, 0),
          6 + teas! + more! + changed! * 3,
        )
        t.equal((await tasksOf(a.id)).length, 6 + teas! + more! + changed! * 3)
        await post(a.id, 'pay', { payment_method: 'cash' })
      }),
    )

    await t.test('two orders merged into each other: one is left with everything', (t) =>
      everyRound(async () => {
        const [a, b] = await Promise.all([lunch(), lunch()])
        const merge = (into: OrderRead, from: OrderRead) =>
          waiter.post<OrderRead>(`${path}${into.id}/merge/`, { orders: [from.id] })
        const replies = await Promise.all([merge(a, b), merge(b, a)])
        t.equal(replies.filter(({ status }) => status === 200).length, 1)
        t.equal(replies.find(({ status }) => status === 200)!.body.items.length, 4)
      }),
    )

    await t.test('split while the kitchen works: no dish is lost, doubled or set back', (t) =>
      everyRound(async () => {
        const made = await lunch({ items: [{ menu_item: soup.id, quantity: 4 }, { menu_item: tea.id }] })
        const before = await tasksOf(made.id)
        const [split, ...progress] = await Promise.all([
          waiter.post<SplitReply>(`${path}${made.id}/split/`, {
            items: [{ id: made.items[0]!.id, quantity: 2 }],
          }),
          cook.post(`/api/cafe/kitchen/tasks/${before[3]!.id}/ready/`),
          cook.post(`/api/cafe/kitchen/tasks/${before[0]!.id}/ready/`),
          cook.post(`/api/cafe/kitchen/tasks/${before[2]!.id}/claim/`),
        ])
        t.strictSame(statuses([split, ...progress]), [200, 200, 200, 201])
        const after = [...(await tasksOf(made.id)), ...(await tasksOf(split.body.new_order.id))]
        t.strictSame(after.map(({ id }) => id).sort(), before.map(({ id }) => id).sort())
        const status = (id: string) => after.find((task) => task.id === id)!.status
        t.strictSame(
          [0, 1, 2, 3].map((index) => status(before[index]!.id)),
          ['ready', 'pending', 'in_progress', 'ready'],
        )
      }),
    )

    await t.test('split twice, and paid meanwhile: the parts are the whole', (t) =>
      everyRound(async () => {
        const made = await lunch({
          discount_amount: '0.01',
          items: [{ menu_item: soup.id, quantity: 3 }, { menu_item: tea.id }],
        })
        const split = () =>
          waiter.post<SplitReply>(`${path}${made.id}/split/`, {
            items: [{ id: made.items[0]!.id, quantity: 2 }],
          })
        const [first, second, paid] = await Promise.all([
          split(),
          split(),
          post(made.id, 'pay', { payment_method: 'cash' }),
        ])
        t.equal(paid.status, 200)
        t.ok([first, second].every(({ status }) => [201, 400, 409].includes(status)))
        const parts = [first, second].filter(({ status }) => status === 201)
        t.ok(parts.length <= 1)
        const sum = parts.reduce((total, { body }) => total + parseMoney(body.new_order.final_amount), 0)
        t.equal(sum + parseMoney((await read(made.id)).final_amount), parseMoney(made.final_amount))
      }),
    )

    await t.test('the books are in order', () => checkBooks(database))
  }),
)
