import type { Test } from 'tap'
import type { TestApp } from '../support/app.ts'
import { testSecret } from '../support/database.ts'
import { resign, tampered, unsigned } from '../guide/forgery.ts'
import { inject } from './inject.ts'
import { faultOf } from './shape.ts'

const password = 'demo12345'

/** Tokens that open nothing, and the language of answers. */
export async function identity(t: Test, cafe: TestApp): Promise<void> {
  const logIn = async (email: string) => {
    const reply = await cafe
      .withToken()
      .post<Record<string, string>>('/api/users/login/', { email, password })
    return { access: reply.body.access!, refresh: reply.body.refresh! }
  }
  const tables = (authorization?: string | string[]) =>
    inject(cafe, { url: '/api/cafe/tables/', headers: authorization ? { authorization } : {} })

  t.test('tokens that open nothing', async (t) => {
    const { access, refresh } = await logIn('waiter1@test.com')
    const past = Math.floor(Date.now() / 1000) - 60
    t.equal(
      (await tables(`Bearer ${resign(access, testSecret)}`)).status,
      200,
      'signed anew with the secret, it is good',
    )
    const bad: Record<string, string> = {
      expired: resign(access, testSecret, { exp: past }),
      'without an end': resign(access, testSecret, { exp: undefined }),
      'with an end that is none': resign(access, testSecret, { exp: 'never' }),
      forged: resign(access, 'somebody else’s secret of enough length'),
      unsigned: unsigned(access),
      tampered: tampered(access),
      'refresh as access': refresh,
      'of a kind there is not': resign(access, testSecret, { typ: 'admin' }),
      'of nobody': resign(access, testSecret, { sub: null }),
      'with a session that is none': resign(access, testSecret, { sid: "' or 1=1" }),
      'with another version': resign(access, testSecret, { ver: 1e300 }),
      'of one part': 'garbage',
      'of empty parts': '..',
      'of five parts': `${access}.x.y`,
      long: 'x'.repeat(8000),
      'in quotes': `"${access}"`,
    }
    for (const [what, token] of Object.entries(bad)) {
      const reply = await tables(`Bearer ${token}`)
      t.match(reply, { status: 401, body: { code: 'token_not_valid' } }, what)
      t.equal(faultOf(reply), null, what)
    }
    for (const header of [
      'Bearer',
      'Bearer ',
      `Token ${access}`,
      `Basic ${access}`,
      access,
      `Bearer ${access} ${access}`,
    ]) {
      const reply = await tables(header)
      t.match(reply, { status: 401, body: { code: 'not_authenticated' } }, header.slice(0, 20))
      t.equal(faultOf(reply), null)
    }
    t.equal((await tables()).body.code, 'not_authenticated')
    const said: [header: string, en: RegExp, ru: RegExp][] = [
      [`Token ${access}`, /says “Token” in place of “Bearer”/, /вместо «Bearer» стоит «Token»/],
      [`JWT  ${access}`, /says “JWT”/, /стоит «JWT»/],
      [access, /has no “Bearer” before the token/, /перед токеном нет слова «Bearer»/],
      [`${access} x`, /has no “Bearer” before the token/, /нет слова «Bearer»/],
      ['Bearer', /credentials were not provided/, /не были предоставлены/],
    ]
    for (const [authorization, ...texts] of said) {
      for (const [at, language] of ['en', 'ru'].entries()) {
        const headers = { authorization, 'accept-language': language }
        const { body } = await cafe.withToken().get('/api/cafe/tables/', { headers })
        t.match(body, { code: 'not_authenticated', detail: texts[at] })
        t.notMatch(body.detail, access.slice(0, 20), 'the token is not repeated')
      }
    }
    t.equal((await tables(`bearer ${access}`)).status, 200, 'the scheme has no case')
    t.equal((await tables(`Bearer  ${access}\r\n`)).status, 200, 'pasted with the end of its line')
    for (const token of [access, 'x', '', unsigned(refresh), resign(refresh, testSecret, { exp: past })]) {
      const reply = await cafe.withToken().post('/api/users/refresh/', { refresh: token })
      t.ok(reply.status === 401 || (token === '' && reply.status === 400), 'access as refresh and others')
    }
  })

  t.test('a token dies with its user', async (t) => {
    const owner = cafe.as('owner')
    const { body: branches } = await owner.get<{ results: { id: string }[] }>('/api/users/branches/')
    const hire = { email: 'short@test.com', password, role: 'waiter', branch_ids: [branches.results[0]!.id] }
    const { body: employee } = await owner.post('/api/users/employees/', hire)
    const { access, refresh } = await logIn('short@test.com')
    t.equal((await tables(`Bearer ${access}`)).status, 200)
    t.equal((await owner.delete(`/api/users/employees/${String(employee.id)}/`)).status, 204)
    t.match(await tables(`Bearer ${access}`), { status: 401, body: { code: 'token_not_valid' } })
    const renewed = await cafe.withToken().post('/api/users/refresh/', { refresh })
    t.match(renewed, { status: 401, body: { code: 'token_not_valid' } })
    const again = await cafe.withToken().post('/api/users/login/', { email: hire.email, password })
    t.match(again, { status: 401, body: { code: 'authentication_failed' } }, 'and the password opens nothing')
  })

  t.test(
    'the language: the user’s, else the company’s, else what the client accepts, else Russian',
    async (t) => {
      const required = { ru: 'Обязательное поле.', en: 'This field is required.' }
      const said = async (accepted?: string) => {
        const reply = await inject(cafe, {
          method: 'POST',
          url: '/api/cafe/zones/',
          as: 'owner2',
          body: '{}',
          headers: accepted === undefined ? {} : { 'accept-language': accepted },
        })
        return String(reply.body.title)
      }
      const owner = cafe.as('owner2')
      const speak = async (path: string, language: string | null) => {
        t.equal((await owner.patch(`/api/users/${path}/`, { language })).status, 200)
      }
      await speak('company', null)
      await speak('profile', null)
      t.equal(await said(), required.ru)
      t.equal(await said('en'), required.en)
      t.equal(await said('de, en;q=0.8, ru;q=0.5'), required.en)
      t.equal(await said('en;q=0.3, ru-RU;q=0.9'), required.ru)
      t.equal(await said('de'), required.ru)
      for (const nonsense of [';;;q=,', '*', 'x'.repeat(3000), 'en;q=0', '\u00ff\u00fe']) {
        t.equal(await said(nonsense), required.ru, nonsense.slice(0, 10))
      }
      await speak('company', 'en')
      t.equal(await said('ru'), required.en)
      await speak('profile', 'ru')
      t.equal(await said('en'), required.ru)
      const stranger = await inject(cafe, {
        url: '/api/cafe/zones/',
        headers: { 'accept-language': 'en-US' },
      })
      t.equal(stranger.body.detail, 'Authentication credentials were not provided.')
      await speak('company', null)
      await speak('profile', null)
    },
  )
}
