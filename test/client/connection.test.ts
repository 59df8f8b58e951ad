import t from 'tap'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { connect } from '../../packages/client/src/index.ts'
import type { Connection, ConnectOptions, Group, Status } from '../../packages/client/src/index.ts'
import { numbers, startSocketCafe } from '../realtime/cafe.ts'
import type { SocketCafe } from '../realtime/cafe.ts'
import { startProxy } from '../support/proxy.ts'
import { waitUntil } from '../support/wait.ts'

/** What a connection hands out, at the real service. */

/** Follows as a demo user and notes everything; `seen` are the numbers of events. */
function follow<G extends Group>(
  t: Test,
  cafe: SocketCafe,
  options: Partial<ConnectOptions<G>> & { group: G; user?: Parameters<SocketCafe['tokenOf']>[0] },
) {
  const { user = 'waiter1', ...rest } = options
  const connection = connect<G>({
    url: cafe.httpUrl,
    getToken: () => cafe.tokenOf(user),
    WebSocket,
    ...rest,
  })
  t.teardown(() => connection.close())
  const seen: number[] = []
  const resyncs: string[] = []
  const states: Status[] = []
  connection.on('event', ({ seq }) => seen.push(seq))
  connection.on('resync', ({ reason }) => resyncs.push(reason))
  connection.on('status', (status) => states.push(status))
  return { connection, seen, resyncs, states }
}

/** Where it began. */
const placed = (connection: Connection<Group>) => waitUntil(() => connection.position, { what: 'a position' })

const has = (seen: readonly unknown[], count: number) =>
  waitUntil(() => seen.length >= count, { what: `${count} of what came: ${seen.length}` })

t.test('every event comes once and in order, wherever the connection is cut', async (t) => {
  const cafe = await startSocketCafe(t)
  const [centre] = cafe.branches
  const proxy = await startProxy(t, cafe.httpUrl, 80)
  const { connection, seen, resyncs, states } = follow(t, cafe, { url: proxy.url, group: 'orders' })
  const { seq: from } = await placed(connection)
  for (let round = 0; round < 5; round++) {
    await cafe.append(centre, ['order_created', 'table_status_changed', 'kitchen_task_created'])
    proxy.cut()
    await cafe.append(centre, ['order_created', 'kitchen_task_created', 'order_updated'])
    proxy.restore()
    await has(seen, (round + 1) * 4)
  }
  const wanted = numbers(from! + 1, from! + 30).filter((seq) => ![3, 5].includes((seq - from!) % 6))
  t.strictSame(seen, wanted)
  t.strictSame(resyncs, ['first_connection'])
  t.equal(connection.position!.seq, wanted.at(-1))
  await waitUntil(() => connection.status.state === 'live', { what: 'live' })
  const inOrder = states.map(({ state }) => state)
  for (const state of ['live', 'reconnecting', 'replaying'] as const) t.ok(inOrder.includes(state), state)
  t.equal(inOrder.lastIndexOf('live') > inOrder.lastIndexOf('replaying'), true)
})

t.test('a loop over the connection has one event at a time, and the position waits for it', async (t) => {
  const cafe = await startSocketCafe(t)
  const [centre] = cafe.branches
  const ending = new AbortController()
  const connection = connect({
    url: cafe.httpUrl,
    group: 'orders',
    token: await cafe.tokenOf('waiter1'),
    WebSocket,
    signal: ending.signal,
  })
  await connection.ready
  await cafe.append(centre, ['order_created', 'order_updated', 'order_deleted'])
  const seen: string[] = []
  for await (const item of connection) {
    seen.push(item.type)
    if (item.type === 'order_updated') {
      const { position } = connection
      t.equal(position!.seq, item.seq - 1, 'not yet handled')
    }
    if (item.type === 'order_deleted') ending.abort()
  }
  t.strictSame(seen, ['resync', 'order_created', 'order_updated', 'order_deleted'])
  t.match(connection.status, { state: 'closed', reason: 'aborted' })
  for await (const item of connection) t.fail(item.type)
})

t.test('a slow consumer is told, and gets every event all the same', async (t) => {
  const cafe = await startSocketCafe(t)
  const [centre] = cafe.branches
  const { connection, states } = follow(t, cafe, { group: 'orders', queueLimit: 10 })
  const { seq: from } = await placed(connection)
  const slow: number[] = []
  let goOn = () => {}
  const held = new Promise<void>((resolve) => (goOn = resolve))
  connection.on('order_created', async ({ seq }) => {
    if (slow.length === 0) await held
    slow.push(seq)
  })
  await cafe.append(centre, Array(60).fill('order_created'))
  await waitUntil(() => connection.status.state === 'stale', { what: 'it is told' })
  t.equal(connection.status.reason, 'slow_consumer')
  goOn()
  await has(slow, 60)
  t.strictSame(slow, numbers(from! + 1, from! + 60))
  await waitUntil(() => connection.status.state === 'live', { what: 'live again' })
  t.ok(states.filter(({ reason }) => reason === 'slow_consumer').length > 0)
})

t.test('a storage lets a restart continue, and another history or branch begins anew', async (t) => {
  const cafe = await startSocketCafe(t)
  const [centre] = cafe.branches
  const storage = new Map<string, string>()
  const first = follow(t, cafe, { group: 'orders', storage })
  await first.connection.ready
  await cafe.append(centre, ['order_created', 'order_updated'])
  await has(first.seen, 2)
  await waitUntil(() => [...storage.values()].some((text) => text.includes(`"seq":${first.seen[1]}`)), {
    what: 'the position is kept',
  })
  first.connection.close()
  await cafe.append(centre, ['order_updated'])
  const second = follow(t, cafe, { group: 'orders', storage })
  await has(second.seen, 1)
  t.strictSame([...first.seen, ...second.seen], numbers(first.seen[0]!, first.seen[0]! + 2))
  t.strictSame(second.resyncs, [], 'nothing is fetched anew')
  second.connection.close()

  const [key] = storage.keys()
  const kept = JSON.parse(storage.get(key!)!) as object
  storage.set(key!, JSON.stringify({ ...kept, epoch: 'another' }))
  const otherHistory = follow(t, cafe, { group: 'orders', storage })
  await has(otherHistory.resyncs, 1)
  t.strictSame(otherHistory.resyncs, ['epoch_changed'])
  otherHistory.connection.close()

  storage.set(key!, JSON.stringify({ ...kept, group: 'cafe_orders_of_another_branch' }))
  const otherBranch = follow(t, cafe, { group: 'orders', storage })
  await has(otherBranch.resyncs, 1)
  t.strictSame(otherBranch.resyncs, ['other_stream'])
  await cafe.append(centre, ['order_created'])
  await has(otherBranch.seen, 1)
  t.strictSame(otherBranch.seen, [first.seen[0]! + 3], 'then what comes after it')
})

t.test('a snapshot is fetched before the events that come after it', async (t) => {
  const cafe = await startSocketCafe(t)
  const [centre] = cafe.branches
  const waiter = cafe.as('waiter1')
  let failures = 1
  const reasons: string[] = []
  const snapshot: ConnectOptions<'orders'>['snapshot'] = async ({ reason }) => {
    reasons.push(reason)
    if (failures-- > 0) throw new Error('no network')
    // it contains what comes on the socket as well
    await cafe.append(centre, ['order_created', 'order_created'])
    const { body } = await waiter.get<{ epoch: string; seq: number }>('/api/cafe/snapshot/')
    await cafe.append(centre, ['order_updated'])
    return body
  }
  const errors: unknown[] = []
  const { connection, seen, states } = follow(t, cafe, { group: 'orders', snapshot })
  connection.on('error', (error) => errors.push(error))
  await has(seen, 1)
  t.strictSame(reasons, ['first_connection', 'first_connection'], 'one that fails is fetched again')
  t.match(errors, [{ message: 'no network' }])
  t.equal(seen.length, 1, 'the others are in the snapshot')
  t.equal(connection.position!.seq, seen[0])
  t.ok(states.some(({ state, reason }) => state === 'replaying' && reason === 'first_connection'))
})

t.test('the socket of a company continues in every branch', async (t) => {
  const cafe = await startSocketCafe(t)
  const [centre, south] = cafe.branches
  const proxy = await startProxy(t, cafe.httpUrl, 80)
  const seen: [string, number][] = []
  const { connection } = follow(t, cafe, { url: proxy.url, user: 'owner', group: 'orders' })
  connection.on('event', ({ seq, data }) => seen.push([data.branch_id!, seq]))
  const { positions = {} } = await placed(connection)
  await cafe.append(centre, ['order_created'])
  await cafe.append(south, ['order_created', 'order_created'])
  await has(seen, 3)
  proxy.cut()
  await cafe.append(south, ['order_created'])
  await cafe.append(centre, ['order_created'])
  proxy.restore()
  await has(seen, 5)
  const of = (branch: string) => seen.filter(([of]) => of === branch).map(([, seq]) => seq)
  t.strictSame(of(centre), numbers(positions[centre]! + 1, positions[centre]! + 2))
  t.strictSame(of(south), numbers(positions[south]! + 1, positions[south]! + 3))
})

t.test('a company opens its first branch, and no event is missed or comes twice', async (t) => {
  const cafe = await startSocketCafe(t)
  const owner = cafe.as('owner2')
  const table = async (number: number) => owner.post('/api/cafe/tables/', { number })
  const { connection, seen, resyncs } = follow(t, cafe, { user: 'owner2', group: 'tables' })
  await connection.ready
  await table(71)
  t.equal((await owner.post('/api/users/branches/', { name: 'Первый' })).status, 201)
  await waitUntil(() => connection.position?.positions, { what: 'a position per branch' })
  await table(72)
  await has(seen, 3)
  t.strictSame(seen, numbers(seen[0]!, seen[0]! + 2))
  t.strictSame(resyncs, ['first_connection'])
})

t.test('an error of a listener is reported and holds nothing up', async (t) => {
  const cafe = await startSocketCafe(t)
  const { connection, seen } = follow(t, cafe, { group: 'orders' })
  const errors: unknown[] = []
  connection.on('error', (error) => errors.push(error))
  connection.on('order_created', () => {
    throw new Error('of the page')
  })
  await connection.ready
  await cafe.append(cafe.branches[0], ['order_created', 'order_created'])
  await has(seen, 2)
  await waitUntil(() => errors.length === 2, { what: 'both errors' })
  t.match(errors[0], { message: 'of the page' })
})
