import t from 'tap'
import type { Test } from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { startCompany } from '../accounts/staff.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { freshDatabaseEnv, onBoth } from '../support/database.ts'
import type { DatabaseKind } from '../support/database.ts'
import { openSocket } from '../support/socket.ts'
import type { TestSocket } from '../support/socket.ts'
import { waitUntil } from '../support/wait.ts'
import { numbersOf } from './cafe.ts'

interface Made {
  id: string
}

/** A company without branches with an order of two dishes at table 1, on one replica or on two. */
async function startGrowing(t: Test, kind: DatabaseKind, env: Record<string, string> = {}) {
  const on = kind === 'embedded' ? undefined : await freshDatabaseEnv(t, { content: 'empty' })
  const here = await startCompany(t, { kind, on, env, branches: [] })
  const there: TestApp = on ? await startApp(t, { on, env }) : here
  const { owner } = here
  const make = async (path: string, body: object) =>
    (await owner.post<Made>(`/api/cafe/${path}/`, body)).body.id
  const table = await make('tables', { number: 1 })
  const category = await make('categories', { title: 'Горячее' })
  const dish = await make('menu-items', { title: 'Плов', category, price: '300.00' })
  const [waiter, cook] = [await here.hire('waiter', []), await here.hire('cook', [])]
  const thereAsWaiter = there.withToken(waiter.login.access)
  const body = { table, items: [{ menu_item: dish, quantity: 2 }] }
  const order = async () => {
    const reply = await thereAsWaiter.post<OrderRead>('/api/cafe/orders/', body)
    if (reply.status !== 201) throw new Error(JSON.stringify(reply))
    return reply.body
  }
  const { socketUrl } = await there.listen()
  const connect = (person: { login: { access: string } }, group: string, query = '') =>
    openSocket(t, `${socketUrl}/ws/cafe/${group}/?token=${person.login.access}${query}`)
  const open = async (name = 'Центр') => (await owner.post<Made>('/api/users/branches/', { name })).body.id
  if (on && env.REDIS_URL !== '') await waitUntil(() => here.bus.up && there.bus.up, { what: 'links are up' })
  return { here, there, owner, waiter, cook, order, connect, open, thereAsWaiter }
}

/** The types of the events a socket has got, without the positions and greetings between them. */
const typesOf = (socket: TestSocket): string[] =>
  socket.messages.flatMap(({ type, id }) => (id === undefined ? [] : [type]))

const growing = async (t: Test, kind: DatabaseKind, env?: Record<string, string>) => {
  const { waiter, cook, owner, order, connect, open, thereAsWaiter } = await startGrowing(t, kind, env)
  const old = await order()
  const orders = await connect(waiter, 'orders')
  const kitchen = await connect(cook, 'kitchen')
  const tables = await connect(waiter, 'tables')
  const all = await connect(owner, 'orders')
  const greetings = []
  for (const socket of [orders, kitchen, tables, all])
    greetings.push(await socket.next('connection_established'))
  const start = greetings[0]!.seq!
  const second = await order()
  const branch = await open()
  const third = await order()
  t.match(third, { branch, number: 3 })
  t.match((await thereAsWaiter.patch(`/api/cafe/orders/${old.id}/`, { status: 'closed' })).body, { branch })

  const taken = ['order_created', 'kitchen_task_created', 'kitchen_task_created']
  const closed = ['order_updated', 'kitchen_task_cancelled', 'kitchen_task_cancelled']
  const seen = {
    orders: ['order_created', 'first_branch_created', 'order_created', 'order_updated'],
    tables: ['first_branch_created'],
    kitchen: [...taken, 'first_branch_created', ...taken, ...closed],
  }
  for (const [socket, types] of [
    [orders, seen.orders],
    [kitchen, seen.kitchen],
    [tables, seen.tables],
    [all, seen.orders],
  ] as const) {
    await waitUntil(() => typesOf(socket).length >= types.length, { what: 'every event has come' })
    t.strictSame(typesOf(socket), types)
    const numbers = numbersOf(socket)
    t.strictSame(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
      'in order, nothing twice',
    )
    const told = socket.messages.find(({ type }) => type === 'first_branch_created')!
    t.match(told.data, {
      branch: { id: branch, name: 'Центр' },
      branch_id: branch,
      moved: { open_orders: 2 },
    })
    await socket.pingPong()
  }
  const ids = orders.messages.flatMap(
    ({ data }) => (data as { order?: OrderRead } | undefined)?.order?.id ?? [],
  )
  t.strictSame(ids, [second.id, third.id, old.id])

  await t.test('they are greeted anew, in the branch and with the position they have reached', async (t) => {
    for (const socket of [orders, kitchen, tables]) {
      const again = socket.messages.filter(({ type }) => type === 'connection_established')
      t.equal(again.length, 2)
      t.match(again[1], { branch_id: branch, group: new RegExp(`_${branch}$`), seq: Number })
    }
    const again = all.messages.filter(({ type }) => type === 'connection_established')
    t.match(again[1], { branch_id: null, positions: { [branch]: Number } })
    t.strictSame(Object.keys(again[1]!.positions as object), [branch])
  })

  await t.test('a position of before is good in the branch, and is replayed without a hole', async (t) => {
    const back = await connect(waiter, 'orders', `&since=${start}`)
    t.match(await back.next('connection_established'), { seq: start, branch_id: branch })
    await waitUntil(() => typesOf(back).length >= seen.orders.length, { what: 'all of it' })
    t.strictSame(numbersOf(back), numbersOf(orders))
  })

  await t.test('a second branch says nothing to the first', async (t) => {
    const south = await open('Юг')
    const fourth = await order()
    t.equal(fourth.branch, branch)
    await waitUntil(() => typesOf(orders).length > seen.orders.length, { what: 'the order' })
    t.strictSame(typesOf(orders), [...seen.orders, 'order_created'])
    t.match((await owner.post('/api/cafe/orders/', { branch: south })).body, { branch: south })
    await waitUntil(() => typesOf(all).length >= seen.orders.length + 2, { what: 'both at the owner' })
    t.strictSame(typesOf(all).slice(seen.orders.length), ['order_created', 'order_created'])
  })
}

t.test('sockets go on when a company gets its first branch', (t) => onBoth(t, growing))

t.test('also where no notice reaches the replica they are on', async (t) =>
  growing(t, 'postgresql', { REDIS_URL: '', PING_INTERVAL: '10m', ACTOR_CACHE: '1h' }),
)
