import { closeOrder, postOrder } from './cafe.ts'
import type { Cafe, Task, Walk } from './cafe.ts'
import { checkEvent, homeOf, screens, tasksOf, types } from './events.ts'
import { faultsOf, taskForm } from './forms.ts'

const ways = [
  ['POST …/ready/ with an empty body', 'POST', 'ready/', undefined],
  ['POST …/ready with {}', 'POST', 'ready', {}],
  ['PATCH {"status": "ready"}', 'PATCH', '', { status: 'ready' }],
] as const

/** Guide §6 and scenario 4: a dish is ready. */
export async function kitchen(t: Walk, cafe: Cafe): Promise<void> {
  const home = await homeOf(cafe, 'waiter1')

  for (const [how, method, suffix, body] of ways) {
    await t.test(`scenario 4: a dish is ready by ${how}`, async (t) => {
      const { order, table, dish } = await postOrder(cafe, 'waiter1')
      const [task] = await tasksOf(cafe, 'cook1', order)
      const { orders, tables, kitchen } = await screens(t, cafe)
      const path = `/api/cafe/kitchen/tasks/${task!.id}/${suffix}`
      const answer = await cafe.call<Task>('cook1', method, path, body)
      t.equal(answer.status, 200)
      t.same(faultsOf(answer.body, taskForm), [], 'the answer is the task')
      t.equal(answer.body.status, 'ready')

      const event = await orders.next()
      const { task: announced, ...data } = checkEvent(t, event, 'kitchen_task_ready', home)
      t.same(announced, answer.body, 'the event carries the task as it was answered')
      t.same(data, {
        ...home,
        task_id: task!.id,
        order_id: order.id,
        table: table.number,
        menu_item: dish.title,
        unit_index: 1,
      })
      t.equal(announced.order, order.id)
      t.same(await kitchen.next(), event, 'the kitchen gets the same event')

      const again = await cafe.call<Task>('cook1', method, path, body)
      t.equal(again.status, 200, 'ready twice is no fault')
      t.same(again.body, answer.body)
      await closeOrder(cafe, 'waiter1', order)
      t.same(types(await orders.take(2)), ['order_updated', 'table_status_changed'], 'and is announced once')
      t.same(
        types(await kitchen.take(2)),
        ['order_updated', 'kitchen_task_cancelled'],
        'the ready dish stays',
      )
      t.same(
        types(await tables.take(1)),
        ['table_status_changed'],
        'dishes are nothing for the tables screen',
      )
    })
  }

  await t.test('a dish that a cook has claimed is ready too', async (t) => {
    const { order } = await postOrder(cafe, 'waiter1')
    const [task] = await tasksOf(cafe, 'cook1', order)
    const kitchen = await cafe.listen(t, 'cook1', 'kitchen')
    const claimed = await cafe.call<Task>('cook1', 'POST', `/api/cafe/kitchen/tasks/${task!.id}/claim/`)
    t.equal(claimed.status, 200)
    t.equal(claimed.body.status, 'in_progress')
    const { task: updated } = checkEvent(t, await kitchen.next(), 'kitchen_task_updated', home)
    t.same(updated, claimed.body)
    await cafe.call('cook1', 'POST', `/api/cafe/kitchen/tasks/${task!.id}/ready/`)
    const { task: ready } = checkEvent(t, await kitchen.next(), 'kitchen_task_ready', home)
    t.equal(ready.cook, claimed.body.cook)
    await closeOrder(cafe, 'waiter1', order)
  })

  await t.test('a cook of another branch cannot touch it', async (t) => {
    const { order } = await postOrder(cafe, 'waiter1')
    const [task] = await tasksOf(cafe, 'cook1', order)
    const { status } = await cafe.call('cook2', 'POST', `/api/cafe/kitchen/tasks/${task!.id}/ready/`)
    t.equal(status, 404)
    await closeOrder(cafe, 'waiter1', order)
  })
}
