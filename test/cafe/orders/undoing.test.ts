import { sql } from 'drizzle-orm'
import t from 'tap'
import type { Test } from 'tap'
import type { TaskRead } from '../../../src/cafe/kitchen/schema.ts'
import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { checkBooks } from '../../support/books.ts'
import { onBoth } from '../../support/database.ts'
import type { Message } from '../../support/socket.ts'
import { startSocketCafe } from '../../realtime/cafe.ts'
import { announcedBy } from '../log.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'
const tasksPath = '/api/cafe/kitchen/tasks/'

/** What somebody did by mistake and takes back: the kitchen follows. */

t.test('undoing', (t) =>
  onBoth(t, async (t: Test, kind) => {
    const cafe = await startSocketCafe(t, { kind })
    const { database } = cafe
    const [waiter, cashier, cook] = [cafe.as('waiter1'), cafe.as('cashier1'), cafe.as('cook1')]
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
    const soup = dishes[0]!
    const dish = `/api/cafe/menu-items/${soup.id}/`
    const left = async () => (await waiter.get<MenuItemRead>(dish)).body.portions_left
    const step = (id: string, name: string) => cook.post<TaskRead>(`${tasksPath}${id}/${name}/`)
    const write = async (id: string, body: object, who = waiter) => {
      const reply = await who.patch<OrderRead>(`${path}${id}/`, body)
      t.equal(reply.status, 200, JSON.stringify(reply.body))
      return reply.body
    }
    const reopen = (id: string, more: object = {}) => write(id, { status: 'open', ...more }, cashier)
    const inUnits = async (id: string) => (await tasksOf(id)).sort((a, b) => a.unit_index - b.unit_index)
    const statuses = async (id: string) => (await inUnits(id)).map(({ status }) => status)
    const soups = (quantity: number) => order({ items: [{ menu_item: soup.id, quantity }] })
    const eventsOf = (action: () => Promise<unknown>) => announcedBy(database, action)

    for (const status of ['closed', 'cancelled']) {
      await t.test(`an order ${status} by mistake: its dishes are what they were`, async (t) => {
        const made = await soups(3)
        const [ready, begun, waiting] = (await inUnits(made.id)).map(({ id }) => id)
        await step(ready!, 'ready')
        await step(begun!, 'claim')
        const before = await inUnits(made.id)
        await write(made.id, { status })
        t.strictSame(await statuses(made.id), ['ready', 'cancelled', 'cancelled'])
        await step(begun!, 'acknowledge')
        const events = await eventsOf(() => reopen(made.id))
        t.strictSame(
          events.map(({ type, data }) => [type, data.task_id]),
          [
            ['order_updated', undefined],
            ['kitchen_task_created', begun],
            ['kitchen_task_created', waiting],
          ],
        )
        const strip = ({ version: _, updated_at: __, ...task }: TaskRead) => task
        t.strictSame((await inUnits(made.id)).map(strip), before.map(strip), 'and in the same hands')
        t.match(events[0]!.data.order, { items: [{ tasks: { pending: 1, in_progress: 1, ready: 1 } }] })
        await write(made.id, { items: [{ id: made.items[0]!.id, menu_item: soup.id, quantity: 4 }] })
        t.strictSame(await statuses(made.id), ['ready', 'in_progress', 'pending', 'pending'], 'one more only')
        await write(made.id, { status: 'cancelled' })
        await reopen(made.id)
        t.strictSame(await statuses(made.id), ['ready', 'in_progress', 'pending', 'pending'], 'once more')
        await step(begun!, 'ready')
        await write(made.id, { status: 'closed' })
      })
    }

    await t.test('units that were taken off before do not come back', async (t) => {
      const made = await soups(3)
      const line = { id: made.items[0]!.id, menu_item: soup.id }
      await write(made.id, { items: [{ ...line, quantity: 2 }], status: 'closed' })
      await reopen(made.id)
      t.strictSame(await statuses(made.id), ['pending', 'pending', 'cancelled'])
      await write(made.id, { status: 'closed' })
    })

    await t.test('nor do those that were given back after the end', async (t) => {
      const made = await soups(3)
      await write(made.id, { status: 'closed' })
      await cashier.post(`${path}${made.id}/pay/`, { payment_method: 'cash' })
      const body = { order_item_id: made.items[0]!.id, quantity: 1 }
      t.equal((await cashier.post(`${path}${made.id}/refund-item/`, body)).status, 200)
      await reopen(made.id)
      t.strictSame(await statuses(made.id), ['pending', 'pending', 'cancelled'])
      await write(made.id, { status: 'closed' })
    })

    await t.test('an order that an older release closed is taken up again as well', async (t) => {
      const made = await soups(2)
      await write(made.id, { status: 'closed' })
      await database.acrossCompanies((tx) =>
        tx.execute(sql`update kitchen_tasks set ended_with_order = null where order_id = ${made.id}`),
      )
      await reopen(made.id)
      t.strictSame(await statuses(made.id), ['pending', 'pending'])
      await write(made.id, { status: 'closed' })
    })

    await t.test('portions are taken again, or the order stays as it is', async (t) => {
      t.equal((await cook.patch(dish, { portions_left: 2 })).status, 200)
      const first = await soups(2)
      await write(first.id, { status: 'cancelled' })
      t.equal(await left(), 2)
      const second = await soups(2)
      const asked = await eventsOf(async () => {
        const refused = { status: 400, body: { status: [/осталось порций: 0/] } }
        t.match(await cashier.patch(`${path}${first.id}/`, { status: 'open' }), refused)
        t.match(
          await cashier.patch(`${path}${first.id}/`, {
            status: 'open',
            items: [{ id: first.items[0]!.id, menu_item: soup.id, quantity: 1 }],
          }),
          { status: 400, body: { items: [{ quantity: [/осталось порций: 0/] }] } },
        )
      })
      t.strictSame(asked, [])
      t.match((await waiter.get(`${path}${first.id}/`)).body, { status: 'cancelled', version: 2 })
      t.strictSame(await statuses(first.id), ['cancelled', 'cancelled'])
      t.equal(await left(), 0)
      await write(second.id, { status: 'cancelled' })
      const events = await eventsOf(() => reopen(first.id))
      t.equal(events.at(-1)!.type, 'menu_item_stopped')
      t.equal(await left(), 0)
      t.strictSame(await statuses(first.id), ['pending', 'pending'])
      await write(first.id, { status: 'cancelled' })
      const [line] = first.items
      await reopen(first.id, { items: [{ id: line!.id, menu_item: soup.id, quantity: 1 }] })
      t.equal(await left(), 1, 'what is corrected in the same request takes no more than it needs')
      t.strictSame(await statuses(first.id), ['pending', 'cancelled'])
      const [task] = await inUnits(first.id)
      await step(task!.id, 'claim')
      await write(first.id, { status: 'cancelled' })
      await reopen(first.id)
      t.equal(await left(), 1, 'a dish that was begun had used its portion up')
      await write(first.id, { status: 'closed' })
      await cook.patch(dish, { portions_left: null, stopped: false })
    })

    await t.test('a dish called ready by mistake: everybody who was told hears it', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: soup.id }] })
      const [task] = await tasksOf(made.id)
      const [orders, tablesSocket, kitchen, bell] = await Promise.all([
        cafe.connect('waiter1', 'orders'),
        cafe.connect('waiter1', 'tables'),
        cafe.connect('cook1', 'kitchen'),
        cafe.connect('waiter1', 'notifications'),
      ])
      const sockets = [orders, tablesSocket, kitchen, bell]
      for (const socket of sockets) await socket.next('connection_established')
      const unread = async () => {
        const { body } = await waiter.get<{ unread_count: number; results: { payload: object }[] }>(
          '/api/main/notifications/?is_read=false&page_size=500',
        )
        const ofTask = body.results.filter(
          ({ payload }) => (payload as { task_id: string }).task_id === task!.id,
        )
        return { all: body.unread_count, ofTask: ofTask.length }
      }
      const { all } = await unread()
      await step(task!.id, 'ready')
      t.strictSame(await unread(), { all: all + 1, ofTask: 1 })
      const told = (await bell.next('notification')) as Message & { data: { id: string } }
      t.match(await step(task!.id, 'recall'), { status: 200, body: { status: 'in_progress' } })
      t.equal((await step(task!.id, 'recall')).status, 200, 'said twice, it is told once')
      t.strictSame(await unread(), { all, ofTask: 0 }, 'nothing of it is left to read')
      t.match(await bell.next('unread_count'), { data: { count: all, withdrawn: told.data.id } })
      await step(task!.id, 'ready')
      t.strictSame(await unread(), { all: all + 1, ofTask: 1 }, 'ready again: one notice')
      for (const socket of sockets) await socket.pingPong()
      const typesOf = (messages: readonly Message[]) =>
        messages.map(({ type }) => type).filter((type) => type.startsWith('kitchen_task'))
      t.strictSame(typesOf(orders.messages), [
        'kitchen_task_ready',
        'kitchen_task_recalled',
        'kitchen_task_ready',
      ])
      t.match(orders.messages.find(({ type }) => type === 'kitchen_task_recalled')!.data, {
        task_id: task!.id,
        task: { status: 'in_progress', finished_at: null },
      })
      t.strictSame(typesOf(kitchen.messages), [
        'kitchen_task_ready',
        'kitchen_task_updated',
        'kitchen_task_ready',
      ])
      t.strictSame(typesOf(tablesSocket.messages), [])
      await cook.patch(`${tasksPath}${task!.id}/`, { status: 'in_progress' })
      t.strictSame(await unread(), { all, ofTask: 0 }, 'written as a status, it is the same')
      await step(task!.id, 'ready')
      await waiter.post('/api/main/notifications/mark-all-read/')
      await step(task!.id, 'recall')
      const { body } = await waiter.get<{ count: number }>('/api/main/notifications/?page_size=1')
      await step(task!.id, 'ready')
      t.match(await unread(), { ofTask: 1 }, 'what was read stays, and the news is news')
      t.match((await waiter.get('/api/main/notifications/?page_size=1')).body, { count: body.count + 1 })
      await write(made.id, { status: 'closed' })
      for (const socket of sockets) await socket.close()
    })

    await t.test('what the kitchen shows of an order is told when it changes, after ready too', async (t) => {
      const { body: client } = await waiter.post<{ id: string }>('/api/cafe/clients/', {
        name: 'Гость кухни',
      })
      const made = await order({ note: 'аллергия на орехи', items: [{ menu_item: soup.id, quantity: 3 }] })
      const [ready, begun, waiting] = (await inUnits(made.id)).map(({ id }) => id)
      t.match(await waiter.get(`${tasksPath}${ready}/`), { body: { order_note: 'аллергия на орехи' } })
      await step(ready!, 'ready')
      await step(begun!, 'claim')
      const line = `${path}${made.id}/items/${made.items[0]!.id}/`
      const cases: [string, () => Promise<unknown>, object][] = [
        ['note of the order', () => write(made.id, { note: 'без соли' }), { order_note: 'без соли' }],
        ['note of the line', () => waiter.patch(line, { note: 'острый' }), { note: 'острый' }],
        [
          'table',
          () => write(made.id, { table: tables[1]!.id }),
          { table_number: tables[1]!.number, order_note: 'без соли' },
        ],
        ['client', () => write(made.id, { client: client.id }), { guest: 'Гость кухни' }],
        ['waiter', () => write(made.id, { waiter: null }), { waiter: null, waiter_label: '' }],
      ]
      for (const [name, action, shown] of cases) {
        const before = new Map((await tasksOf(made.id)).map(({ id, version }) => [id, version]))
        const events = await eventsOf(action)
        const told = events.filter(({ type }) => type === 'kitchen_task_updated')
        t.equal(told.length, 3)
        t.strictSame(
          new Set(told.map(({ data }) => data.task_id)),
          new Set([ready, begun, waiting]),
          `${name}: every dish, the ready one too`,
        )
        for (const { data } of told) {
          const task = data.task as TaskRead
          t.match(task, shown, name)
          t.equal(task.version, before.get(task.id)! + 1)
          t.strictSame(task, (await cook.get<TaskRead>(`${tasksPath}${task.id}/`)).body)
        }
        const again = await eventsOf(action)
        t.strictSame(again, [], `${name}: what changes nothing says nothing`)
      }
      const guests = await eventsOf(() => write(made.id, { guests: 5 }))
      t.strictSame(
        guests.map(({ type }) => type),
        ['order_updated'],
        'what no dish shows is told of the order alone',
      )
      const listed = (await tasksOf(made.id)).map(({ order_note }) => order_note)
      t.strictSame(listed, ['без соли', 'без соли', 'без соли'])
      const snapshot = await cook.get<{ tasks: TaskRead[] }>('/api/cafe/snapshot/')
      t.match(
        snapshot.body.tasks.find(({ id }) => id === waiting),
        { order_note: 'без соли' },
      )
      await write(made.id, { status: 'closed' })
      const unseen = await eventsOf(() => write(made.id, { note: 'забыли зонт' }))
      t.strictSame(
        unseen.map(({ type, data }) => [type, data.task_id]),
        [
          ['order_updated', undefined],
          ['kitchen_task_updated', ready],
          ['kitchen_task_updated', begun],
        ],
        'and of a cancelled dish, until the kitchen has seen that it is cancelled',
      )
      await step(begun!, 'acknowledge')
    })

    await t.test('a split keeps what the kitchen is to know', async (t) => {
      const made = await order({ note: 'аллергия', items: [{ menu_item: soup.id, quantity: 2 }] })
      const { body } = await waiter.post<{ order: OrderRead; new_order: OrderRead }>(
        `${path}${made.id}/split/`,
        { items: [{ id: made.items[0]!.id, quantity: 1 }] },
      )
      for (const { id, note } of [body.order, body.new_order]) {
        t.equal(note, 'аллергия')
        t.match(await tasksOf(id), [{ order_note: 'аллергия' }])
        await write(id, { status: 'closed' })
      }
    })

    await t.test('the books are in order', () => checkBooks(database))
  }),
)
