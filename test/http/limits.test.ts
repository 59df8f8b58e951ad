import t from 'tap'
import { networkOf } from '../../src/http/network.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'

const env = { REQUESTS_PER_MINUTE: '600', REQUESTS_PER_MINUTE_PER_ADDRESS: '600' }

const refusals = async (cafe: TestApp, code: string): Promise<number> => {
  const { payload } = await cafe.app.inject('/metrics')
  const line = payload
    .split('\n')
    .find((one) => one.startsWith(`cafe_requests_refused_total{code="${code}"}`))
  return Number(line?.split(' ')[1] ?? 0)
}

t.test('whoever asks too much is told when to come back, and keeps nobody else from asking', async (t) => {
  const cafe = await startApp(t, { env })
  const path = '/api/users/roles/'
  const asked = await Promise.all(Array.from({ length: 650 }, () => cafe.as('waiter1').get(path)))
  const refused = asked.filter(({ status }) => status === 429)
  t.equal(refused.length, 50)
  t.match(refused[0], { body: { code: 'too_many_requests', detail: /^Слишком много запросов/ } })
  t.ok(Number(refused[0]!.headers['retry-after']) >= 1)
  t.ok((await refusals(cafe, 'too_many_requests')) >= 50)
  t.equal((await cafe.as('cook1').get(path)).status, 200, 'another user of the same address')

  const anonymous = (remoteAddress: string, headers = {}) =>
    cafe.app.inject({ url: '/api/openapi.json', remoteAddress, headers })
  await Promise.all(Array.from({ length: 600 }, () => anonymous('203.0.113.1')))
  t.equal((await anonymous('203.0.113.1')).statusCode, 429)
  t.equal(
    (await anonymous('203.0.113.1', { authorization: 'Bearer x' })).statusCode,
    429,
    'a token is none here',
  )
  t.equal((await anonymous('203.0.113.1', { 'x-forwarded-for': '203.0.113.2' })).statusCode, 429)
  t.equal((await anonymous('203.0.113.2')).statusCode, 200, 'another address')
  const withoutToken = { url: path, remoteAddress: '203.0.113.1' }
  t.equal(
    (await cafe.app.inject(withoutToken)).statusCode,
    429,
    'counted before its missing token is refused',
  )
  const authorization = `Bearer ${await cafe.tokenOf('cook1')}`
  const signedIn = { url: path, remoteAddress: '203.0.113.1', headers: { authorization } }
  t.equal((await cafe.app.inject(signedIn)).statusCode, 200, 'somebody signed in, at the address refused')
  for (const url of ['/healthz', '/readyz', '/metrics'])
    t.equal((await cafe.app.inject({ url, remoteAddress: '203.0.113.1' })).statusCode, 200, url)
})

t.test('only a proxy that is named may say from where a request comes', async (t) => {
  const trusting = await startApp(t, { env: { ...env, TRUST_PROXY: 'uniquelocal' } })
  const from = async (remoteAddress: string, forwarded: string) => {
    const payload = { email: 'waiter1@test.com', password: 'demo12345' }
    const headers = { 'x-forwarded-for': forwarded }
    const login = { method: 'POST', url: '/api/users/login/', remoteAddress, headers, payload } as const
    const { access } = (await trusting.app.inject(login)).json<{ access: string }>()
    const { body } = await trusting
      .withToken(access)
      .get<{ results: { address: string; current: boolean }[] }>('/api/users/sessions/')
    return body.results.find(({ current }) => current)?.address
  }
  t.equal(await from('10.0.0.1', '203.0.113.5'), '203.0.113.5')
  t.equal(await from('10.0.0.1', '1.2.3.4, 203.0.113.5'), '203.0.113.5', 'what stands before it is hearsay')
  t.equal(await from('198.51.100.1', '203.0.113.5'), '198.51.100.1')
})

t.test('no page is larger than the setting allows', async (t) => {
  const cafe = await startApp(t, { env: { PAGE_SIZE_MAX: '2' } })
  for (const query of ['', '?page_size=2', '?page_size=500']) {
    const { body } = await cafe
      .as('owner')
      .get<{ count: number; results: unknown[]; next: string }>(`/api/cafe/tables/${query}`)
    t.equal(body.results.length, 2, query)
    t.match(body.next, 'page=2')
    const second = await cafe
      .as('owner')
      .get<{ results: unknown[] }>(new URL(body.next).pathname + new URL(body.next).search)
    t.equal(second.body.results.length, 2)
    t.notSame(second.body.results, body.results)
  }
})

t.test('a body larger than the setting allows is refused, and counted', async (t) => {
  const cafe = await startApp(t)
  const note = 'x'.repeat(256 * 1024)
  const { status, body } = await cafe.as('waiter1').post('/api/cafe/orders/', { note })
  t.equal(status, 413)
  t.equal(body.code, 'payload_too_large')
  t.equal(await refusals(cafe, 'payload_too_large'), 1)
})

t.test('IPv6 addresses of one customer count as one', (t) => {
  t.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0DB8:0001:2::1'))
  t.not(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  t.equal(networkOf('::1'), '0:0:0:0::/64')
  t.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'))
  t.equal(networkOf('::ffff:203.0.113.1'), '203.0.113.1')
  t.equal(networkOf('203.0.113.1'), '203.0.113.1')
  t.end()
})
