import t from 'tap'
import type { Test } from 'tap'
import type { DemoUser } from '../support/app.ts'
import { freshDatabaseEnv, onBoth } from '../support/database.ts'
import { startProxy } from '../support/proxy.ts'
import { redisUrl } from '../support/rig.ts'
import { openSocket } from '../support/socket.ts'
import type { SocketOptions } from '../support/socket.ts'
import { waitUntil } from '../support/wait.ts'
import { startSocketCafe } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

const hour = 3_600_000
const password = 'demo12345'

const logIn = async (cafe: SocketCafe, user: DemoUser) => {
  const { body } = await cafe
    .withToken()
    .post<{ access: string; refresh: string }>('/api/users/login/', { email: `${user}@test.com`, password })
  return body
}

t.test('a socket and its token', (t) =>
  onBoth(t, async (t, kind) => {
    let now = Date.now()
    const cafe = await startSocketCafe(t, { kind, clock: () => new Date(now) })
    const { socketUrl } = cafe
    const open = async (t: Test, token: string, query = '') => {
      const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/?token=${token}${query}`)
      await socket.next('connection_established')
      return socket
    }

    t.test('a socket ends with its token, and not before', async (t) => {
      const old = await open(t, (await logIn(cafe, 'waiter1')).access)
      now += 12 * hour - 2000
      const young = await open(t, (await logIn(cafe, 'waiter1')).access)
      await old.pingPong()
      now += 3000
      t.strictSame(await old.closed(), { code: 4201, reason: 'token_expired' })
      await young.pingPong()
      t.notOk(young.messages.some(({ type }) => type !== 'pong' && type !== 'connection_established'))
    })

    t.test('a fresh token of the same user keeps it alive, without a break', async (t) => {
      const socket = await open(t, (await logIn(cafe, 'waiter1')).access)
      now += 11 * hour
      const fresh = await logIn(cafe, 'waiter1')
      socket.send({ action: 'refresh', token: fresh.access })
      const { expires_at: expiresAt } = await socket.next('token_refreshed')
      t.equal(expiresAt, new Date((Math.floor((now + 12 * hour + 999) / 1000) | 0) * 1000).toISOString())
      now += 2 * hour
      await cafe.append(cafe.branches[0], ['order_created'])
      await socket.next('order_created')
      now += 11 * hour
      t.equal((await socket.closed()).code, 4201)
    })

    t.test('a token brought before the greeting is answered after it', async (t) => {
      const { access } = await logIn(cafe, 'owner')
      const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/?token=${access}&resume=1`)
      socket.send({ action: 'refresh', token: access })
      socket.send({ action: 'resume', since: {} })
      await socket.next('connection_established')
      await socket.next('token_refreshed')
    })

    t.test('no other token will do, and the socket lives on with the one it has', async (t) => {
      const { access } = await logIn(cafe, 'waiter1')
      const socket = await open(t, access)
      const ended = await logIn(cafe, 'waiter1')
      await cafe.withToken(ended.access).post('/api/users/logout/')
      const others = [
        (await logIn(cafe, 'waiter2')).access,
        (await logIn(cafe, 'waiter1')).refresh,
        ended.access,
        `${access}x`,
        '',
        null,
        7,
        { a: 1 },
      ]
      for (const token of others) {
        socket.send({ action: 'refresh', token })
        t.strictSame(await socket.next(), { type: 'token_refused', code: 'token_not_valid' })
      }
      await socket.pingPong()
      now += 12 * hour + 1000
      t.equal((await socket.closed()).code, 4201)
    })

    t.test('the login of the new token counts from then on', async (t) => {
      const first = await logIn(cafe, 'cook1')
      const second = await logIn(cafe, 'cook1')
      const socket = await open(t, first.access)
      socket.send({ action: 'refresh', token: second.access })
      await socket.next('token_refreshed')
      await cafe.withToken(first.access).post('/api/users/logout/')
      await socket.pingPong()
      await cafe.withToken(second.access).post('/api/users/logout/')
      t.strictSame(await socket.closed(), { code: 4003, reason: 'not_authenticated' })
    })
  }),
)

t.test('a new token that cannot be checked just now is refused, and the socket lives on', async (t) => {
  const cafe = await startSocketCafe(t, { env: { ACTOR_CACHE: '1ms' }, books: 'unchecked' })
  const socket = await cafe.connect('waiter1', 'orders')
  await socket.next('connection_established')
  await cafe.database.close()
  socket.send({ action: 'refresh', token: await cafe.tokenOf('waiter1') })
  t.strictSame(await socket.next(), { type: 'token_refused', code: 'unavailable' })
  await socket.pingPong()
})

/** Two replicas on one database; what keeps the pings of the second far apart leaves it only the notices. */
async function twoReplicas(t: Test, env: Record<string, string> = {}) {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const here = await startSocketCafe(t, { on })
  const there = await startSocketCafe(t, { on, env: { PING_INTERVAL: '10m', ...env } })
  const owner = here.as('owner')
  const { body } = await owner.get<{ results: { id: string; email: string }[] }>('/api/users/employees/')
  const change = async (user: DemoUser, to: object) => {
    const { id } = body.results.find(({ email }) => email === `${user}@test.com`)!
    t.equal((await owner.patch(`/api/users/employees/${id}/`, to)).status, 200)
  }
  const openThere = async (user: DemoUser, query = '') => {
    const socket = await there.connect(user, 'orders', query)
    await socket.next('connection_established')
    return socket
  }
  return { here, there, change, openThere }
}

t.test('what changes on one replica ends sockets on another', async (t) => {
  const { here, there, change, openThere } = await twoReplicas(t)
  const [, south] = here.branches
  await waitUntil(() => here.bus.up && there.bus.up, { what: 'both links are up' })
  const stays = await openThere('waiter2')

  await t.test('a dismissal', async (t) => {
    const socket = await openThere('cook1')
    await change('cook1', { is_active: false })
    t.strictSame(await socket.closed(), { code: 4003, reason: 'not_authenticated' })
  })
  await t.test('another branch', async (t) => {
    const socket = await openThere('waiter1')
    await change('waiter1', { branch_ids: [south], primary_branch_id: south })
    t.strictSame(await socket.closed(), { code: 4200, reason: 'scope_changed' })
  })
  await t.test('another role that sees less', async (t) => {
    const socket = await openThere('admin')
    await change('admin', { role: 'cashier', branch_ids: [south], primary_branch_id: south })
    t.strictSame(await socket.closed(), { code: 4200, reason: 'scope_changed' })
  })
  await t.test('a new password', async (t) => {
    const socket = await openThere('cook2')
    await change('cook2', { password: 'another horse' })
    t.strictSame(await socket.closed(), { code: 4003, reason: 'not_authenticated' })
  })
  await t.test('a logout', async (t) => {
    const socket = await openThere('cashier1')
    await here.withToken(await there.tokenOf('cashier1')).post('/api/users/logout/')
    t.strictSame(await socket.closed(), { code: 4003, reason: 'not_authenticated' })
  })
  await t.test('and requests there are refused at once, whatever was remembered', async (t) => {
    const asWaiter = there.withToken((await logIn(there, 'owner2')).access)
    t.equal((await asWaiter.get('/api/users/profile/')).status, 200)
    const heard = new Promise((resolve) => there.app.authenticator.onChange(resolve))
    const { body } = await asWaiter.get<{ id: string }>('/api/users/profile/')
    here.app.authenticator.forget(body.id)
    t.strictSame(await heard, { userId: body.id })
  })
  await stays.pingPong()
})

t.test('a notice that never came is made good', async (t) => {
  await t.test('by the look that goes with the pings', async (t) => {
    const { change, openThere } = await twoReplicas(t, { REDIS_URL: '', PING_INTERVAL: '300ms' })
    const socket = await openThere('cook1')
    await change('cook1', { is_active: false })
    t.equal((await socket.closed()).code, 4003)
  })
  await t.test('by the look at everyone when the link returns', async (t) => {
    const proxy = await startProxy(t, await redisUrl(), 6379)
    const { there, change, openThere } = await twoReplicas(t, { REDIS_URL: proxy.url })
    await waitUntil(() => there.bus.up, { what: 'the link is up' })
    const socket = await openThere('cook1')
    proxy.cut()
    await waitUntil(() => !there.bus.up, { what: 'the link is down' })
    await change('cook1', { is_active: false })
    await socket.pingPong()
    proxy.restore()
    t.equal((await socket.closed()).code, 4003)
  })
})

t.test('notices of others are not taken for ours', async (t) => {
  const cafe = await startSocketCafe(t)
  await waitUntil(() => cafe.bus.up, { what: 'the link is up' })
  const changes: object[] = []
  cafe.app.authenticator.onChange((change) => changes.push(change))
  for (const text of ['', '{', 'null', '[]', '{"userId":7}', '{"companyId":"x"}']) {
    cafe.bus.notify(Buffer.from(text))
  }
  cafe.bus.notify(Buffer.from(JSON.stringify({ by: 'another', companyId: cafe.company })))
  await waitUntil(() => changes.length > 0, { what: 'the good one' })
  t.strictSame(changes, [{ companyId: cafe.company }])
})

t.test('which pages may open a socket', async (t) => {
  const attempt = async (t: Test, cafe: SocketCafe, headers: SocketOptions['headers']) => {
    const socket = await cafe.connect('waiter1', 'orders', '', { headers })
    try {
      return (await socket.next()).type
    } catch {
      const { code, reason } = await socket.closed()
      t.strictSame(socket.messages, [], 'nothing was sent')
      return `${code} ${reason}`
    }
  }
  const greeted = 'connection_established'
  const refused = '4300 origin_refused'

  await t.test('those of this host, and those of the setting', async (t) => {
    const cafe = await startSocketCafe(t, { env: { CORS_ORIGINS: 'https://screens.example' } })
    t.equal(await attempt(t, cafe, {}), greeted, 'no browser')
    t.equal(await attempt(t, cafe, { origin: cafe.httpUrl }), greeted)
    t.equal(await attempt(t, cafe, { origin: 'https://screens.example' }), greeted)
    const behindProxy = { origin: 'https://cafe.example', 'x-forwarded-host': 'cafe.example:443' }
    t.equal(await attempt(t, cafe, behindProxy), greeted)
    const others = [
      'https://evil.example',
      'http://screens.example',
      'https://screens.example.evil.example',
      'http://localhost:1',
      'null',
      '',
      'file://',
      'http://',
    ]
    for (const origin of others) t.equal(await attempt(t, cafe, { origin }), refused, origin)
  })
  await t.test('on one machine every page of it; with * every page', async (t) => {
    const embedded = await startSocketCafe(t, { kind: 'embedded' })
    t.equal(await attempt(t, embedded, { origin: 'http://localhost:5173' }), greeted)
    t.equal(await attempt(t, embedded, { origin: 'https://evil.example' }), refused)
    const open = await startSocketCafe(t, { kind: 'embedded', env: { CORS_ORIGINS: '*' } })
    t.equal(await attempt(t, open, { origin: 'https://evil.example' }), greeted)
  })
})

t.test('the sockets of a branch that is closed end on every replica, those of others go on', async (t) => {
  const { here, there } = await twoReplicas(t)
  const [centre] = here.branches
  await waitUntil(() => here.bus.up && there.bus.up, { what: 'both links are up' })
  const set = (isActive: boolean) =>
    here.as('owner').patch(`/api/users/branches/${centre}/`, { is_active: isActive })
  const connect = async (user: DemoUser, query = '') => {
    const sockets = await Promise.all([here, there].map((cafe) => cafe.connect(user, 'kitchen', query)))
    for (const socket of sockets) await socket.next('connection_established')
    return sockets
  }
  const ending = [...(await connect('cook1')), ...(await connect('owner', `&branch_id=${centre}`))]
  const staying = [...(await connect('cook2')), ...(await connect('owner'))]
  t.equal((await set(false)).status, 200)
  for (const socket of ending) t.strictSame(await socket.closed(), { code: 4004, reason: 'branch_closed' })
  for (const socket of staying) await socket.pingPong()

  await t.test('new ones are refused likewise', async (t) => {
    for (const cafe of [here, there]) {
      for (const [user, query] of [
        ['cook1', ''],
        ['owner', `&branch_id=${centre}`],
      ] as const) {
        const refused = await cafe.connect(user, 'orders', query)
        t.strictSame(await refused.closed(), { code: 4004, reason: 'branch_closed' })
        t.strictSame(refused.messages, [])
      }
    }
  })
  await t.test('and let in again once it is open', async (t) => {
    t.equal((await set(true)).status, 200)
    for (const socket of await connect('cook1')) await socket.pingPong()
    t.pass()
  })
})
