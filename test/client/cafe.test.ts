import t from 'tap'
import type { Test } from 'tap'
import { createCafe } from '../../packages/client/src/cafe.ts'
import type { CafeError } from '../../packages/client/src/cafe.ts'
import { startApp } from '../support/app.ts'
import type { DemoUser } from '../support/app.ts'

/** The typed REST calls, at the real service. */

/** Sends a request on, or loses or replaces its answer. */
type Disturb = (number: number, send: () => Promise<Response>) => Promise<Response>

async function start(t: Test, disturb: Disturb = (_, send) => send(), user: DemoUser = 'waiter1') {
  const app = await startApp(t)
  const { httpUrl } = await app.listen()
  const sent: { name: string; headers: Record<string, string> }[] = []
  const cafe = createCafe({
    url: httpUrl,
    getToken: () => app.tokenOf(user),
    fetch(address, init) {
      const { pathname } = new URL(address)
      sent.push({ name: `${init!.method} ${pathname}`, headers: init!.headers as Record<string, string> })
      return disturb(sent.length, () => fetch(address, init))
    },
  })
  return { app, sent, cafe }
}

/** Carried out, but the answer does not arrive. */
const lost = async (send: () => Promise<Response>): Promise<never> => {
  await send()
  throw new TypeError('fetch failed')
}

const errorOf = (promise: Promise<unknown>): Promise<CafeError> =>
  promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: CafeError) => error,
  )

t.test('calls have the types of the API, and its errors are told apart', async (t) => {
  const { cafe } = await start(t, undefined, 'admin')
  const { results: tables } = await cafe.get('/api/cafe/tables/', { query: { status: 'free' } })
  const { results: dishes } = await cafe.get('/api/cafe/menu-items/')
  const items = [{ menu_item: dishes[0]!.id, quantity: 2 }]
  const order = await cafe.post('/api/cafe/orders/', { body: { table: tables[0]!.id, guests: 2, items } })
  t.equal(order.items[0]!.quantity, 2)
  const path = { id: order.id }
  const noted = await cafe.patch('/api/cafe/orders/{id}/', {
    path,
    version: order.version,
    body: { note: 'x' },
  })
  t.equal(noted.version, order.version + 1)
  const stale = cafe.patch('/api/cafe/orders/{id}/', { path, version: order.version, body: { note: 'y' } })
  t.match(await errorOf(stale), {
    name: 'CafeError',
    status: 412,
    code: 'version_conflict',
    body: { current: { note: 'x' } },
  })
  const wrong = await errorOf(cafe.post('/api/cafe/orders/', { body: { guests: 5000 } }))
  t.match(wrong, { status: 400, code: 'invalid', fields: { guests: Array } })
  t.match(wrong.message, /\S/)
  t.equal(wrong.message, (wrong.fields!['guests'] as string[])[0])
  t.type(wrong.requestId, 'string')
  t.match(await errorOf(cafe.get('/api/cafe/orders/{id}/', { path: { id: crypto.randomUUID() } })), {
    status: 404,
    code: 'not_found',
  })
  t.equal(await cafe.delete('/api/cafe/orders/{id}/', { path }), undefined)
})

t.test('a POST whose answer is lost is carried out once', async (t) => {
  const { app, cafe, sent } = await start(t, (number, send) => (number < 3 ? lost(send) : send()))
  const order = await cafe.post('/api/cafe/orders/', { body: { note: 'only once' } })
  t.equal(sent.length, 3)
  t.equal(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size, 1)
  const { body } = await app.as('waiter1').get<{ results: { id: string }[] }>('/api/cafe/orders/')
  t.strictSame(
    body.results.map(({ id }) => id),
    [order.id],
  )
  await cafe.post('/api/cafe/orders/', { body: {} })
  t.not(sent[3]!.headers['idempotency-key'], sent[0]!.headers['idempotency-key'], 'another call, another key')
})

t.test('what is not safe to repeat is not repeated', async (t) => {
  const { app, cafe, sent } = await start(t, (_, send) => lost(send))
  const { body: order } = await app.as('waiter1').post<{ id: string }>('/api/cafe/orders/', {})
  const path = { id: order.id }
  t.match(await errorOf(cafe.patch('/api/cafe/orders/{id}/', { path, body: { note: 'x' } })), {
    status: 0,
    code: 'network',
  })
  t.match(await errorOf(cafe.delete('/api/cafe/orders/{id}/', { path })), { code: 'network' })
  t.equal(sent.length, 2)
})

t.test('a busy service is asked again after as long as it says', async (t) => {
  const busy = (status: number, code: string) =>
    Response.json({ detail: '…', code }, { status, headers: { 'retry-after': '1' } })
  const answers = [
    busy(503, 'unavailable'),
    busy(409, 'idempotency_in_progress'),
    busy(429, 'too_many_requests'),
  ]
  const times: number[] = []
  const { cafe, sent } = await start(t, async (_, send) => {
    times.push(Date.now())
    return answers.shift() ?? send()
  })
  t.equal((await cafe.post('/api/cafe/orders/', { body: {} })).status, 'open')
  t.equal(sent.length, 4)
  for (const [at, time] of times.slice(1).entries()) t.ok(time - times[at]! >= 990, `${time - times[at]!} ms`)
})

t.test('a token that is refused is renewed once', async (t) => {
  const asked: string[] = []
  const app = await startApp(t)
  const { httpUrl } = await app.listen()
  const renewing = createCafe({
    url: httpUrl,
    getToken: ({ reason }) => (asked.push(reason), reason === 'refused' ? app.tokenOf('waiter1') : 'old'),
  })
  t.ok((await renewing.get('/api/users/profile/')).id)
  t.strictSame(asked, ['connect', 'refused'])
  const hopeless = createCafe({ url: httpUrl, getToken: () => 'old' })
  t.match(await errorOf(hopeless.get('/api/users/profile/')), { status: 401, code: 'token_not_valid' })
})

t.test('an answer that does not come is a time-out, and a signal ends the waiting', async (t) => {
  const app = await startApp(t)
  const { httpUrl } = await app.listen()
  let sent = 0
  const hangs: typeof fetch = (_, init) =>
    new Promise((_, reject) => {
      sent++
      if (init!.signal!.aborted) reject(init!.signal!.reason as Error)
      init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error))
    })
  const cafe = createCafe({ url: httpUrl, timeoutMs: 50, attempts: 2, fetch: hangs })
  t.match(await errorOf(cafe.get('/api/cafe/tables/')), { status: 0, code: 'timeout' })
  t.equal(sent, 2)
  const ending = new AbortController()
  const waiting = cafe.get('/api/cafe/tables/', { signal: ending.signal })
  ending.abort()
  await t.rejects(waiting, { name: 'AbortError' })
})
