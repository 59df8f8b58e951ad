import t from 'tap'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { connect } from '../../packages/client/src/index.ts'
import type { ConnectOptions, Status, TokenRequest } from '../../packages/client/src/index.ts'
import { closeCodes } from '../../src/realtime/close-codes.ts'
import { waitUntil } from '../support/wait.ts'
import { event, startScriptedService, tokenFor } from './scripted-service.ts'

/** How a connection comes back, and with which token. */

function follow(t: Test, url: string, options: Partial<ConnectOptions<'orders'>> = {}) {
  const connection = connect({ url, group: 'orders', token: 'token', WebSocket, ...options })
  t.teardown(() => connection.close())
  const states: Status[] = []
  connection.on('status', (status) => states.push(status))
  connection.on('event', () => {})
  return { connection, states }
}

const reaches = (connection: { status: Status }, state: Status['state']) =>
  waitUntil(() => connection.status.state === state && connection.status, { what: state, timeoutMs: 30_000 })

t.test('a token is asked for before every attempt, and the one of before is never used again', async (t) => {
  const service = await startScriptedService(t)
  const asked: TokenRequest['reason'][] = []
  const getToken = async ({ reason }: TokenRequest) => `token-${asked.push(reason)}`
  follow(t, service.url, { getToken })
  for (let i = 0; i < 3; i++) (await service.visit(i)).ws.terminate()
  const fourth = await service.visit(3)
  t.strictSame(
    service.visits.map(({ token }) => token),
    ['token-1', 'token-2', 'token-3', 'token-4'],
  )
  fourth.ws.close(4201, 'token_expired')
  await service.visit(4)
  t.strictSame(asked, ['connect', 'connect', 'connect', 'connect', 'refused'])
})

t.test('a token that cannot be had now is asked for again later; none at all ends it', async (t) => {
  const service = await startScriptedService(t)
  let times = 0
  const getToken = async () => {
    if (++times === 1) throw new Error('no network')
    return times === 2 ? 'token' : null
  }
  const { connection, states } = follow(t, service.url, { getToken })
  const visit = await service.visit(0)
  t.match(
    states.find(({ reason }) => reason === 'no_token'),
    { state: 'connecting', failures: 1 },
  )
  visit.ws.terminate()
  t.match(await reaches(connection, 'closed'), { reason: 'logged_out', retryAt: null })
  t.equal(service.visits.length, 1)
})

t.test('every close code does what docs/realtime.md says', async (t) => {
  for (const [name, { code, reconnect }] of Object.entries(closeCodes)) {
    const service = await startScriptedService(t, (visit, index) => {
      visit.greet()
      if (index === 0) visit.ws.close(code, name)
    })
    let tokens = 0
    const { connection, states } = follow(t, service.url, { getToken: () => `token-${++tokens}` })
    // a token that is refused is renewed once
    if (reconnect === 'no' && name !== 'not_authenticated') {
      t.match(await reaches(connection, 'closed'), { code, reason: name, retryAt: null }, name)
      await t.rejects(connection[Symbol.asyncIterator]().next(), {
        name: 'ConnectionClosedError',
        code,
        reason: name,
      })
      continue
    }
    await service.visit(1)
    const waiting = states.find(({ retryAt }) => retryAt !== null)!
    t.match(waiting, { state: 'reconnecting', code, reason: name }, name)
    const longest = reconnect === 'later' ? 2_000 : 500
    t.ok(waiting.retryAt! - waiting.since <= longest + 50, `${name}: ${waiting.retryAt! - waiting.since} ms`)
    t.match(await reaches(connection, 'live'), { reason: null, code: null })
  }
})

t.test('a token that is refused twice, or given twice, ends it', async (t) => {
  const service = await startScriptedService(t, ({ ws }) => ws.close(4003, 'not_authenticated'))
  const once = follow(t, service.url, { token: 'fixed' })
  t.match(await reaches(once.connection, 'closed'), { code: 4003, reason: 'not_authenticated' })
  t.equal(service.visits.length, 1, 'the same token is not tried again')
  let tokens = 0
  const twice = follow(t, service.url, { getToken: () => `token-${++tokens}` })
  t.match(await reaches(twice.connection, 'closed'), { code: 4003, reason: 'not_authenticated' })
  t.equal(service.visits.length, 3)
  await t.rejects(twice.connection.ready, { code: 4003 })
  const unsendable = follow(t, service.url, { token: 'no token' })
  t.match(await reaches(unsendable.connection, 'closed'), { code: 4003, reason: 'not_authenticated' })
})

t.test('a connection that was closed for good comes back when a person asks for it', async (t) => {
  const service = await startScriptedService(t, (visit, index) =>
    index === 0 ? visit.ws.close(4004, 'branch_closed') : visit.greet(),
  )
  const { connection } = follow(t, service.url)
  t.match(await reaches(connection, 'closed'), { code: 4004, reason: 'branch_closed' })
  connection.reconnect()
  t.match(await reaches(connection, 'live'), { reason: null })
})

t.test('Retry-After of an upgrade that is refused is kept to', async (t) => {
  const service = await startScriptedService(t)
  service.refuseNext('HTTP/1.1 503 Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n')
  const { connection } = follow(t, service.url)
  const { retryAt } = await waitUntil(() => connection.status.retryAt !== null && connection.status, {
    what: 'a wait',
  })
  t.ok(retryAt! - Date.now() > 1_500, `${retryAt! - Date.now()} ms`)
  await reaches(connection, 'live')
})

t.test('the token of an open socket is replaced before it runs out', async (t) => {
  const service = await startScriptedService(t, (visit) => {
    visit.greet()
    visit.ws.on('message', (data: Buffer) => {
      const { action, token } = JSON.parse(data.toString()) as { action: string; token: string }
      if (action !== 'refresh') return
      const { exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64').toString()) as { exp: number }
      visit.say({ type: 'token_refreshed', expires_at: new Date(exp * 1000).toISOString() })
    })
  })
  const asked: TokenRequest['reason'][] = []
  const getToken = ({ reason }: TokenRequest) => tokenFor(`t${asked.push(reason)}`, 1_000)
  const { connection, states } = follow(t, service.url, { getToken })
  const { said } = await service.visit(0)
  const refreshes = () => said.filter(({ action }) => action === 'refresh')
  await waitUntil(() => refreshes().length === 3, { what: 'three refreshes' })
  t.strictSame(asked.slice(0, 4), ['connect', 'expiring', 'expiring', 'expiring'])
  t.equal(new Set(refreshes().map(({ token }) => token)).size, 3, 'each with a new token')
  t.equal(service.visits.length, 1)
  t.notOk(states.some(({ state }) => state === 'reconnecting'))
  t.equal(connection.status.state, 'live')
})

t.test('a connection that is dead without a close is found by its silence', async (t) => {
  const service = await startScriptedService(t, (visit) => {
    visit.greet()
    visit.say(event(1))
  })
  const { connection, states } = follow(t, service.url, { quietAfterMs: 100, answerWithinMs: 100 })
  const first = await service.visit(0)
  const second = await service.visit(1)
  t.equal(second.query.get('since'), 'e:1')
  t.ok(first.said.some(({ action }) => action === 'ping'))
  t.ok(states.some(({ reason }) => reason === 'no_answer'))
  t.type(connection.heartbeatAt, 'number')
})

t.test('a page that is seen again, or a clock that has leapt, asks at once', async (t) => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const before = Object.getOwnPropertyDescriptor(globalThis, 'document')
  Object.defineProperty(globalThis, 'document', { value: page, configurable: true })
  t.teardown(() => before ?? Reflect.deleteProperty(globalThis, 'document'))
  const service = await startScriptedService(t)
  const { connection } = follow(t, service.url, { quietAfterMs: 3_600_000, answerWithinMs: 100 })
  const { said, say } = await service.visit(0)
  await connection.ready
  const pings = (count: number) =>
    waitUntil(() => said.filter(({ action }) => action === 'ping').length === count, {
      what: `ping ${count}`,
    })
  page.dispatchEvent(new Event('visibilitychange'))
  await pings(1)
  say({ type: 'pong' })
  const now = Date.now
  t.teardown(() => void (Date.now = now))
  Date.now = () => now() + 8 * 3_600_000
  await pings(2)
  await service.visit(1)
  t.pass('and without an answer it comes back')
})

t.test('a waiting connection comes back at once when the page is seen again', async (t) => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  Object.defineProperty(globalThis, 'document', { value: page, configurable: true })
  t.teardown(() => Reflect.deleteProperty(globalThis, 'document'))
  const service = await startScriptedService(t)
  const failing = Array.from({ length: 6 }, () => 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
  for (const answer of failing) service.refuseNext(answer)
  const { connection, states } = follow(t, service.url)
  const attempts = () => states.filter(({ retryAt }) => retryAt !== null).length
  for (let count = 1; count <= failing.length; count++) {
    await waitUntil(() => attempts() === count, { what: `attempt ${count}`, timeoutMs: 60_000 })
    page.dispatchEvent(new Event('visibilitychange'))
    t.equal(connection.status.retryAt, null, 'it does not wait any longer')
  }
  await reaches(connection, 'live')
})
