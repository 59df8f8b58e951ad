import t from 'tap'
import type { TaskRead } from '../../../src/cafe/kitchen/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

/** Two people act at the same moment, on as many connections as the pool has; one coherent outcome each time. */

const path = '/api/cafe/orders/'
const rounds = 40

t.test('races', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, env: { DB_POOL_MAX: '12' } })
    const { database } = cafe
    const [waiter, cook, admin, owner] = [
      cafe.as('waiter1'),
      cafe.as('cook1'),
      cafe.as('admin'),
      cafe.as('owner'),
    ]
    const { tables, dishes, order, tableOf, tasksOf } = await serviceOf(waiter)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const close = (id: string) => waiter.patch(`${path}${id}/`, { status: 'closed' })
    const types = (events: { type: string }[]) => events.map((event) => event.type)
    await Promise.all(['waiter1', 'cook1', 'admin', 'owner'].map((who) => cafe.tokenOf(who as 'owner')))

    await t.test(
      'two waiters on one table: two orders, the table turns busy once and frees once',
      async (t) => {
        const table = tables[0]!
        const body = { table: table.id, items: [{ menu_item: soup.id }] }
        for (let round = 0; round < rounds; round++) {
          let made: OrderRead[] = []
          const opened = await announcedBy(database, async () => {
            made = await Promise.all([order(body), order(body)])
          })
          t.equal(types(opened).filter((type) => type === 'table_status_changed').length, 1)
          t.equal(types(opened).filter((type) => type === 'order_created').length, 2)
          t.equal((await tableOf(table.id)).status, 'busy')
          const closed = await announcedBy(database, () => Promise.all(made.map(({ id }) => close(id))))
          t.equal(types(closed).filter((type) => type === 'table_status_changed').length, 1)
          t.equal((await tableOf(table.id)).status, 'free')
        }
      },
    )

    await t.test('one order opens while the other closes: the table is what its orders say', async (t) => {
      const table = tables[1]!
      for (let round = 0; round < rounds; round++) {
        const first = await order({ table: table.id })
        const [second] = await Promise.all([order({ table: table.id }), close(first.id)])
        t.equal((await tableOf(table.id)).status, 'busy')
        await close(second.id)
        t.equal((await tableOf(table.id)).status, 'free')
      }
    })

    await t.test('orders crossing between two tables wait for nobody for ever', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const [a, b] = await Promise.all([order({ table: tables[2]!.id }), order({ table: tables[3]!.id })])
        const move = (id: string, table: string) => waiter.patch(`${path}${id}/`, { table })
        const replies = await Promise.all([move(a.id, tables[3]!.id), move(b.id, tables[2]!.id)])
        t.strictSame(
          replies.map((reply) => reply.status),
          [200, 200],
        )
        await Promise.all([close(a.id), close(b.id)])
        t.equal((await tableOf(tables[2]!.id)).status, 'free')
        t.equal((await tableOf(tables[3]!.id)).status, 'free')
      }
    })

    await t.test('three cooks claim one task: one has it, the others learn who', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [{ menu_item: soup.id }] })
        const [task] = await tasksOf(made.id)
        let replies: { status: number; body: Record<string, unknown> }[] = []
        const events = await announcedBy(database, async () => {
          replies = await Promise.all(
            [cook, admin, owner].map((who) => who.post(`/api/cafe/kitchen/tasks/${task!.id}/claim/`)),
          )
        })
        t.strictSame(
          replies.map((reply) => reply.status).sort((a, b) => a - b),
          [200, 409, 409],
        )
        const winner = replies.find((reply) => reply.status === 200)!.body
        for (const { status, body } of replies) {
          if (status === 409)
            t.match(body, { code: 'task_taken', cook: winner.cook, cook_label: winner.cook_label })
        }
        t.strictSame(types(events), ['kitchen_task_updated'])
      }
    })

    await t.test('ready from two screens at once is announced once', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [{ menu_item: soup.id }] })
        const [task] = await tasksOf(made.id)
        const url = `/api/cafe/kitchen/tasks/${task!.id}/`
        const events = await announcedBy(database, async () => {
          const replies = await Promise.all([
            cook.post(`${url}ready/`),
            admin.patch(url, { status: 'ready' }),
          ])
          t.strictSame(
            replies.map((reply) => reply.status),
            [200, 200],
          )
        })
        t.strictSame(types(events), ['kitchen_task_ready'])
      }
    })

    await t.test('ready against cancel: the dish is either cooked or cancelled', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [{ menu_item: soup.id }] })
        const [task] = await tasksOf(made.id)
        const [ready, cancelled] = await Promise.all([
          cook.post<TaskRead>(`/api/cafe/kitchen/tasks/${task!.id}/ready/`),
          waiter.patch<OrderRead>(`${path}${made.id}/`, { status: 'cancelled' }),
        ])
        t.equal(cancelled.status, 200)
        const [after] = await tasksOf(made.id)
        t.equal(after!.status, ready.status === 200 ? 'ready' : 'cancelled')
        t.ok(ready.status === 200 || ready.status === 409)
      }
    })

    await t.test('two waiters add lines to one order: both lines are there', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order()
        const add = (menu_item: string) => waiter.post(`${path}${made.id}/items/`, { menu_item })
        await Promise.all([add(soup.id), add(tea.id), add(soup.id)])
        const { body } = await waiter.get<OrderRead>(`${path}${made.id}/`)
        t.strictSame(body.items.map((line) => line.menu_item!).sort(), [soup.id, soup.id, tea.id].sort())
        t.equal(body.version, 4)
        t.equal(new Set((await tasksOf(made.id)).map((task) => task.id)).size, 3)
      }
    })

    await t.test('numbers of orders taken at once have neither holes nor doubles', async (t) => {
      const first = (await order()).number
      const made = await Promise.all(Array.from({ length: 60 }, () => order()))
      t.strictSame(
        made.map(({ number }) => number).sort((a, b) => a - b),
        made.map((_, index) => first + 1 + index),
      )
    })

    await t.test('an order that was refused takes no number', async (t) => {
      const before = (await order()).number
      const bad = { items: [{ menu_item: soup.id, quantity: 1 }], discount_amount: '9999999.00' }
      await Promise.all(Array.from({ length: 10 }, () => waiter.post(path, bad)))
      t.equal((await order()).number, before + 1)
    })

    await t.test(
      'after all that, no open order is left on a free table, nor a busy table without one',
      async (t) => {
        const open = (await owner.get<List<OrderRead>>(`${path}?status=open&page_size=500`)).body.results
        const all = (await owner.get<List<{ id: string; status: string }>>('/api/cafe/tables/?page_size=500'))
          .body
        const taken = new Set(open.map((each) => each.table).filter(Boolean))
        for (const { id, status } of all.results) t.equal(status, taken.has(id) ? 'busy' : 'free')
      },
    )
  }),
)
