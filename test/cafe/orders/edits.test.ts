import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { missing } from '../people.ts'
import { cafeAtWork, path } from './set-up.ts'

t.test('changing orders', (t) =>
  onBoth(t, async (t, kind) => {
    const { database, waiter, cashier, owner, tables, soup, tea, cake, ...service } = await cafeAtWork(
      t,
      kind,
    )
    const { order, write, tableOf, tasksOf, eventsOf, step } = service

    await t.test('closing cancels what is not cooked and frees the table', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: soup.id, quantity: 3 }] })
      const [first, second] = await tasksOf(made.id)
      await step(first!.id, 'ready')
      await step(second!.id, 'claim')
      t.strictSame(await eventsOf(() => write(made.id, { status: 'closed' })), [
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
      t.strictSame(await eventsOf(() => write(made.id, { status: 'cancelled' })), [
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
        t.strictSame(await eventsOf(() => write(made.id, body)), [], JSON.stringify(body))
      t.strictSame((await waiter.get<OrderRead>(`${path}${made.id}/`)).body, made)
      await write(made.id, { status: 'closed' })
      t.strictSame(await eventsOf(() => write(made.id, { status: 'closed' })), [], 'closing twice')
    })

    await t.test('moving frees the old table and takes the new one', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: soup.id }] })
      const events = await announcedBy(database, () => write(made.id, { table: tables[2]!.id }))
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
      t.match(await write(made.id, { table: null }), { table: null, table_number: null })
      t.equal((await tableOf(tables[2]!.id)).status, 'free')
      await write(made.id, { status: 'closed' })
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
        write(made.id, { items: [{ menu_item: cake.id }, { menu_item: soup.id, quantity: 3 }] }),
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
      await write(made.id, { status: 'closed' })
    })

    await t.test('the same dish with and without a note are two lines', async (t) => {
      const made = await order({
        items: [{ menu_item: soup.id }, { menu_item: soup.id, note: 'без лука' }],
      })
      const [plain, special] = made.items
      const { items } = await write(made.id, {
        items: [{ menu_item: soup.id, note: 'без лука', quantity: 2 }, { menu_item: soup.id }],
      })
      t.strictSame(
        items.map(({ id, quantity }) => [id, quantity]),
        [
          [plain!.id, 1],
          [special!.id, 2],
        ],
      )
      await write(made.id, { status: 'closed' })
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
      await write(made.id, { status: 'closed' })
    })

    await t.test('what is closed or cancelled keeps its lines, table and sums', async (t) => {
      for (const status of ['closed', 'cancelled']) {
        const made = await order({ items: [{ menu_item: soup.id }] })
        await write(made.id, { status })
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
        await write(made.id, { status: 'closed' })
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
        await write(made.id, { status: 'closed' })
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
      await write(made.id, { status: 'cancelled' })
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
  }),
)
