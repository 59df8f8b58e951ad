import { get } from 'node:http'
import t from 'tap'
import type { Test } from 'tap'
import { startCompany } from '../accounts/staff.ts'
import { freshDatabaseEnv, onBoth } from '../support/database.ts'
import { openEventStream } from '../support/event-stream.ts'
import { waitUntil } from '../support/wait.ts'
import { numbers, numbersOf, orders, startSocketCafe, startTwoReplicas } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

/** How streams of server-sent events begin and end: tickets, tokens, limits, slow readers, a replica that goes away. */

const hour = 3_600_000

const open = async (cafe: SocketCafe, ...args: Parameters<SocketCafe['stream']>) => {
  const stream = await cafe.stream(...args)
  await stream.next('connection_established')
  return stream
}

const ticketOf = async (cafe: SocketCafe): Promise<string> => {
  const { body } = await cafe.as('waiter1').post<{ ticket: string }>('/api/ws-tickets/')
  return body.ticket
}

t.test('a stream and its login', (t) =>
  onBoth(t, async (t, kind) => {
    let now = Date.now()
    const cafe = await startSocketCafe(t, { kind, clock: () => new Date(now) })
    const withTicket = (t: Test, ticket: string) =>
      openEventStream(t, `${cafe.httpUrl}/api/cafe/events/stream/?group=orders&ticket=${ticket}`)

    await t.test('a ticket opens one, once', async (t) => {
      const ticket = await ticketOf(cafe)
      const stream = await withTicket(t, ticket)
      await stream.next('connection_established')
      const again = await withTicket(t, ticket)
      t.equal(again.status, 401, 'a browser that is refused does not come back by itself')
      t.match(again.messages, [{ code: 'token_not_valid' }])
      const { status } = await cafe.withToken().get(`/api/cafe/orders/?ticket=${await ticketOf(cafe)}`)
      t.equal(status, 401, 'and opens nothing else')
    })

    await t.test('it ends with its token', async (t) => {
      const stream = await withTicket(t, await ticketOf(cafe))
      await stream.next('connection_established')
      now += 12 * hour + 1000
      t.strictSame(await stream.next('close'), { type: 'close', code: 4201, reason: 'token_expired' })
      t.equal(await stream.closed(), 'end')
      now -= 12 * hour + 1000
    })

    await t.test('it ends with the login, and with the place of work', async (t) => {
      const { body } = await cafe.withToken().post<{ access: string }>('/api/users/login/', {
        email: 'cook1@test.com',
        password: 'demo12345',
      })
      const stream = await openEventStream(t, `${cafe.httpUrl}/api/cafe/events/stream/?group=kitchen`, {
        headers: { authorization: `Bearer ${body.access}` },
      })
      await stream.next('connection_established')
      await cafe.withToken(body.access).post('/api/users/logout/')
      t.match(await stream.next('close'), { code: 4003, reason: 'not_authenticated' })

      const moved = await open(cafe, 'waiter1', 'orders')
      const { body: staff } = await cafe
        .as('owner')
        .get<{ results: { id: string; email: string }[] }>('/api/users/employees/')
      const { id } = staff.results.find(({ email }) => email === 'waiter1@test.com')!
      const to = { branch_ids: [cafe.branches[1]], primary_branch_id: cafe.branches[1] }
      t.equal((await cafe.as('owner').patch(`/api/users/employees/${id}/`, to)).status, 200)
      t.match(await moved.next('close'), { code: 4200, reason: 'scope_changed' })
    })

    await t.test('a closed branch has none', async (t) => {
      const [, south] = cafe.branches
      const stream = await open(cafe, 'waiter2', 'orders')
      await cafe.as('owner').patch(`/api/users/branches/${south}/`, { is_active: false })
      t.match(await stream.next('close'), { code: 4004, reason: 'branch_closed' })
      const refused = await cafe.stream('waiter2', 'orders')
      t.equal(refused.status, 409)
      t.match(refused.messages, [{ code: 'branch_closed' }])
    })
  }),
)

t.test('a person has so many, and leaving makes room', async (t) => {
  const cafe = await startSocketCafe(t, { kind: 'embedded', env: { SOCKETS_PER_USER: '50' } })
  const streams = await Promise.all(Array.from({ length: 25 }, () => open(cafe, 'waiter1', 'orders')))
  for (let i = 0; i < 25; i++) await (await cafe.connect('waiter1', 'orders')).next('connection_established')
  const refused = await cafe.stream('waiter1', 'orders')
  t.equal(refused.status, 429)
  t.match(refused.messages, [{ code: 'too_many_streams' }])
  t.match(await cafe.poll('waiter1', 'orders', '&wait=9'), {
    status: 429,
    body: { code: 'too_many_streams' },
  })
  t.equal((await cafe.stream('cook1', 'orders')).status, 200, 'another has their own')
  streams[0]!.close()
  await waitUntil(async () => (await cafe.stream('waiter1', 'orders')).status === 200, {
    what: 'there is room',
  })
})

t.test('who reads too slowly is ended at the bound; nobody else notices', async (t) => {
  const cafe = await startSocketCafe(t, { kind: 'embedded' })
  const [centre] = cafe.branches
  const good = await open(cafe, 'cook1', 'orders')
  const { seq } = good.messages[0]!
  const stalled = await open(cafe, 'waiter1', 'orders')
  stalled.pause()
  const data = { note: 'x'.repeat(100_000) }
  let sent = 0
  await waitUntil(
    async () => {
      await cafe.append(centre, orders(5), { data })
      sent += 5
      await good.take(5)
      const { payload } = await cafe.app.inject('/metrics')
      return /cafe_event_stream_closes_total\{code="4101"\} 1/.test(payload)
    },
    { what: 'the stalled one is ended', timeoutMs: 30_000 },
  )
  t.strictSame(numbersOf(good), numbers(seq! + 1, seq! + sent))
  await waitUntil(() => cafe.app.subscribers.size === 1, { what: 'it is gone', timeoutMs: 20_000 })
})

t.test('a replica that goes away ends them; the next one goes on', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const [here, there] = [await startSocketCafe(t, { on }), await startSocketCafe(t, { on })]
  const stream = await open(here, 'waiter1', 'orders')
  await here.append(here.branches[0], orders(3))
  await stream.take(3)
  const drained = here.app.subscribers.drain(0)
  t.match(await stream.next('close'), { code: 1012, reason: 'restarting' })
  t.equal(await stream.closed(), 'end')
  await drained
  const refused = await here.stream('waiter1', 'orders')
  t.equal(refused.status, 503)
  await there.append(there.branches[0], orders(2))
  const next = await open(there, 'waiter1', 'orders', '', stream.lastId)
  t.strictSame(
    (await next.take(2)).map(({ seq }) => seq),
    numbers(stream.messages[0]!.seq! + 4, stream.messages[0]!.seq! + 5),
  )
})

t.test(
  'coming and going on two replicas while orders pour in, all that a socket got comes once',
  async (t) => {
    const replicas = await startTwoReplicas(t)
    const [cafe] = replicas
    const [centre] = cafe.branches
    const socket = await cafe.connect('cook1', 'kitchen', '', { protocols: ['cafe.v1'] })
    const { seq: start, epoch } = await socket.next('connection_established')
    const visitor = async (_: unknown, first: number) => {
      let lastId = `${String(epoch)}:${start}`
      const got: number[] = []
      for (let visit = first; got.at(-1) !== start! + 900; visit++) {
        const stream = await open(replicas[visit % 2]!, 'cook1', 'kitchen', '', lastId)
        const enough = 1 + Math.floor(Math.random() * 60)
        const hasEnough = () => {
          const come = numbersOf(stream)
          return come.length >= enough || come.at(-1) === start! + 900
        }
        await waitUntil(hasEnough, { what: 'some events, or the last one', timeoutMs: 30_000 })
        stream.close()
        got.push(...numbersOf(stream))
        lastId = stream.lastId
      }
      return got
    }
    const visitors = Array.from({ length: 8 }, visitor)
    for (let i = 0; i < 300; i++) {
      const from = replicas[i % 2]!
      await from.append(centre, ['table_created', 'order_created', 'kitchen_task_created'], {
        announce: i % 11 !== 0,
      })
    }
    await waitUntil(() => numbersOf(socket).at(-1) === start! + 900, { what: 'the socket has all' })
    for (const got of await Promise.all(visitors)) t.strictSame(got, numbersOf(socket))
  },
)

t.test('a company that gets its first branch: the stream goes on in it', (t) =>
  onBoth(t, async (t, kind) => {
    const company = await startCompany(t, { kind, branches: [] })
    const { httpUrl } = await company.listen()
    const waiter = await company.hire('waiter', [])
    const streamOf = async (token: string, lastId = '') => {
      const headers = { authorization: `Bearer ${token}`, 'last-event-id': lastId }
      const stream = await openEventStream(t, `${httpUrl}/api/cafe/events/stream/?group=orders`, { headers })
      return { stream, hello: await stream.next('connection_established') }
    }
    const order = () => company.withToken(waiter.login.access).post('/api/cafe/orders/', {})
    const [staff, owner] = [await streamOf(waiter.login.access), await streamOf(company.owner.login.access)]
    await order()
    const before = await owner.stream.next('order_created').then(() => owner.stream.lastId)
    const { body: branch } = await company.owner.post<{ id: string }>('/api/users/branches/', {
      name: 'Центр',
    })
    await order()
    for (const { stream } of [staff, owner]) {
      await waitUntil(() => numbersOf(stream).length === 3, { what: 'three events' })
      t.strictSame(numbersOf(stream), [1, 2, 3])
      t.equal(stream.messages.filter(({ type }) => type === 'connection_established').length, 2)
    }
    t.match(staff.stream.lastId, /^\w+:3$/)
    t.match(owner.stream.lastId, new RegExp(`^\\w+:${branch.id}=3$`))
    const back = await streamOf(company.owner.login.access, before)
    await waitUntil(() => numbersOf(back.stream).length === 2, { what: 'what came after' })
    t.strictSame(numbersOf(back.stream), [2, 3], 'a position of before is good')
  }),
)

t.test('who leaves before the stream has begun is forgotten', async (t) => {
  const cafe = await startSocketCafe(t, { kind: 'embedded' })
  const authorization = `Bearer ${await cafe.tokenOf('waiter1')}`
  for (let i = 0; i < 5; i++) {
    const request = get(`${cafe.httpUrl}/api/cafe/events/stream/?group=orders`, {
      headers: { authorization },
    })
    request.on('error', () => {})
    request.once('socket', (socket) => socket.once('connect', () => setImmediate(() => request.destroy())))
  }
  await open(cafe, 'cook1', 'orders')
  await waitUntil(() => cafe.app.subscribers.size === 1, { what: 'one is left' })
})
