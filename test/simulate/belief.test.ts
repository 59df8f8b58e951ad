import t from 'tap'
import { believe, hear, wrongBeliefs } from './belief.ts'
import type { OrderRead, Snapshot, TableRead, TaskRead } from './wire.ts'

const order = (change: Partial<OrderRead> = {}) =>
  ({ id: 'order', status: 'open', guests: 2, version: 1, items: [], ...change }) as unknown as OrderRead
const table = (status: TableRead['status']) => ({ id: 'table', number: 1, status }) as TableRead
const task = (status: TaskRead['status']) => ({ id: 'task', order: 'order', status }) as TaskRead
const snapshot = (change: Partial<Snapshot> = {}) =>
  ({ seq: 10, orders: [], tables: [table('free')], tasks: [], ...change }) as unknown as Snapshot

t.test('snapshot and events together are what a later snapshot says', async (t) => {
  const belief = believe(snapshot())
  const events = [
    { type: 'order_created', data: { order: order() } },
    { type: 'table_status_changed', data: { table: table('busy') } },
    { type: 'kitchen_task_created', data: { task: task('pending') } },
    { type: 'kitchen_task_updated', data: { task: task('in_progress') } },
    { type: 'order_updated', data: { order: order({ guests: 5, version: 2 }) } },
  ]
  events.forEach((event, i) => hear(belief, { seq: 11 + i, ...event }))
  const later = believe(
    snapshot({
      orders: [order({ guests: 5, version: 2, status_display: 'Open' })],
      tables: [table('busy')],
      tasks: [task('in_progress')],
    }),
  )
  for (const group of ['orders', 'tables', 'kitchen'] as const)
    t.same([...wrongBeliefs(group, belief, later)], [], group)
})

t.test('what is finished is shown no more', async (t) => {
  const belief = believe(snapshot({ orders: [order()], tasks: [task('pending')] }))
  hear(belief, { type: 'kitchen_task_ready', seq: 11, data: { task: task('ready') } })
  hear(belief, { type: 'order_updated', seq: 12, data: { order: order({ status: 'closed' }) } })
  t.same([belief.orders.size, belief.tasks.size], [0, 0])
})

t.test('an event that the snapshot knew already changes nothing', async (t) => {
  const belief = believe(snapshot())
  hear(belief, { type: 'order_created', seq: 10, data: { order: order() } })
  t.equal(belief.orders.size, 0)
})

t.test('a device that missed an event is told apart', async (t) => {
  const truth = believe(snapshot({ orders: [order({ version: 2 })], tables: [table('busy')] }))
  const stale = believe(snapshot({ orders: [order()], tasks: [task('pending')] }))
  t.match([...wrongBeliefs('orders', stale, truth)], [/order is shown as/, /table is shown as/])
  t.match([...wrongBeliefs('kitchen', stale, truth)], [/order is shown as/, /task is still shown/])
  t.match([...wrongBeliefs('orders', believe(snapshot()), truth)], [/order is not shown/, /table/])
})
