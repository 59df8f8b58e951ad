import { randomUUID } from 'node:crypto'
import t from 'tap'
import { onBoth } from '../support/database.ts'
import { openSocket } from '../support/socket.ts'
import { startSocketCafe } from './cafe.ts'

t.test('who a socket is', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind })
    const { company, branches, socketUrl } = cafe
    const [centre, south] = branches
    const url = `${socketUrl}/ws/cafe/orders/`

    t.test('a waiter is greeted in the branch it works in', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders', `&branch_id=${south}`)
      const hello = await socket.next()
      t.match(hello, {
        type: 'connection_established',
        company_id: company,
        branch_id: centre,
        group: `cafe_orders_${company}_${centre}`,
        seq: Number,
        epoch: String,
      })
      t.notOk('positions' in hello)
    })

    t.test('each path has its group, with and without the slash at its end', async (t) => {
      for (const group of ['orders', 'tables', 'kitchen'] as const) {
        for (const slash of ['/', '']) {
          const socket = await openSocket(
            t,
            `${socketUrl}/ws/cafe/${group}${slash}?token=${await cafe.tokenOf('waiter1')}`,
          )
          t.equal((await socket.next()).group, `cafe_${group}_${company}_${centre}`)
        }
      }
    })

    t.test('an owner chooses a branch; what is none of the company is ignored', async (t) => {
      const chosen = await cafe.connect('owner', 'orders', `&branch_id=${south}`)
      t.match(await chosen.next(), {
        branch_id: south,
        group: `cafe_orders_${company}_${south}`,
        seq: Number,
      })
      for (const wrong of [randomUUID(), 'nonsense', '%00', '']) {
        const socket = await cafe.connect('admin', 'orders', `&branch_id=${wrong}`)
        const hello = await socket.next()
        t.match(hello, { branch_id: null, group: `cafe_orders_${company}` })
        t.strictSame(
          Object.keys(hello.positions as object).sort(),
          [...branches].sort(),
          'a position for each branch',
        )
        t.notOk('seq' in hello)
      }
    })

    t.test('a company without branches is one stream', async (t) => {
      const socket = await cafe.connect('owner2', 'tables')
      const hello = await socket.next()
      t.match(hello, { branch_id: null, group: `cafe_tables_${String(hello.company_id)}`, seq: Number })
    })

    t.test('the token may come as a header', async (t) => {
      const headers = { authorization: `Bearer ${await cafe.tokenOf('cook1')}` }
      const socket = await openSocket(t, url, { headers })
      t.equal((await socket.next()).type, 'connection_established')
      t.equal(socket.protocol, '')
    })

    t.test('the token may come with the scheme before it or the end of a line behind it', async (t) => {
      const token = await cafe.tokenOf('cook1')
      for (const pasted of [`Bearer%20${token}`, `bearer+${token}`, `${token}%0A`, `%20${token}%0D%0A`]) {
        const socket = await openSocket(t, `${url}?token=${pasted}`)
        t.equal((await socket.next()).type, 'connection_established')
      }
    })

    t.test('the token may come as a subprotocol, which is never the answer', async (t) => {
      const token = await cafe.tokenOf('cook1')
      for (const name of ['bearer', 'cafe.v1']) {
        const socket = await openSocket(t, url, { protocols: [name, token] })
        t.equal((await socket.next()).type, 'connection_established')
        t.equal(socket.protocol, name)
      }
    })

    t.test('no valid token: 4003, after the upgrade, with nothing sent', async (t) => {
      const login = await cafe.withToken().post<{ refresh: string }>('/api/users/login/', {
        email: 'waiter1@test.com',
        password: 'demo12345',
      })
      const [head, , signature] = (await cafe.tokenOf('waiter1')).split('.')
      const none = Buffer.from('{"alg":"none"}').toString('base64url')
      const claims = (await cafe.tokenOf('waiter1')).split('.')[1]
      const wrong = ['', '?token=', '?token=x', `?token=${login.body.refresh}`, `?token=${none}.${claims}.`]
      for (const query of [...wrong, `?token=${head}.e30.${signature}`]) {
        const socket = await openSocket(t, url + query)
        t.strictSame(await socket.closed(), { code: 4003, reason: 'not_authenticated' })
        t.strictSame(socket.messages, [])
      }
      const socket = await openSocket(t, url, { protocols: ['bearer', 'nonsense'] })
      t.equal((await socket.closed()).code, 4003)
    })

    t.test('no company: 4004, after the upgrade, with nothing sent', async (t) => {
      const socket = await cafe.connect('nocompany', 'orders')
      socket.send({ action: 'ping' })
      t.strictSame(await socket.closed(), { code: 4004, reason: 'no_company' })
      t.strictSame(socket.messages, [])
    })

    t.test('a plain request on a socket path: 426, as JSON', async (t) => {
      for (const path of ['/ws/cafe/orders/', '/ws/cafe/kitchen']) {
        const reply = await cafe.withToken().get(path)
        t.equal(reply.status, 426)
        t.match(reply.body, { code: 'upgrade_required', detail: String })
        t.match(reply.headers, { upgrade: 'websocket' })
      }
    })
  }),
)

t.test('what a client says', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind, env: { SOCKET_MESSAGES_PER_SECOND: '50' } })

    t.test('a ping is answered by exactly a pong', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      await socket.next('connection_established')
      socket.send({ action: 'ping' })
      t.strictSame(await socket.next(), { type: 'pong' })
    })

    t.test('a ping before the greeting is answered after it', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      socket.send({ action: 'ping' })
      t.strictSame(
        (await socket.take(2)).map((message) => message.type),
        ['connection_established', 'pong'],
      )
    })

    t.test('what is not understood is ignored', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      await socket.next('connection_established')
      const nonsense = ['', '{', 'null', '1', '"ping"', '[]', '[{"action":"ping"}]', '{"action":"dance"}']
      for (const text of nonsense) socket.send(text)
      for (const action of [null, 1, {}, ['ping'], 'PING', '__proto__']) socket.send({ action })
      socket.send(Buffer.from([0, 255, 1]))
      socket.send(Buffer.from('{"action":"ping"}'))
      socket.send('x'.repeat(100_000))
      socket.send('['.repeat(10_000))
      t.strictSame(await socket.pingPong(), { type: 'pong' })
      t.equal(socket.messages.length, 2, 'the greeting and one pong')
    })

    t.test('a flood neither closes the socket nor keeps a ping from its answer', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      await socket.next('connection_established')
      for (let i = 0; i < 5000; i++) socket.send({ action: 'noise', i, padding: 'x'.repeat(100) })
      t.strictSame(await socket.pingPong(), { type: 'pong' })
    })

    t.test('a message beyond every limit ends the socket', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      await socket.next('connection_established')
      socket.send('x'.repeat(2 * 1024 * 1024))
      t.equal((await socket.closed()).code, 1009)
      const other = await cafe.connect('waiter1', 'orders')
      await other.next('connection_established')
    })
  }),
)

t.test('a user holds only so many sockets', async (t) => {
  const cafe = await startSocketCafe(t, { env: { SOCKETS_PER_USER: '50' } })
  const sockets = await Promise.all(Array.from({ length: 50 }, () => cafe.connect('waiter1', 'orders')))
  await Promise.all(sockets.map((socket) => socket.next('connection_established')))
  const beyond = await cafe.connect('waiter1', 'orders')
  t.strictSame(await beyond.closed(), { code: 4100, reason: 'too_many_sockets' })
  const other = await cafe.connect('cook1', 'orders')
  await other.next('connection_established')
  await sockets[0]!.close()
  const again = await cafe.connect('waiter1', 'orders')
  await again.next('connection_established')
})

t.test('a replica holds only so many sockets, and a user opens only so many a minute', async (t) => {
  const small = await startSocketCafe(t, { env: { SOCKETS_PER_REPLICA: '2' } })
  const [first] = await Promise.all([small.connect('waiter1', 'orders'), small.connect('cook1', 'orders')])
  t.strictSame(await (await small.connect('waiter1', 'orders')).closed(), {
    code: 4102,
    reason: 'replica_full',
  })
  await first.close()
  await (await small.connect('waiter1', 'orders')).next('connection_established')

  const slow = await startSocketCafe(t, { env: { REQUESTS_PER_MINUTE: '600' } })
  await Promise.all(Array.from({ length: 600 }, () => slow.as('waiter1').get('/api/users/roles/')))
  const beyond = await slow.connect('waiter1', 'orders')
  t.strictSame(await beyond.closed(), { code: 4103, reason: 'too_many_requests' })
  await (await slow.connect('cook1', 'orders')).next('connection_established')
})

t.test(
  'many sockets that flood are read in turn: nobody else waits for them, and each gets its pong',
  async (t) => {
    const cafe = await startSocketCafe(t)
    const sockets = await Promise.all(Array.from({ length: 10 }, () => cafe.connect('waiter1', 'orders')))
    const quiet = await cafe.connect('cook1', 'kitchen')
    await Promise.all([...sockets, quiet].map((socket) => socket.next('connection_established')))
    for (const socket of sockets) for (let i = 0; i < 5000; i++) socket.send('{"action":"noise"}')
    t.strictSame(await quiet.pingPong(), { type: 'pong' })
    const pongs = sockets.map((socket) => socket.pingPong())
    t.equal((await cafe.as('waiter1').post('/api/cafe/orders/', { guests: 2 })).status, 201)
    await quiet.next('order_created')
    t.strictSame(
      await Promise.all(pongs),
      sockets.map(() => ({ type: 'pong' })),
    )
    const { payload } = await cafe.app.inject('/metrics')
    t.ok(Number(/^cafe_socket_reads_paused_total (\d+)/m.exec(payload)![1]) > 0)
  },
)

t.test('RATE_LIMIT=off lifts the limit on sockets', async (t) => {
  const cafe = await startSocketCafe(t, { env: { SOCKETS_PER_USER: '50', RATE_LIMIT: 'off' } })
  const sockets = await Promise.all(Array.from({ length: 60 }, () => cafe.connect('waiter1', 'orders')))
  await Promise.all(sockets.map((socket) => socket.next('connection_established')))
})

t.test('a token that cannot be checked just now: 1013, never 4003', async (t) => {
  const cafe = await startSocketCafe(t, { env: { ACTOR_CACHE: '1ms' }, books: 'unchecked' })
  const token = await cafe.tokenOf('waiter1')
  await cafe.database.close()
  const socket = await openSocket(t, `${cafe.socketUrl}/ws/cafe/orders/?token=${token}`)
  t.strictSame(await socket.closed(), { code: 1013, reason: 'try_later' })
  t.strictSame(socket.messages, [])
})

t.test('a replica for the API alone has no socket paths', async (t) => {
  const { startApp } = await import('../support/app.ts')
  const cafe = await startApp(t, { env: { ROLES: 'api' } })
  const { httpUrl, socketUrl } = await cafe.listen()
  const reply = await cafe.withToken().get('/ws/cafe/orders/')
  t.equal(reply.status, 404)
  t.match(reply.body, { code: 'not_found' })
  await t.rejects(openSocket(t, `${socketUrl}/ws/cafe/orders/`), /404/)
  t.equal((await fetch(`${httpUrl}/ws/cafe/orders`)).status, 404)
})
