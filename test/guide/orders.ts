import { closeOrder, postOrder } from './cafe.ts'
import type { Cafe, Order, Table, Walk } from './cafe.ts'
import { checkEvent, checkRising, checkTableEvent, homeOf, screens, tasksOf, types } from './events.ts'
import { faultsOf, orderForm, tableForm, taskForm } from './forms.ts'

/** Guide §6, steps 4 and 5, scenarios 1 to 3, §10 and §11: ordering and closing, and what each screen hears of it. */
export async function orders(t: Walk, cafe: Cafe): Promise<void> {
  const home = await homeOf(cafe, 'waiter1')
  const read = async <Row>(path: string) => (await cafe.call<Row>('waiter1', 'GET', path)).body

  await t.test('scenario 1: an order is created; every screen hears its part, in order', async (t) => {
    const { orders, tables, kitchen } = await screens(t, cafe)
    const { order, table, dish, sent } = await postOrder(cafe, 'waiter1')
    const { client, waiter, guests } = order
    t.same(faultsOf(order, orderForm), [], 'every field of the answer')
    t.same(
      { table: order.table, client, waiter, guests },
      { table: sent.table, client: sent.client, waiter: sent.waiter, guests: sent.guests },
    )
    t.equal(order.status, 'open')
    t.equal(order.total_amount, (Number(dish.price) * 2).toFixed(2))
    t.same(order.items[0]!.tasks, { pending: 2, in_progress: 0, ready: 0, cancelled: 0 })

    const heard = await orders.take(2)
    t.same(types(heard), ['order_created', 'table_status_changed'])
    checkRising(t, [orders.messages[0]!, ...heard])
    const created = checkEvent(t, heard[0]!, 'order_created', home)
    t.same(created.order, order, 'the event carries the order as it was answered')
    t.same(await read(`/api/cafe/orders/${order.id}/`), order, 'and as it is read')
    await checkTableEvent(t, cafe, heard[1]!, { table, status: 'busy', user: 'waiter1' })
    t.same(await tables.take(1), [heard[1]], 'the tables screen gets the same event and no order')

    const cooking = await kitchen.take(3)
    t.same(types(cooking), ['order_created', 'kitchen_task_created', 'kitchen_task_created'])
    checkRising(t, cooking)
    t.same(cooking[0], heard[0], 'the kitchen gets the same event')
    const tasks = await tasksOf(cafe, 'cook1', order)
    t.equal(tasks.length, 2, 'a task for each unit')
    for (const [index, event] of cooking.slice(1).entries()) {
      const { task, ...data } = checkEvent(t, event, 'kitchen_task_created', home)
      t.same(task, tasks[index], 'the task as it is read')
      t.same(faultsOf(tasks[index], taskForm), [], 'every field of it')
      t.same(data, {
        ...home,
        task_id: task.id,
        order_id: order.id,
        table: table.number,
        menu_item: dish.title,
        unit_index: index + 1,
      })
      t.equal(task.status, 'pending')
    }
    await closeOrder(cafe, 'waiter1', order)
  })

  await t.test('scenario 2: an order is closed; the table is free again', async (t) => {
    const { order, table } = await postOrder(cafe, 'waiter1')
    const { orders, tables, kitchen } = await screens(t, cafe)
    const answer = await closeOrder(cafe, 'waiter1', order)
    t.equal(answer.status, 200)

    const heard = await orders.take(2)
    t.same(types(heard), ['order_updated', 'table_status_changed'])
    checkRising(t, heard)
    const { order: closed } = checkEvent(t, heard[0]!, 'order_updated', home)
    t.equal(closed.id, order.id)
    t.equal(closed.status, 'closed')
    t.equal(closed.total_amount, order.total_amount)
    t.same(closed, answer.body, 'the event carries the order as it was answered')
    await checkTableEvent(t, cafe, heard[1]!, { table, status: 'free', user: 'waiter1' })
    t.same(await tables.take(1), [heard[1]])

    const cancelled = await kitchen.take(3)
    t.same(types(cancelled), ['order_updated', 'kitchen_task_cancelled', 'kitchen_task_cancelled'])
    for (const event of cancelled.slice(1)) {
      const { task } = checkEvent(t, event, 'kitchen_task_cancelled', home)
      t.equal(task.status, 'cancelled')
    }
  })

  await t.test('closing a closed order changes nothing and is not announced', async (t) => {
    const { order } = await postOrder(cafe, 'waiter1')
    const first = await closeOrder(cafe, 'waiter1', order)
    const socket = await cafe.listen(t, 'waiter1', 'orders')
    const again = await closeOrder(cafe, 'waiter1', order)
    t.equal(again.status, 200)
    t.same(again.body, first.body)
    const { order: later } = await postOrder(cafe, 'waiter1')
    const { order: announced } = checkEvent(t, await socket.next(), 'order_created', home)
    t.equal(announced.id, later.id, 'nothing came before the next order')
    await closeOrder(cafe, 'waiter1', later)
  })

  await t.test('scenario 3: the tables screen follows a table while two orders come and go', async (t) => {
    const tables = await cafe.listen(t, 'waiter1', 'tables')
    const { order: first, table } = await postOrder(cafe, 'waiter1')
    await checkTableEvent(t, cafe, await tables.next(), { table, status: 'busy', user: 'waiter1' })
    t.same(faultsOf(await read<Table>(`/api/cafe/tables/${table.id}/`), tableForm), [])

    const { order: second } = await postOrder(cafe, 'waiter1', { table: table.id })
    await closeOrder(cafe, 'waiter1', first)
    t.equal((await read<Table>(`/api/cafe/tables/${table.id}/`)).status, 'busy', 'one order is still open')
    await closeOrder(cafe, 'waiter1', second)
    await checkTableEvent(t, cafe, await tables.next(), { table, status: 'free', user: 'waiter1' })
    t.equal(tables.messages.length, 3, 'hello, busy, free')
  })

  await t.test('an order without a table is a takeaway', async (t) => {
    const { orders, tables } = await screens(t, cafe)
    const { order } = await postOrder(cafe, 'waiter1', { table: null })
    t.equal(order.table, null)
    await closeOrder(cafe, 'waiter1', order)
    t.same(types(await orders.take(2)), ['order_created', 'order_updated'])
    const { order: sentinel, table } = await postOrder(cafe, 'waiter1')
    await checkTableEvent(t, cafe, await tables.next(), { table, status: 'busy', user: 'waiter1' })
    await closeOrder(cafe, 'waiter1', sentinel)
  })

  for (const [what, login] of [
    ['§11: the full test of the guide on one socket', ''],
    ['§11: the full test of the guide by an owner who chose the branch', `&branch_id=${home.branch_id}`],
  ] as const) {
    await t.test(what, async (t) => {
      const socket = await cafe.listen(t, login ? 'owner' : 'waiter1', 'orders', login)
      t.same(await socket.pingPong(), { type: 'pong' })
      const { order } = await postOrder(cafe, 'waiter1')
      await closeOrder(cafe, 'waiter1', order)
      const heard = await socket.take(4)
      t.same(types(heard), ['order_created', 'table_status_changed', 'order_updated', 'table_status_changed'])
      checkRising(t, heard)
      t.equal(new Set(heard.map((event) => event.id)).size, 4, 'every event has an id of its own')
    })
  }

  await t.test('paths work without the slash at their end', async (t) => {
    const { sent, order: first } = await postOrder(cafe, 'waiter1')
    const created = await cafe.call<Order>('waiter1', 'POST', '/api/cafe/orders', sent)
    t.equal(created.status, 201)
    const path = `/api/cafe/orders/${created.body.id}`
    t.same((await cafe.call('waiter1', 'GET', path)).body, created.body)
    const closed = await cafe.call<Order>('waiter1', 'PATCH', path, { status: 'closed' })
    t.equal(closed.body.status, 'closed')
    await closeOrder(cafe, 'waiter1', first)
  })
}
