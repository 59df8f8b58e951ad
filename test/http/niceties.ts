import type { Test } from 'tap'
import type { TestApp } from '../support/app.ts'
import { missing } from '../cafe/people.ts'
import { inject } from './inject.ts'

/** What clients and proxies count on beside bodies. */
export async function niceties(t: Test, cafe: TestApp): Promise<void> {
  const routes = cafe.app.declaredRoutes.filter(({ method }) => method !== 'HEAD')

  t.test('every path answers with and without the slash at its end', async (t) => {
    const owner = cafe.as('owner')
    const faults: string[] = []
    for (const { method, url } of routes) {
      const path = url.replace(/:\w+/g, missing)
      if (path === '/') continue
      const [bare, slashed] = [path.replace(/\/$/, ''), `${path.replace(/\/$/, '')}/`]
      const answers = []
      for (const way of [bare, slashed, `${bare}?_=1`]) {
        // nothing is sent that could change anything
        const as = method === 'GET' && !url.startsWith('/ws/') ? ('owner' as const) : undefined
        const { status, body } = await inject(cafe, {
          method,
          url: way,
          as,
          body: method === 'GET' ? undefined : '{}',
        })
        answers.push(`${status} ${typeof body.code === 'string' ? body.code : ''}`)
      }
      const isMissing = answers[0]!.startsWith('404') && !url.includes(':')
      if (new Set(answers).size > 1 || isMissing) faults.push(`${method} ${url}: ${answers.join(', ')}`)
    }
    t.same(faults, [])
    t.equal((await owner.get('/api/cafe/zones')).status, 200)
  })

  t.test('links of lists lead back the way the client came, whatever it says of the host', async (t) => {
    const next = async (headers: Record<string, string>) => {
      const url = '/api/cafe/menu-items/?page_size=1'
      const { status, body } = await inject(cafe, { url, as: 'owner', headers })
      t.equal(status, 200, JSON.stringify(headers))
      return body.next
    }
    const path = '/api/cafe/menu-items/?page_size=1&page=2'
    t.equal(await next({ host: 'cafe.example:8000' }), `http://cafe.example:8000${path}`)
    t.equal(await next({ host: '[::1]:8000' }), `http://[::1]:8000${path}`)
    const proxied = { host: 'inner', 'x-forwarded-host': 'cafe.example', 'x-forwarded-proto': 'https' }
    t.equal(await next(proxied), `https://cafe.example${path}`)
    for (const host of [
      'a b',
      '%%%',
      '[::1',
      'a:99999',
      'x/../y',
      'user@evil.example',
      '"><script>',
      'a,b',
    ]) {
      t.equal(await next({ host }), `http://localhost${path}`, host)
    }
    t.equal(await next({ host: 'x', 'x-forwarded-proto': 'javascript' }), `http://x${path}`)
  })

  t.test('HEAD answers like GET, without a body', async (t) => {
    for (const url of ['/api/cafe/zones/', '/api/cafe/orders', '/api/users/profile/', '/healthz', '/']) {
      const got = await inject(cafe, { url, as: 'owner' })
      const head = await inject(cafe, { method: 'HEAD', url, as: 'owner' })
      t.equal(head.status, 200, url)
      t.equal(head.text, '')
      t.equal(head.headers['content-type'], got.headers['content-type'])
    }
    t.equal(
      (await inject(cafe, { method: 'HEAD', url: `/api/cafe/orders/${missing}/`, as: 'owner' })).status,
      404,
    )
    t.equal((await inject(cafe, { method: 'HEAD', url: '/nowhere' })).status, 404)
  })

  t.test('the id of a request comes back, and an unfit one is replaced', async (t) => {
    const idOf = async (given?: string | string[], url = '/healthz') =>
      String(
        (await inject(cafe, { url, headers: given === undefined ? {} : { 'x-request-id': given } })).headers[
          'x-request-id'
        ],
      )
    t.equal(await idOf('from-the-proxy_1.2:3'), 'from-the-proxy_1.2:3')
    t.equal(await idOf('on-errors', '/api/cafe/zones/'), 'on-errors')
    t.equal(await idOf('nowhere', '/nowhere'), 'nowhere')
    t.equal(await idOf('unreadable', '/%zz'), 'unreadable')
    const own = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/
    for (const unfit of [
      undefined,
      '',
      'x'.repeat(129),
      'a b',
      'a,b',
      '"quoted"',
      '<script>',
      '\u00ff',
      ['a', 'b'],
    ]) {
      t.match(await idOf(unfit), own, String(unfit).slice(0, 20))
    }
    t.not(await idOf(), await idOf())
  })

  t.test('browsers of the front ends may call, others may not', async (t) => {
    const preflight = (url: string, origin: string) =>
      inject(cafe, {
        method: 'OPTIONS',
        url,
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization,content-type,idempotency-key',
        },
      })
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:3000', 'https://localhost']) {
      for (const { url } of routes) {
        const path = url.replace(/:\w+/g, missing)
        const { status, headers } = await preflight(path, origin)
        t.ok(status === 204 && headers['access-control-allow-origin'] === origin, `${path} ${status}`)
      }
      const { headers } = await preflight('/api/cafe/orders/', origin)
      t.match(headers['access-control-allow-methods'], /GET, HEAD, POST, PUT, PATCH, DELETE/)
      for (const name of [
        'authorization',
        'content-type',
        'idempotency-key',
        'if-match',
        'accept-language',
      ]) {
        t.match(headers['access-control-allow-headers'], name)
      }
      const asked = await inject(cafe, { url: '/api/cafe/orders/', as: 'owner', headers: { origin } })
      t.equal(asked.headers['access-control-allow-origin'], origin)
      t.match(asked.headers['access-control-expose-headers'], 'x-request-id')
      for (const url of ['/api/cafe/orders/', '/nowhere']) {
        const refused = await inject(cafe, { url, headers: { origin } })
        t.equal(
          refused.headers['access-control-allow-origin'],
          origin,
          'so that the page can read what is wrong',
        )
      }
    }
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'null',
      'http://localhost:1@evil.example',
    ]) {
      const { headers } = await preflight('/api/cafe/orders/', origin)
      t.equal(headers['access-control-allow-origin'], undefined, origin)
    }
    const plain = await inject(cafe, { method: 'OPTIONS', url: '/api/cafe/orders/' })
    t.equal(plain.status, 204, 'OPTIONS that is no pre-flight')
    t.equal(plain.text, '')
  })
}
