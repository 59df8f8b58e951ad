import { createConnection } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import type { Test } from 'tap'
import { openSocket } from '../support/socket.ts'
import { waitUntil } from '../support/wait.ts'
import { numbers, numbersOf, orders, startSocketCafe } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

/** A client made of a bare connection, which does only what a test makes it do. */
async function bareClient(t: Test, cafe: SocketCafe, query = ''): Promise<Socket> {
  const { hostname, port } = new URL(cafe.httpUrl)
  const socket = createConnection({ host: hostname, port: Number(port) })
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  const path = `/ws/cafe/orders/?token=${await cafe.tokenOf('waiter1')}${query}`
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  socket.on('error', () => {})
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return socket
}

const socketsOf = (cafe: SocketCafe) => cafe.app.subscribers.size

t.test('a client that stops reading is closed at its bound; nobody else notices', async (t) => {
  // paced frames are joined beyond fifty: the healthy client would get megabytes at once, beyond this small bound
  const cafe = await startSocketCafe(t, { env: { SOCKET_QUEUE_BYTES: '65536', SOCKET_FRAME_GAP: '0' } })
  const [centre] = cafe.branches
  const good = await cafe.connect('waiter1', 'orders')
  const { seq } = await good.next('connection_established')
  const stalled = await bareClient(t, cafe)
  await waitUntil(() => socketsOf(cafe) === 2, { what: 'both are connected' })
  stalled.pause()
  const data = { note: 'x'.repeat(100_000) }
  let sent = 0
  await waitUntil(
    async () => {
      await cafe.append(centre, orders(5), { data })
      sent += 5
      return (await closesOf(cafe)).includes('code="4101"')
    },
    { what: 'the stalled client is closed', timeoutMs: 30_000 },
  )
  await waitUntil(() => numbersOf(good).length === sent, { what: 'the other got everything' })
  t.strictSame(numbersOf(good), numbers(seq! + 1, seq! + sent))
  stalled.destroy()
  await waitUntil(() => socketsOf(cafe) === 1, { what: 'the stalled client is gone' })
})

t.test('a client that reads slowly while it resumes is waited for', async (t) => {
  const cafe = await startSocketCafe(t, { env: { SOCKET_QUEUE_BYTES: '65536', REPLAY_PAGE: '20' } })
  const [centre] = cafe.branches
  const first = await cafe.connect('waiter1', 'orders')
  const { seq } = await first.next('connection_established')
  for (let i = 0; i < 20; i++) {
    await cafe.append(centre, orders(10), { announce: false, data: { note: 'x'.repeat(50_000) } })
  }
  const slow = await cafe.connect('waiter1', 'orders', `&since=${seq}`, { timeoutMs: 60_000 })
  await waitUntil(() => numbersOf(slow).length === 200, { what: 'everything', timeoutMs: 60_000 })
  t.strictSame(numbersOf(slow), numbers(seq! + 1, seq! + 200))
})

t.test('a client that does not answer a ping is cut, one that does stays', async (t) => {
  const cafe = await startSocketCafe(t, { env: { PING_INTERVAL: '150ms' } })
  const alive = await cafe.connect('waiter1', 'orders')
  await alive.next('connection_established')
  const deaf = await bareClient(t, cafe)
  await waitUntil(() => socketsOf(cafe) === 2, { what: 'both are connected' })
  deaf.resume()
  await once(deaf, 'close')
  await alive.pingPong()
  t.equal(socketsOf(cafe), 1)
})

t.test('clients that break off at any moment leave nothing behind', async (t) => {
  const cafe = await startSocketCafe(t, { env: { RATE_LIMIT: 'off', UNSUBSCRIBE_DELAY: '1ms' } })
  const [centre] = cafe.branches
  for (let round = 0; round < 5; round++) {
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, i) => bareClient(t, cafe, i % 2 === 0 ? '&since=0' : '')),
    )
    await cafe.append(centre, orders(3))
    for (const [i, client] of clients.entries()) setTimeout(() => client.destroy(), i)
    await waitUntil(() => socketsOf(cafe) === 0, { what: 'all are gone' })
  }
  await waitUntil(async () => /cafe_streams_followed 0/.test(await cafe.registry.metrics()), {
    what: 'no stream is followed any more',
  })
  const metrics = await cafe.registry.metrics()
  t.notMatch(metrics, /cafe_sockets\{.*\} [1-9-]/, 'no socket is counted as open')
})

t.test('garbage after the upgrade ends that socket alone', async (t) => {
  const cafe = await startSocketCafe(t)
  const good = await cafe.connect('waiter1', 'orders')
  await good.next('connection_established')
  const bad = await bareClient(t, cafe)
  await once(bad, 'data')
  bad.write(Buffer.from('ffffffffffffffffffff', 'hex'))
  await once(bad, 'close')
  await good.pingPong()
})

t.test('an open socket ends when its user may no longer see what it follows', async (t) => {
  const cafe = await startSocketCafe(t, { env: { PING_INTERVAL: '150ms' } })
  const [, south] = cafe.branches
  const owner = cafe.as('owner')
  const { body } = await owner.get<{ results: { id: string; email: string }[] }>('/api/users/employees/')
  const change = async (user: string, to: object) => {
    const { id } = body.results.find(({ email }) => email === `${user}@test.com`)!
    t.equal((await owner.patch(`/api/users/employees/${id}/`, to)).status, 200)
  }
  const [moved, dismissed, left, stays] = await Promise.all(
    (['waiter1', 'cook1', 'cashier1', 'waiter2'] as const).map((user) => cafe.connect(user, 'orders')),
  )
  await Promise.all([moved, dismissed, left, stays].map((socket) => socket!.next('connection_established')))
  await change('waiter1', { branch_ids: [south], primary_branch_id: south })
  t.strictSame(await moved!.closed(), { code: 4200, reason: 'scope_changed' })
  const again = await cafe.connect('waiter1', 'orders')
  t.equal((await again.next('connection_established')).branch_id, south)
  await change('cook1', { is_active: false })
  t.strictSame(await dismissed!.closed(), { code: 4003, reason: 'not_authenticated' })
  await cafe.as('cashier1').post('/api/users/logout/')
  t.strictSame(await left!.closed(), { code: 4003, reason: 'not_authenticated' })
  await stays!.pingPong()
})

t.test('draining closes every socket with a code that brings it back, spread over the time', async (t) => {
  const cafe = await startSocketCafe(t)
  const sockets = await Promise.all(Array.from({ length: 10 }, () => cafe.connect('waiter1', 'orders')))
  await Promise.all(sockets.map((socket) => socket.next('connection_established')))
  const ends: number[] = []
  const closed = sockets.map(async (socket) => {
    t.strictSame(await socket.closed(), { code: 1012, reason: 'restarting' })
    ends.push(performance.now())
  })
  const began = performance.now()
  const drained = cafe.app.subscribers.drain(500)
  const late = await cafe.connect('waiter1', 'orders')
  t.equal((await late.closed()).code, 1012, 'a new one is sent away at once')
  await Promise.all(closed)
  await drained
  t.ok(Math.max(...ends) - began > 300, 'not all at once')
  t.equal(socketsOf(cafe), 0)
})

t.test('closing the app closes its sockets with a code that brings them back', async (t) => {
  const cafe = await startSocketCafe(t)
  const socket = await cafe.connect('waiter1', 'orders')
  await socket.next('connection_established')
  const closed = socket.closed()
  await cafe.app.close()
  t.equal((await closed).code, 1012)
  await t.rejects(openSocket(t, `${cafe.socketUrl}/ws/cafe/orders/`))
})

async function closesOf(cafe: SocketCafe): Promise<string> {
  const metrics = await cafe.registry.metrics()
  return metrics
    .split('\n')
    .filter((line) => line.startsWith('cafe_socket_closes_total'))
    .join('\n')
}
