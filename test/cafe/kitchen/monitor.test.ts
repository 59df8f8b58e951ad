import t from 'tap'
import type { CookFigures, TaskRead, WaiterFigures } from '../../../src/cafe/kitchen/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { startApp } from '../../support/app.ts'
import { checkBooks } from '../../support/books.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, isoInstant } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/kitchen/'

t.test('cancelled dishes and the figures of the kitchen', (t) =>
  onBoth(t, async (t, kind) => {
    let now = new Date('2024-05-17T12:00:00.000Z')
    const cafe = await startApp(t, { kind, clock: () => now, env: { ACCESS_TOKEN_TTL: '100000d' } })
    const [owner, admin, waiter, cook] = [
      cafe.as('owner'),
      cafe.as('admin'),
      cafe.as('waiter1'),
      cafe.as('cook1'),
    ]
    const { dishes, order, tasksOf } = await serviceOf(waiter)
    const { centre, south } = await branchesOf(owner)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const step = (id: string, name: string) => cook.post<TaskRead>(`${path}tasks/${id}/${name}/`)
    const unseen = async () =>
      (await cook.get<List<TaskRead>>(`${path}tasks/?unacknowledged=1`)).body.results.map(({ id }) => id)
    const later = (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    }

    await t.test('a dish cancelled in the making waits until the kitchen has seen it', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity: 3 }] })
      const [begun, waiting, ready] = await tasksOf(made.id)
      await step(begun!.id, 'claim')
      await step(ready!.id, 'ready')
      t.match(await step(begun!.id, 'acknowledge'), { status: 409, body: { code: 'illegal_transition' } })
      const told = await announcedBy(cafe.database, () =>
        waiter.patch<OrderRead>(`/api/cafe/orders/${made.id}/`, { status: 'cancelled' }),
      )
      t.strictSame(
        told.filter(({ type }) => type === 'kitchen_task_cancelled').map(({ data }) => data.task_id),
        [begun!.id, waiting!.id],
      )
      t.strictSame(await unseen(), [begun!.id], 'nobody had begun the other one')
      const seen = await announcedBy(cafe.database, async () => {
        t.match(await step(begun!.id, 'acknowledge'), {
          status: 200,
          body: { status: 'cancelled', acknowledged_at: isoInstant },
        })
        t.equal((await step(begun!.id, 'acknowledge')).status, 200, 'twice is once')
      })
      t.match(seen, [{ type: 'kitchen_task_updated', data: { task_id: begun!.id } }])
      t.equal(seen.length, 1)
      t.strictSame(await unseen(), [])
      t.equal((await waiter.post(`${path}tasks/${waiting!.id}/acknowledge/`)).status, 403)
      t.equal((await cafe.as('cook2').post(`${path}tasks/${waiting!.id}/acknowledge/`)).status, 404)
    })

    await t.test('the monitor shows every status of the days asked for', async (t) => {
      now = new Date('2024-05-18T12:00:00.000Z')
      const made = await order({ items: [{ menu_item: soup.id }, { menu_item: tea.id }] })
      await step((await tasksOf(made.id))[0]!.id, 'ready')
      const monitor = async (query: string) =>
        (await owner.get<List<TaskRead>>(`${path}tasks/monitor/?${query}`)).body.results.map(
          ({ status }) => status,
        )
      t.strictSame(await monitor('date_from=2024-05-18&date_to=2024-05-18'), ['ready', 'pending'])
      t.strictSame(await monitor('date_to=2024-05-17'), ['cancelled', 'cancelled', 'ready'])
      t.strictSame(await monitor('status=pending'), ['pending'])
      t.strictSame(await monitor(`branch=${south}`), [])
      t.equal((await monitor(`branch=${centre}`)).length, 5)
      for (const who of [waiter, cook, cafe.as('cashier1')])
        t.equal((await who.get(`${path}tasks/monitor/`)).status, 403)
      t.match(await owner.get(`${path}tasks/monitor/?date_from=18.05.2024`), {
        status: 400,
        body: { date_from: ['Дата должна быть в виде ГГГГ-ММ-ДД.'] },
      })
    })

    await t.test('lead times: average, and what nine of ten dishes keep within', async (t) => {
      // 23:30 of the 20th in Bishkek: the last dishes are ready after midnight, on the same business day
      now = new Date('2024-05-20T17:30:00.000Z')
      const made = await order({ items: [{ menu_item: tea.id, quantity: 11 }] })
      later(60)
      for (const { id } of (await tasksOf(made.id)).slice(0, 10)) {
        await step(id, 'claim')
        later(240)
        await step(id, 'ready')
      }
      const me = (await waiter.get<{ id: string }>('/api/users/profile/')).body.id
      const day = 'date_from=2024-05-20&date_to=2024-05-20'
      const figures = {
        tasks: 11,
        pending: 1,
        in_progress: 0,
        ready: 10,
        cancelled: 0,
        avg_lead_seconds: 60 + 240 * 5.5,
        p90_lead_seconds: 60 + 240 * 9.1,
        avg_cooking_seconds: 240,
      }
      const waiters = (await admin.get<List<WaiterFigures>>(`${path}analytics/waiters/?${day}`)).body
      t.strictSame(waiters, {
        count: 1,
        next: null,
        previous: null,
        results: [{ waiter: me, waiter_label: made.waiter_label, orders: 1, ...figures }],
      })
      const cooks = (await admin.get<List<CookFigures>>(`${path}analytics/cooks/?${day}`)).body.results
      t.match(cooks, [{ ...figures, cook_label: String, tasks: 10, pending: 0 }])
      t.match((await admin.get(`${path}analytics/cooks/?date_from=2024-06-01`)).body, {
        count: 0,
        results: [],
      })
      t.match((await owner.get(`${path}analytics/cooks/?branch=${south}`)).body, { count: 0 })
      t.match((await cafe.as('owner2').get(`${path}analytics/waiters/`)).body, { count: 0 })
      for (const name of ['cooks', 'waiters']) {
        t.equal((await waiter.get(`${path}analytics/${name}/`)).status, 403)
        t.equal((await owner.get(`${path}analytics/${name}/?date_to=вчера`)).status, 400)
      }
    })

    await t.test('the books are in order', () => checkBooks(cafe.database))
  }),
)
