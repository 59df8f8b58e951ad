import t from 'tap'
import { startApp } from '../support/app.ts'

const strict = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
}

t.test('no answer can be made a page of, or put into one', async (t) => {
  const cafe = await startApp(t)
  const token = await cafe.tokenOf('waiter1')
  const answers = {
    200: { url: '/api/cafe/tables/', headers: { authorization: `Bearer ${token}` } },
    400: { url: '/api/users/login/', method: 'POST', payload: {} },
    401: { url: '/api/cafe/tables/' },
    404: { url: '/nowhere' },
    405: { url: '/api/users/login/', method: 'DELETE' },
    426: { url: '/ws/cafe/orders/' },
  } as const
  for (const [status, request] of Object.entries(answers)) {
    const { statusCode, headers } = await cafe.app.inject(request)
    t.equal(statusCode, Number(status))
    t.match(headers, strict, request.url)
    t.notOk('x-powered-by' in headers)
  }
})

t.test('our own pages load what comes from here alone, and run nothing inline', async (t) => {
  const cafe = await startApp(t)
  for (const url of ['/', '/api/docs/']) {
    const { statusCode, headers, body } = await cafe.app.inject({ url })
    t.equal(statusCode, 200)
    const policy = String(headers['content-security-policy'])
    t.match(policy, /default-src 'none'.*script-src 'self'(;|$)/)
    t.match(policy, /frame-ancestors 'none'/)
    t.notMatch(body, /<script>|<script(?![^>]*src=)/)
    const { 'content-security-policy': _, ...others } = strict
    t.match(headers, others)
  }
})

t.test('no route sets a cookie: no browser is signed in by itself', async (t) => {
  const cafe = await startApp(t)
  const token = await cafe.tokenOf('owner')
  const payload = { email: 'owner@test.com', password: 'demo12345' }
  const login = await cafe.app.inject({ method: 'POST', url: '/api/users/login/', payload })
  t.notOk('set-cookie' in login.headers)
  for (const { method, url } of cafe.app.declaredRoutes) {
    if (method !== 'GET' || url.includes('*')) continue
    const { headers } = await cafe.app.inject({ url, headers: { authorization: `Bearer ${token}` } })
    t.notOk('set-cookie' in headers, url)
  }
  const cookie = await cafe.app.inject({ url: '/api/users/profile/', headers: { cookie: `token=${token}` } })
  t.equal(cookie.statusCode, 401)
})
