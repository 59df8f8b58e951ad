import t from 'tap'
import type { Database, Tx } from '../../../src/db/database.ts'
import { onBoth } from '../../support/database.ts'
import { branchesOf, missing } from '../people.ts'
import type { List } from '../people.ts'
import { cafeThatSells, path } from './set-up.ts'

t.test('the figures of sales', (t) =>
  onBoth(t, async (t, kind) => {
    // 23:30 of the 17th in Bishkek
    let now = new Date('2024-05-17T17:30:00.000Z')
    let statements = 0
    const { cafe, owner, admin, waiter, cashier, order, ...sales } = await cafeThatSells(t, {
      kind,
      clock: () => now,
      around: (database) => counting(database, () => statements++),
    })
    const { summary, items, categories, act, soup, tea, cake, group } = sales
    const { centre, south } = await branchesOf(owner)

    await t.test('of nothing are nothing', async (t) => {
      const zero = { orders: 0, guests: 0, gross_total: '0.00', net_total: '0.00', average_check: '0.00' }
      t.match(await summary(), { ...zero, date_from: '2024-04-18', date_to: '2024-05-17', days: [] })
      t.match(await items(), { count: 0, next: null, previous: null, results: [], date_to: '2024-05-17' })
      t.match(await categories(), { count: 0, results: [] })
    })

    await t.test('by business day, by way of payment, after discounts and refunds', async (t) => {
      const cash = await order({ guests: 3, items: [{ menu_item: soup, quantity: 2 }, { menu_item: tea }] })
      await act(cash.id, 'pay', { payment_method: 'cash', discount_amount: '50.00' })
      // after midnight, and half of it in advance: the order stays open
      now = new Date('2024-05-17T18:30:00.000Z')
      const mixed = await order({ guests: 1, items: [{ menu_item: soup }, { menu_item: cake }] })
      const payments = [
        { method: 'card', amount: '90.00' },
        { method: 'transfer', amount: '40.00' },
      ]
      await act(mixed.id, 'pay', { payment_method: 'split', close_order: false, payments })
      const client = (await waiter.get<List<{ id: string }>>('/api/cafe/clients/')).body.results[0]!.id
      const owed = await order({ items: [{ menu_item: tea }] })
      await act(owed.id, 'pay', { payment_method: 'debt', client_id: client, pay_now: '20.00' })
      // neither is a sale: one is still being taken, one was cancelled
      const open = await order({ items: [{ menu_item: tea, quantity: 9 }] })
      const cancelled = await order({ items: [{ menu_item: tea, quantity: 9 }] })
      await waiter.patch(`/api/cafe/orders/${cancelled.id}/`, { status: 'cancelled' })
      // given back two days later: it counts on the day of the bill
      now = new Date('2024-05-19T12:00:00.000Z')
      await act(cash.id, 'refund-item', { order_item_id: cash.items[0]!.id, quantity: 1 })
      await act(mixed.id, 'refund', { amount: '13.00', payment_method: 'card' })

      t.strictSame(await summary(), {
        date_from: '2024-04-20',
        date_to: '2024-05-19',
        orders: 3,
        guests: 5,
        gross_total: '430.00',
        discount_total: '50.00',
        refund_total: '93.00',
        net_total: '287.00',
        revenue: '287.00',
        orders_count: 3,
        items_qty: 6,
        average_check: '95.67',
        average_per_guest: '57.40',
        paid_total: '350.00',
        balance_due: '30.00',
        cancelled_orders: 1,
        payment_methods: [
          {
            payment_method: 'cash',
            orders: 2,
            paid_total: '220.00',
            refund_total: '80.00',
            net_total: '140.00',
          },
          {
            payment_method: 'card',
            orders: 1,
            paid_total: '90.00',
            refund_total: '13.00',
            net_total: '77.00',
          },
          {
            payment_method: 'transfer',
            orders: 1,
            paid_total: '40.00',
            refund_total: '0.00',
            net_total: '40.00',
          },
        ],
        days: [
          {
            date: '2024-05-17',
            orders: 1,
            guests: 3,
            gross_total: '250.00',
            discount_total: '50.00',
            refund_total: '80.00',
            net_total: '120.00',
            average_check: '120.00',
          },
          {
            date: '2024-05-18',
            orders: 2,
            guests: 2,
            gross_total: '180.00',
            discount_total: '0.00',
            refund_total: '13.00',
            net_total: '167.00',
            average_check: '83.50',
          },
        ],
      })
      const sold = await items()
      t.strictSame(
        sold.results.map(({ title, quantity, refunded_quantity, orders, revenue, share }) => [
          title,
          quantity,
          refunded_quantity,
          orders,
          revenue,
          share,
        ]),
        [
          // 160.00 of the first bill less 80.00, and 100.00 of the second less its share of 13.00
          ['Суп', 3, 1, 2, '170.00', '59.23'],
          ['Чай', 2, 0, 2, '90.00', '31.36'],
          ['Торт', 1, 0, 1, '27.00', '9.41'],
        ],
      )
      t.match(sold.results[0], { gross_total: '300.00', discount_total: '40.00', refund_total: '90.00' })
      t.match(await categories(), {
        count: 2,
        results: [
          { revenue: '260.00', share: '90.59', quantity: 5, orders: 3 },
          { title: 'Прочее', revenue: '27.00' },
        ],
      })
      await owner.delete(`/api/cafe/orders/${open.id}/`)
    })

    await t.test('days are chosen, and so are branches', async (t) => {
      t.match(await summary('date_from=2024-05-18&date_to=2024-05-18'), { orders: 2, net_total: '167.00' })
      t.match(await summary('date_to=2024-05-17'), { date_from: '2024-04-18', orders: 1 })
      t.match(await summary('date_from=2024-05-18'), { date_to: '2024-05-19', orders: 2 })
      t.match(await summary('date_from=2024-06-01'), { orders: 0, days: [] })
      t.match(await items('date_to=2024-05-17'), { count: 2 })
      t.match(await summary(`branch=${centre}`), { orders: 3 })
      t.match(await summary(`branch=${south}`), { orders: 0 })
      t.match(await items(`branch=${south}`), { count: 0 })
      t.match(await summary('', admin), { orders: 3 })
      t.match(await summary('', cafe.as('owner2')), { orders: 0, cancelled_orders: 0 })
      for (const name of ['summary', 'items', 'categories']) {
        for (const who of [waiter, cashier, cafe.as('cook1')])
          t.equal((await who.get(`${path}${name}/`)).status, 403)
        for (const [query, field] of [
          ['date_from=18.05.2024', 'date_from'],
          ['date_to=2024-02-30', 'date_to'],
          ['date_from=2024-05-18&date_to=2024-05-17', 'date_from'],
          [`branch=${missing}`, 'branch'],
        ] as const) {
          const { status, body } = await owner.get(`${path}${name}/?${query}`)
          t.match([status, Object.keys(body)], [400, [field]], `${name} ${query}`)
        }
      }
    })

    await t.test('dishes are searched, sorted and come in pages; shares are of the whole', async (t) => {
      const titles = async (query: string) => (await items(query)).results.map(({ title }) => title)
      t.strictSame(await titles('ordering=title'), ['Суп', 'Торт', 'Чай'])
      t.strictSame(await titles('ordering=-quantity'), ['Суп', 'Чай', 'Торт'])
      t.strictSame(await titles('ordering=gross_total'), ['Торт', 'Чай', 'Суп'])
      t.match(await items('search=торт'), { count: 1, results: [{ share: '9.41' }] })
      t.match(await items(`category=${group}`), { count: 1, results: [{ title: 'Торт', share: '9.41' }] })
      t.match(await items('page_size=2&page=2'), { count: 3, next: null, results: [{ title: 'Торт' }] })
      t.equal((await owner.get(`${path}items/?page_size=2&page=3`)).status, 404)
      t.match(await items('category=not-an-id'), { category: [String] })
    })

    await t.test('a bill keeps the title and price of its day', async (t) => {
      await owner.patch(`/api/cafe/menu-items/${cake}/`, { title: 'Пирог', price: '1.00' })
      t.match(await items('search=торт'), { count: 1, results: [{ revenue: '27.00', category: group }] })
    })

    await t.test('cost the same number of statements, however many bills there are', async (t) => {
      for (const [name, most] of [
        ['summary', 3],
        ['items', 2],
        ['categories', 2],
      ] as const) {
        statements = 0
        await owner.get(`${path}${name}/`)
        t.equal(statements, most, name)
      }
    })
  }),
)

/** The same database, with every statement of its snapshots counted. */
function counting(database: Database, count: () => void): Database {
  const counted = (tx: Tx): Tx =>
    new Proxy(tx, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (name === 'execute' || name === 'select') count()
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  return {
    ...database,
    snapshot: (companyId, work) => database.snapshot(companyId, (tx) => work(counted(tx))),
  }
}
