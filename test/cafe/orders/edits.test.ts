import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { missing } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('changing orders', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const [waiter, cook, cashier, owner] = [
      cafe.as('waiter1'),
      cafe.as('cook1'),
      cafe.as('cashier1'),
      cafe.as('owner'),
    ]
    const { tables, dishes, order, tableOf, tasksOf } = await serviceOf(waiter)
    const [soup, tea, cake] = [dishes[0]!, dishes[1]!, dishes[2]!]
    const patch = async (id: string, body: object) => {
      const reply = await waiter.patch<OrderRead>(`${path}${id}/`, body)
      if (reply.status !== 200) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
      return reply.body
    }
    const eventsOf = async (action: () => Promise<unknown>) =>
      (await announcedBy(database, action)).map((event) => event.type)
    const step = (taskId: string, name: string) => cook.post(`/api/cafe/kitchen/tasks/${taskId}/${name}/`)

    await t.test('closing cancels what is not cooked and frees the table', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: soup.id, quantity: 3 }] })
      const [first, second] = await tasksOf(made.id)
      await step(first!.id, 'ready')
      await step(second!.id, 'claim')
      t.strictSame(await eventsOf(() => patch(made.id, { status: 'closed' })), [
        'order_updated',
        'kitchen_task_cancelled',
        'kitchen_task_cancelled',
        'table_status_changed',
      ])
      const { body } = await waiter.get<OrderRead>(`${path}${made.id}/`)
      t.match(body, { status: 'closed', status_display: 'Закрыт', closed_at: String, version: 2 })
      t.strictSame(body.items[0]!.tasks, { pending: 0, in_progress: 0, ready: 1, cancelled: 2 })
      t.equal((await tableOf(tables[0]!.id)).status, 'free')
    })

    await t.test('cancelling says who and when', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: soup.id }] })
      t.strictSame(await eventsOf(() => patch(made.id, { status: 'cancelled' })), [
        'order_updated',
        'kitchen_task_cancelled',
        'table_status_changed',
      ])
      const { body } = await waiter.get<OrderRead>(`${path}${made.id}/`)
      t.match(body, { status: 'cancelled', canceled_at: String, canceled_by: made.waiter })
    })

    await t.test('a change that changes nothing announces nothing', async (t) => {
      const made = await order({
        table: tables[0]!.id,
        guests: 2,
        items: [{ menu_item: soup.id, quantity: 2 }],
      })
      const same = [
        {},
        { guests: 2 },
        { table: tables[0]!.id },
        { status: 'open' },
        { items: [{ id: made.items[0]!.id, menu_item: soup.id, quantity: 2 }] },
        { items: [{ menu_item: soup.id, quantity: 2 }], note: '', discount_amount: 0 },
      ]
      for (const body of same)
        t.strictSame(await eventsOf(() => patch(made.id, body)), [], JSON.stringify(body))
      t.strictSame((await waiter.get<OrderRead>(`${path}${made.id}/`)).body, made)
      await patch(made.id, { status: 'closed' })
      t.strictSame(await eventsOf(() => patch(made.id, { status: 'closed' })), [], 'closing twice')
    })

    await t.test('moving frees the old table and takes the new one', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: soup.id }] })
      const events = await announcedBy(database, () => patch(made.id, { table: tables[2]!.id }))
      t.strictSame(
        events.map(({ type, data }) => [type, data.table_number ?? null, data.status ?? null]),
        [
          ['order_updated', null, null],
          ['kitchen_task_updated', null, null],
          ['table_status_changed', tables[0]!.number, 'free'],
          ['table_status_changed', tables[2]!.number, 'busy'],
        ],
      )
      t.match((await tasksOf(made.id))[0], { table_number: tables[2]!.number, status: 'pending' })
      t.match(await patch(made.id, { table: null }), { table: null, table_number: null })
      t.equal((await tableOf(tables[2]!.id)).status, 'free')
      await patch(made.id, { status: 'closed' })
    })

    await t.test('a whole list keeps ids, prices and tasks of what stays', async (t) => {
      const made = await order({
        table: tables[3]!.id,
        items: [
          { menu_item: soup.id, quantity: 2 },
          { menu_item: tea.id, quantity: 1 },
        ],
      })
      const [soupLine] = made.items
      const before = await tasksOf(made.id)
      const events = await eventsOf(() =>
        patch(made.id, { items: [{ menu_item: cake.id }, { menu_item: soup.id, quantity: 3 }] }),
      )
      t.strictSame(events, [
        'order_updated',
        'kitchen_task_cancelled',
        'kitchen_task_created',
        'kitchen_task_created',
      ])
      const { body } = await waiter.get<OrderRead>(`${path}${made.id}/`)
      t.strictSame(
        body.items.map((line) => [line.menu_item, line.quantity]),
        [
          [soup.id, 3],
          [cake.id, 1],
        ],
      )
      t.equal(body.items[0]!.id, soupLine!.id)
      t.equal(body.total_amount, formatMoney(parseMoney(soup.price) * 3 + parseMoney(cake.price)))
      const after = new Map((await tasksOf(made.id)).map((task) => [task.id, task]))
      for (const task of before) t.ok(after.has(task.id), 'no task disappears')
      t.strictSame(
        [...after.values()].filter((task) => task.menu_item === soup.id).map((task) => task.unit_index),
        [1, 2, 3],
      )
      await patch(made.id, { status: 'closed' })
    })

    await t.test('the same dish with and without a note are two lines', async (t) => {
      const made = await order({
        items: [{ menu_item: soup.id }, { menu_item: soup.id, note: 'без лука' }],
      })
      const [plain, special] = made.items
      const { items } = await patch(made.id, {
        items: [{ menu_item: soup.id, note: 'без лука', quantity: 2 }, { menu_item: soup.id }],
      })
      t.strictSame(
        items.map(({ id, quantity }) => [id, quantity]),
        [
          [plain!.id, 1],
          [special!.id, 2],
        ],
      )
      await patch(made.id, { status: 'closed' })
    })

    await t.test('fewer units drop pending tasks first, then started ones, never ready ones', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity: 4 }] })
      const tasks = await tasksOf(made.id)
      await step(tasks[0]!.id, 'ready')
      await step(tasks[1]!.id, 'claim')
      const line = `${path}${made.id}/items/${made.items[0]!.id}/`
      const statuses = async (quantity: number) => {
        t.equal((await waiter.patch(line, { quantity })).status, 200)
        return (await tasksOf(made.id)).map((task) => task.status)
      }
      t.strictSame(await statuses(3), ['ready', 'in_progress', 'pending', 'cancelled'])
      t.strictSame(await statuses(2), ['ready', 'in_progress', 'cancelled', 'cancelled'])
      t.strictSame(await statuses(1), ['ready', 'cancelled', 'cancelled', 'cancelled'])
      const [, , , , again] = await (await statuses(2), tasksOf(made.id))
      t.match(again, { status: 'pending', unit_index: 2 }, 'a new unit takes the lowest free number')
      await patch(made.id, { status: 'closed' })
    })

    await t.test('line commands touch only their line', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      const items = `${path}${made.id}/items/`
      const one = await waiter.post<OrderRead>(items, { menu_item: tea.id, quantity: 2 })
      t.match(one, { status: 201, body: { version: 2 } })
      const many = await waiter.post<OrderRead>(items, {
        items: [{ menu_item: cake.id }, { menu_item: cake.id }],
      })
      t.strictSame(
        many.body.items.map((line) => [line.menu_item, line.quantity]),
        [
          [soup.id, 1],
          [tea.id, 2],
          [cake.id, 2],
        ],
      )
      const teaLine = many.body.items[1]!
      const events = await announcedBy(database, () =>
        waiter.patch(`${items}${teaLine.id}/`, { note: 'горячий' }),
      )
      t.strictSame(
        events.map((event) => event.type),
        ['order_updated', 'kitchen_task_updated', 'kitchen_task_updated'],
      )
      t.match(events[1]!.data.task, { note: 'горячий', version: 2 })
      const less = await waiter.delete<OrderRead>(`${items}${teaLine.id}/`)
      t.equal(less.status, 200)
      t.strictSame(
        less.body.items.map((line) => line.menu_item),
        [soup.id, cake.id],
      )
      t.equal((await waiter.delete(`${items}${teaLine.id}/`)).status, 404, 'a line taken off is gone')
      t.equal((await waiter.patch(`${items}${missing}/`, { quantity: 1 })).status, 404)
      t.match(await waiter.post(items, {}), { status: 400, body: { menu_item: ['Обязательное поле.'] } })
      t.match(await waiter.post(items, { items: [{ menu_item: missing }] }), {
        status: 400,
        body: { items: [{ menu_item: [String] }] },
      })
      await patch(made.id, { status: 'closed' })
    })

    await t.test('what is closed or cancelled keeps its lines, table and sums', async (t) => {
      for (const status of ['closed', 'cancelled']) {
        const made = await order({ items: [{ menu_item: soup.id }] })
        await patch(made.id, { status })
        const refused = [
          waiter.patch(`${path}${made.id}/`, { items: [] }),
          waiter.patch(`${path}${made.id}/`, { table: tables[0]!.id }),
          waiter.patch(`${path}${made.id}/`, { discount_amount: '1.00' }),
          waiter.post(`${path}${made.id}/items/`, { menu_item: soup.id }),
          waiter.patch(`${path}${made.id}/items/${made.items[0]!.id}/`, { quantity: 2 }),
          waiter.delete(`${path}${made.id}/items/${made.items[0]!.id}/`),
        ]
        for (const reply of await Promise.all(refused)) {
          t.match(reply, { status: 409, body: { code: 'order_not_open', status } })
        }
        t.match(await waiter.patch(`${path}${made.id}/`, { note: 'забыли зонт' }), { status: 200 })
        const [other] = ['closed', 'cancelled'].filter((value) => value !== status)
        t.match(await waiter.patch(`${path}${made.id}/`, { status: other }), {
          status: 409,
          body: { code: 'illegal_transition' },
        })
      }
    })

    await t.test(
      'reopening is for owner, admin and cashier; its dishes are to be cooked again',
      async (t) => {
        const made = await order({ table: tables[4]!.id, items: [{ menu_item: soup.id }] })
        await patch(made.id, { status: 'closed' })
        t.match(await waiter.patch(`${path}${made.id}/`, { status: 'open' }), {
          status: 403,
          body: { code: 'permission_denied' },
        })
        t.strictSame(await eventsOf(() => cashier.patch(`${path}${made.id}/`, { status: 'open' })), [
          'order_updated',
          'kitchen_task_created',
          'table_status_changed',
        ])
        const { body } = await waiter.get<OrderRead>(`${path}${made.id}/`)
        t.match(body, { status: 'open', closed_at: null })
        t.strictSame(body.items[0]!.tasks, { pending: 1, in_progress: 0, ready: 0, cancelled: 0 })
        await patch(made.id, { status: 'closed' })
      },
    )

    await t.test('deleting takes the order, its tasks and its hold on the table away', async (t) => {
      const made = await order({ table: tables[5]!.id, items: [{ menu_item: soup.id, quantity: 2 }] })
      const [task] = await tasksOf(made.id)
      await step(task!.id, 'ready')
      t.equal((await waiter.delete(`${path}${made.id}/`)).status, 403)
      t.strictSame(await eventsOf(() => owner.delete(`${path}${made.id}/`)), [
        'order_deleted',
        'kitchen_task_cancelled',
        'table_status_changed',
      ])
      t.equal((await owner.get(`${path}${made.id}/`)).status, 404)
      t.equal((await owner.delete(`${path}${made.id}/`)).status, 404)
      t.equal((await tableOf(tables[5]!.id)).status, 'free')
    })

    await t.test('an order the kitchen still works on is not deleted under its hands', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity: 2 }] })
      const [begun] = await tasksOf(made.id)
      await step(begun!.id, 'claim')
      const cooking = { status: 409, body: { code: 'in_use', count: 1, used_by: { kitchen_tasks: 1 } } }
      t.match(await owner.delete(`${path}${made.id}/`), cooking)
      await patch(made.id, { status: 'cancelled' })
      t.match(await owner.delete(`${path}${made.id}/`), cooking, 'the cook has not seen that it is cancelled')
      await step(begun!.id, 'acknowledge')
      t.equal((await owner.delete(`${path}${made.id}/`)).status, 204)
    })

    await t.test('faults of a change name their field and change nothing', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      const cases: [object, number, object][] = [
        [{ status: 'eaten' }, 400, { status: [/eaten/] }],
        [{ status: 1 }, 400, { status: [String] }],
        [{ table: missing }, 400, { table: [String] }],
        [{ waiter: missing }, 400, { waiter: [String] }],
        [{ discount_amount: '99999.00' }, 400, { discount_amount: ['Скидка больше суммы заказа.'] }],
        [{ items: [{ menu_item: soup.id, quantity: 0 }] }, 400, { items: [{ quantity: [String] }] }],
        [{ items: [{ quantity: 1 }] }, 400, { items: [{ menu_item: ['Обязательное поле.'] }] }],
      ]
      for (const [body, status, faults] of cases) {
        t.match(
          await waiter.patch(`${path}${made.id}/`, body),
          { status, body: faults },
          JSON.stringify(body),
        )
      }
      t.strictSame((await waiter.get<OrderRead>(`${path}${made.id}/`)).body, made)
    })

    await t.test('lines are a resource of their own too', async (t) => {
      const lines = '/api/cafe/order-items/'
      const made = await order({ items: [{ menu_item: soup.id }] })
      const added = await waiter.post<{ id: string }>(lines, {
        order: made.id,
        menu_item: tea.id,
        quantity: 2,
      })
      t.match(added, {
        status: 201,
        body: { order: made.id, menu_item: tea.id, quantity: 2, company: made.company },
      })
      t.match((await waiter.get(`${lines}?order=${made.id}`)).body, { count: 2 })
      t.match((await waiter.get(`${lines}${added.body.id}/`)).body, { menu_item_title: tea.title })
      t.match((await waiter.patch(`${lines}${added.body.id}/`, { quantity: 1 })).body, { quantity: 1 })
      t.equal((await waiter.delete(`${lines}${added.body.id}/`)).status, 204)
      t.equal((await waiter.get(`${lines}${added.body.id}/`)).status, 404)
      t.match(await waiter.post(lines, { order: missing, menu_item: tea.id }), {
        status: 400,
        body: { order: [/не существует/] },
      })
      const stranger = cafe.as('waiter2')
      t.equal((await stranger.get(`${lines}${made.items[0]!.id}/`)).status, 404)
      t.match((await stranger.get(`${lines}?order=${made.id}`)).body, { count: 0 })
    })
  }),
)
