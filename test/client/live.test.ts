import t from 'tap'
import type { CafeError } from '../../packages/client/src/cafe.ts'
import { memoryCommands } from '../../packages/client/src/live.ts'
import { waitUntil } from '../support/wait.ts'
import { listsOf, plain, shows, startLiveCafe } from './live-cafe.ts'
import type { LiveCafe } from './live-cafe.ts'

/** What a screen of a branch shows, and what becomes of its commands. */

const takeOrder = (cafe: LiveCafe) =>
  cafe.order({ table: cafe.tables[0]!.id, items: [{ menu_item: cafe.dishes[0]!.id, quantity: 2 }] })

t.test('a screen shows the branch as it is, and what happens in it', async (t) => {
  const cafe = await startLiveCafe(t)
  const before = await takeOrder(cafe)
  const branch = cafe.screen('waiter1')
  const cook = cafe.as('cook1')
  let changes = 0
  branch.subscribe(() => changes++)
  const types: string[] = []
  branch.on('kitchen_task_ready', ({ type }) => types.push(type))
  await branch.ready
  await shows(branch, 'live', ({ status }) => status.state === 'live')
  t.ok(branch.getSnapshot().orders.has(before.id))
  t.equal(branch.getSnapshot(), branch.getSnapshot(), 'the same until something changes')
  t.ok(changes > 0)

  const order = await takeOrder(cafe)
  await shows(branch, 'the new order', ({ orders, tasks }) => orders.has(order.id) && tasks.size === 4)
  const [task] = await cafe.tasksOf(order.id)
  await cook.post(`/api/cafe/kitchen/tasks/${task!.id}/claim/`)
  await cook.post(`/api/cafe/kitchen/tasks/${task!.id}/ready/`)
  await shows(branch, 'one is ready', ({ tasks }) => tasks.size === 3)
  t.match(branch.getSnapshot().orders.get(order.id)!.items[0]!.tasks, { pending: 1, ready: 1 })
  t.strictSame(types, ['kitchen_task_ready'])
  t.strictSame(plain(listsOf(branch.getSnapshot())), plain(await cafe.truth()))

  await cook.post(`/api/cafe/kitchen/tasks/${task!.id}/recall/`)
  await shows(branch, 'it is not after all', ({ tasks }) => tasks.size === 4)
  t.strictSame(plain(listsOf(branch.getSnapshot())), plain(await cafe.truth()))
})

t.test('a change is shown at once, and taken back when the service refuses it', async (t) => {
  const cafe = await startLiveCafe(t)
  const order = await takeOrder(cafe)
  const branch = cafe.screen('waiter1')
  await branch.ready
  const note = () => branch.getSnapshot().orders.get(order.id)?.note
  const path = { id: order.id }
  const noted = branch.send('patch', '/api/cafe/orders/{id}/', { path, body: { note: 'at once' } })
  t.equal(note(), 'at once')
  t.equal(branch.getSnapshot().waiting.length, 1)
  t.equal((await noted).note, 'at once')
  t.equal(note(), 'at once', 'no flicker between the answer and the event')
  t.equal(branch.getSnapshot().waiting.length, 0)

  const { version } = order
  const stale = branch.send('patch', '/api/cafe/orders/{id}/', { path, version, body: { note: 'stale' } })
  t.equal(note(), 'stale')
  t.match(await stale.catch((error: CafeError) => error), { status: 412, code: 'version_conflict' })
  t.equal(note(), 'at once', 'taken back')
  await shows(branch, 'nothing stopped', ({ stopped, waiting }) => !stopped && waiting.length === 0)

  const closed = branch.send('patch', '/api/cafe/orders/{id}/', { path, body: { status: 'closed' } })
  t.notOk(branch.getSnapshot().orders.has(order.id), 'a closed one is gone')
  await closed
  t.notOk(branch.getSnapshot().orders.has(order.id))
})

t.test('without a network changes wait, in order, and are carried out once', async (t) => {
  const cafe = await startLiveCafe(t)
  const branch = cafe.screen('waiter1')
  await branch.ready
  cafe.proxy.cut()
  const notes = ['one', 'two', 'three']
  const answers = notes.map((note) => branch.send('post', '/api/cafe/orders/', { body: { note } }))
  t.equal(branch.getSnapshot().waiting.length, 3)
  await shows(branch, 'the network is gone', ({ status }) => status.state === 'reconnecting')
  cafe.proxy.restore()
  const orders = await Promise.all(answers)
  t.strictSame(
    orders.map(({ number }) => number),
    [1, 2, 3].map((i) => orders[0]!.number + i - 1),
    'first in, first out',
  )
  const { orders: open } = await cafe.truth()
  t.strictSame(open.map(({ note }) => note).sort(), [...notes].sort(), 'each once')
})

t.test('a refused change holds up those behind it, until a person decides', async (t) => {
  const cafe = await startLiveCafe(t)
  const branch = cafe.screen('waiter1')
  await branch.ready
  cafe.proxy.cut()
  const wrong = branch.send('post', '/api/cafe/orders/', { body: { note: 'wrong', guests: 5000 } })
  const right = branch.send('post', '/api/cafe/orders/', { body: { note: 'right' } })
  cafe.proxy.restore()
  t.match(await wrong.catch((error: CafeError) => error), { status: 400, code: 'invalid' })
  t.match(branch.getSnapshot().stopped, { command: { body: { note: 'wrong' } }, error: { code: 'invalid' } })
  t.equal(branch.getSnapshot().waiting.length, 2)
  branch.retry()
  await shows(branch, 'refused again', ({ stopped }) => stopped)
  t.equal((await cafe.truth()).orders.length, 0)
  branch.discard()
  t.equal((await right).note, 'right')
  t.match(branch.getSnapshot(), { stopped: null, waiting: [] })
})

t.test('changes that wait survive the program that made them', async (t) => {
  const cafe = await startLiveCafe(t)
  const commands = memoryCommands()
  const first = cafe.screen('waiter1', { commands })
  await first.ready
  cafe.proxy.cut()
  for (const note of ['left', 'behind'])
    void first.send('post', '/api/cafe/orders/', { body: { note } }).catch(() => {})
  await waitUntil(async () => (await commands.all()).length === 2, { what: 'both are kept' })
  first.close()
  cafe.proxy.restore()
  const second = cafe.screen('waiter1', { commands })
  await shows(second, 'both are carried out', ({ orders }) => orders.size === 2)
  await waitUntil(async () => (await commands.all()).length === 0, { what: 'none is kept' })
  t.strictSame(
    (await cafe.truth()).orders.map(({ note }) => note),
    ['left', 'behind'],
  )
})
