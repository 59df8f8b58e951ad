import t from 'tap'
import type { SalesSummary, SoldCategory, SoldItem } from '../../../src/cafe/analytics/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { branchesOf } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/analytics/sales/'

t.test('figures of a part of the day, by the clock of the branch', (t) =>
  onBoth(t, async (t, kind) => {
    let now = new Date('2024-05-17T04:00:00.000Z')
    const cafe = await startApp(t, { kind, clock: () => now, env: { ACCESS_TOKEN_TTL: '100000d' } })
    const [owner, waiter, south] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('waiter2')]
    const branches = await branchesOf(owner)
    await owner.patch(`/api/users/branches/${branches.centre}/`, {
      timezone: 'Asia/Bishkek',
      day_starts_at: '06:00',
    })
    await owner.patch(`/api/users/branches/${branches.south}/`, { timezone: 'Europe/Berlin' })
    const { dishes } = await serviceOf(waiter)
    const sell = async (who: typeof waiter, at: string) => {
      now = new Date(at)
      const { body } = await who.post<{ id: string }>('/api/cafe/orders/', {
        items: [{ menu_item: dishes[0]!.id }],
      })
      await who.patch(`/api/cafe/orders/${body.id}/`, { status: 'closed' })
    }
    // 10:00, 18:30:59 and 01:15 of the next morning in Bishkek, 10:00 in Berlin
    await sell(waiter, '2024-05-17T04:00:00.000Z')
    await sell(waiter, '2024-05-17T12:30:59.999Z')
    await sell(waiter, '2024-05-17T19:15:00.000Z')
    await sell(south, '2024-05-17T08:00:00.000Z')
    const day = 'date_from=2024-05-17&date_to=2024-05-17'
    const orders = async (query: string) =>
      (await owner.get<SalesSummary>(`${path}summary/?${day}&${query}`)).body.orders
    const cases: [query: string, orders: number][] = [
      ['', 4],
      ['time_from=&time_to=', 4],
      ['time_from=10:00&time_to=10:00', 2],
      ['time_from=10:01', 1],
      ['time_from=18:30&time_to=18:30', 1],
      ['time_to=18:29', 3],
      ['time_from=18:31&time_to=01:15', 1],
      ['time_from=18:30&time_to=01:14', 1],
      ['time_from=22:00&time_to=09:59', 1],
    ]
    for (const [query, count] of cases) {
      t.equal(await orders(query), count, query)
      const items = await owner.get<List<SoldItem>>(`${path}items/?${day}&${query}`)
      const categories = await owner.get<List<SoldCategory>>(`${path}categories/?${day}&${query}`)
      for (const { body } of [items, categories])
        t.equal(
          body.results.reduce((sum, row) => sum + row.quantity, 0),
          count,
          query,
        )
    }
    for (const query of ['time_from=25:00', 'time_to=noon'])
      t.match(await owner.get(`${path}summary/?${query}`), {
        status: 400,
        body: { [query.split('=')[0]!]: [String] },
      })
  }),
)
