import { faultsOf, loginForm } from './forms.ts'
import { password } from './cafe.ts'
import type { Cafe, Walk } from './cafe.ts'
import { request } from './http.ts'

/** Guide §3 and step 1: getting a token. */
export async function tokens(t: Walk, cafe: Cafe): Promise<void> {
  const { httpUrl } = cafe.target
  const logIn = (path: string, email: string, word: string) =>
    request<Record<string, string>>(httpUrl, 'POST', path, { body: { email, password: word } })

  for (const path of ['/api/users/login/', '/api/auth/login/', '/api/users/login', '/api/auth/login']) {
    await t.test(`a token comes from ${path}`, async (t) => {
      const { status, body } = await logIn(path, 'waiter1@test.com', password)
      t.equal(status, 200)
      t.same(faultsOf(body, loginForm), [])
      t.equal(body.email, 'waiter1@test.com')
      t.equal(body.role, 'Официант')
      const [header] = body.access!.split('.')
      t.same(JSON.parse(Buffer.from(header!, 'base64url').toString()), { typ: 'JWT', alg: 'HS256' })
      const answer = await request(httpUrl, 'GET', '/api/cafe/tables/', { token: body.access })
      t.equal(answer.status, 200, 'and opens the café')
    })
  }

  await t.test('e-mail addresses are compared without case', async (t) => {
    t.equal((await logIn('/api/users/login/', 'Waiter1@Test.COM', password)).status, 200)
  })

  for (const [who, email] of [
    ['a wrong password', 'waiter1@test.com'],
    ['an unknown account', 'nobody@test.com'],
  ] as const) {
    await t.test(`${who} is refused without telling which`, async (t) => {
      const { status, headers, body } = await logIn('/api/users/login/', email, 'wrong-password')
      t.equal(status, 401)
      t.equal(body.code, 'authentication_failed')
      t.ok(body.detail)
      t.ok(headers.get('www-authenticate')?.startsWith('Bearer'))
      t.equal(body.access, undefined)
    })
  }

  await t.test('a login without its fields is told which', async (t) => {
    const { status, body } = await request(httpUrl, 'POST', '/api/users/login/', { body: {} })
    t.equal(status, 400)
    t.same(body, { email: ['Обязательное поле.'], password: ['Обязательное поле.'] })
  })

  for (const path of ['/api/users/refresh/', '/api/users/token/refresh/', '/api/auth/refresh/']) {
    await t.test(`a new access token comes from ${path}`, async (t) => {
      const { body } = await logIn('/api/users/login/', 'waiter1@test.com', password)
      const renewed = await request<Record<string, string>>(httpUrl, 'POST', path, {
        body: { refresh: body.refresh },
      })
      t.equal(renewed.status, 200)
      t.equal('refresh' in renewed.body, false, 'the refresh token stays unless a new one is asked for')
      const answer = await request(httpUrl, 'GET', '/api/cafe/tables/', { token: renewed.body.access })
      t.equal(answer.status, 200)
    })
  }

  await t.test('requests without a token are refused', async (t) => {
    const { status, headers, body } = await request(httpUrl, 'GET', '/api/cafe/orders/')
    t.equal(status, 401)
    t.equal(body.code, 'not_authenticated')
    t.equal(body.detail, 'Учетные данные не были предоставлены.')
    t.equal(headers.get('www-authenticate'), 'Bearer')
  })
}
