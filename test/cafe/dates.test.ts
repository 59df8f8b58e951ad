import t from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { startApp } from '../support/app.ts'
import { onBoth } from '../support/database.ts'
import type { List } from './people.ts'

t.test('date_from and date_to mean the same in every list', (t) =>
  onBoth(t, async (t, kind) => {
    // in Bishkek it is already the next day
    let now = new Date('2026-03-01T20:00:00.000Z')
    const cafe = await startApp(t, { kind, clock: () => now, env: { ACCESS_TOKEN_TTL: '7d' } })
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter1')]
    const path = '/api/cafe/orders/'
    const dish = (await waiter.get<List<{ id: string }>>('/api/cafe/menu-items/')).body.results[0]!
    const take = async () => (await waiter.post<OrderRead>(path, { items: [{ menu_item: dish.id }] })).body
    const night = await take()
    now = new Date('2026-03-02T20:00:00.000Z')
    const later = await take()
    t.same([night.business_day, later.business_day], ['2026-03-02', '2026-03-03'])
    const found = async (query: string) =>
      (await waiter.get<List<OrderRead>>(`${path}?${query}`)).body.results.map(({ id }) => id)

    await t.test('a day is the business day of the branch', async (t) => {
      t.same(await found('date_from=2026-03-02&date_to=2026-03-02'), [night.id])
      t.same(await found('date_from=2026-03-03&date_to=2026-03-03'), [later.id])
      t.same(await found('date_from=2026-03-02&date_to=2026-03-03'), [later.id, night.id])
    })

    await t.test('an instant is held against the moment of the order', async (t) => {
      t.same(await found(`date_from=${later.created_at}&date_to=${later.created_at}`), [later.id])
    })

    await t.test('the older names say the same', async (t) => {
      t.same(await found('created_at_from=2026-03-02&created_at_to=2026-03-02'), [night.id])
      t.same(await found('date_from=2026-03-02&created_at_from=2026-03-02&date_to=2026-03-02'), [night.id])
      t.match(await waiter.get(`${path}?date_from=2026-03-02&created_at_from=2026-03-03`), {
        status: 400,
        body: { created_at_from: [/date_from/] },
      })
    })

    await t.test('every list with dates takes them, and refuses what is no date', async (t) => {
      const lists = [
        'orders/',
        'orders/closed/',
        'orders/history/',
        'kitchen/tasks/monitor/',
        'kitchen/analytics/cooks/',
        'audit-log/',
        'bookings/',
        'notifications/',
        'analytics/sales/summary/',
        'analytics/sales/items/',
      ]
      for (const list of lists) {
        const days = await owner.get(`/api/cafe/${list}?date_from=2026-03-02&date_to=2026-03-03`)
        t.equal(days.status, 200, list)
        const odd = await owner.get(`/api/cafe/${list}?date_from=yesterday`)
        t.match(odd, { status: 400, body: { date_from: [String] } }, list)
      }
    })

    await t.test('what has no business day goes by when it was written', async (t) => {
      const entries = async (query: string) =>
        (await owner.get<List<{ at: string }>>(`/api/cafe/audit-log/?${query}`)).body.results.length
      t.equal(await entries('date_from=9999-12-31'), 0)
      t.equal(await entries('at_to=2000-01-01'), 0)
      t.ok((await entries('date_from=2000-01-01&date_to=9999-12-31')) > 0)
    })

    await t.test('limit is another name of page_size', async (t) => {
      const { body } = await waiter.get<List<OrderRead>>(`${path}?limit=1`)
      t.equal(body.results.length, 1)
    })
  }),
)
