import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { List } from '../cafe/people.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { startService } from '../support/process.ts'
import type { Teardown } from '../support/teardown.ts'
import { startCommitProxy } from './commit-proxy.ts'

/**
 * A process that dies, or loses its database, in the moment of the commit. Its client knows nothing and sends the request
 * again, to another replica.
 */
async function startPair(t: Teardown) {
  const database = await freshDatabaseEnv(t, { content: 'demo' })
  const env = { ...database, ROLES: 'api', ACTOR_CACHE: '10m' }
  const proxy = await startCommitProxy(t, database.DATABASE_URL!)
  const [doomed, other] = await Promise.all([
    // unprepared, so that the proxy can read what is sent
    startService(t, { ...env, DATABASE_URL: proxy.url, DB_PREPARE: 'off' }),
    startService(t, env),
  ])
  const login = { email: 'waiter1@test.com', password: 'demo12345' }
  const { body } = await request<{ access: string }>(`${other.httpUrl}/api/users/login/`, { body: login })
  const headers = { authorization: `Bearer ${body.access}` }
  const list = async <Row>(url: string, path: string) =>
    (await request<List<Row>>(`${url}/api/cafe/${path}`, { headers })).body
  // the doomed one knows the waiter, so that its next transaction is the order
  const [dish] = (await list<MenuItemRead>(doomed.httpUrl, 'menu-items/')).results
  return {
    proxy,
    doomed,
    order: (url: string, key: string) =>
      request<OrderRead>(`${url}/api/cafe/orders/`, {
        headers: { ...headers, 'idempotency-key': key },
        body: { items: [{ menu_item: dish!.id, quantity: 2 }] },
      }),
    otherUrl: other.httpUrl,
    orders: async () => (await list<OrderRead>(other.httpUrl, 'orders/')).results,
  }
}

interface Sent {
  headers?: Record<string, string>
  body?: object
}

interface Got<Body> {
  status: number
  replayed: string | null
  body: Body
}

async function request<Body>(url: string, { headers, body }: Sent): Promise<Got<Body>> {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed'),
    body: (await response.json()) as Body,
  }
}

t.test('killed after the commit, before the answer: the repetition gets the answer', async (t) => {
  const { proxy, doomed, order, otherUrl, orders } = await startPair(t)
  const key = randomUUID()
  const stopped = proxy.stop(key, 'after commit')
  const lost = t.rejects(order(doomed.httpUrl, key))
  await stopped
  doomed.process.kill('SIGKILL')
  await lost
  const again = await order(otherUrl, key)
  t.match(again, { status: 201, replayed: 'true', body: { items: [{ quantity: 2 }] } })
  t.strictSame(await orders(), [again.body], 'one order')
})

t.test('killed before the commit: the repetition makes the order', async (t) => {
  const { proxy, doomed, order, otherUrl, orders } = await startPair(t)
  const key = randomUUID()
  const stopped = proxy.stop(key, 'before commit')
  const lost = t.rejects(order(doomed.httpUrl, key))
  await stopped
  t.strictSame(await orders(), [])
  // sent while the first is still there, it waits for the end of its transaction
  const waiting = order(otherUrl, key)
  doomed.process.kill('SIGKILL')
  await lost
  const made = await waiting
  t.match(made, { status: 201, replayed: null, body: { number: 1 } })
  t.strictSame(await orders(), [made.body], 'one order')
})

t.test('database lost after the commit: 503, and the repetition gets the answer', async (t) => {
  const { proxy, doomed, order, orders } = await startPair(t)
  const key = randomUUID()
  const stopped = proxy.stop(key, 'after commit')
  const first = order(doomed.httpUrl, key)
  await stopped
  proxy.cut()
  t.match(await first, { status: 503, body: { code: 'unavailable' } })
  const again = await order(doomed.httpUrl, key)
  t.match(again, { status: 201, replayed: 'true' })
  t.strictSame(await orders(), [again.body], 'one order')
})
