import t from 'tap'
import { onBoth } from '../../support/database.ts'
import { password, startCompany } from '../staff.ts'
import type { Login } from '../staff.ts'

const homes = ['/api/users', '/api/auth', '/api/users/auth']
const refreshPaths = [
  ...homes.map((home) => `${home}/refresh/`),
  '/api/users/token/refresh/',
  '/api/token/refresh/',
]

t.test('login', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startCompany(t, { kind })
    const waiter = await cafe.hire('waiter', [cafe.branches[1]!, cafe.branches[0]!], {
      first_name: 'Айбек',
      last_name: 'Асанов',
      phone_number: '+996700000001',
    })
    const anyone = cafe.withToken()

    t.test('answers at every path, with and without the slash, with all fields', async (t) => {
      for (const path of homes.flatMap((home) => [`${home}/login/`, `${home}/login`])) {
        const { status, body } = await anyone.post<Login>(path, { email: waiter.email, password })
        t.equal(status, 200, path)
        t.match(body, {
          access: /^[\w-]+\.[\w-]+\.[\w-]+$/,
          refresh: /^[\w-]+\.[\w-]+\.[\w-]+$/,
          user_id: waiter.id,
          email: waiter.email,
          first_name: 'Айбек',
          last_name: 'Асанов',
          phone_number: '+996700000001',
          avatar: null,
          company: /^Кафе \d+$/,
          role: 'Официант',
          branch_ids: [cafe.branches[1], cafe.branches[0]],
          primary_branch_id: cafe.branches[1],
        })
      }
    })

    t.test('compares the address without case', async (t) => {
      const email = ` ${waiter.email.toUpperCase()} `
      t.equal((await anyone.post('/api/users/login/', { email, password })).status, 200)
    })

    t.test('says the same for a wrong password and an unknown account', async (t) => {
      const wrong = await anyone.post('/api/users/login/', {
        email: waiter.email,
        password: 'something else',
      })
      const unknown = await anyone.post('/api/users/login/', { email: 'nobody@cafe.test', password })
      t.equal(wrong.status, 401)
      t.equal(wrong.headers['www-authenticate'], 'Bearer')
      t.equal(wrong.body.code, 'authentication_failed')
      t.equal(unknown.status, 401)
      t.same(unknown.body, wrong.body)
    })

    t.test('names the fields that are missing or of a wrong kind', async (t) => {
      const missing = await anyone.post('/api/users/login/', {})
      t.equal(missing.status, 400)
      t.same(missing.body, { email: ['Обязательное поле.'], password: ['Обязательное поле.'] })
      const wrong = await anyone.post('/api/users/login/', { email: 1, password: '' })
      t.equal(wrong.status, 400)
      t.same(Object.keys(wrong.body), ['email', 'password'])
      const nul = await anyone.post('/api/users/login/', { email: 'a\0b@cafe.test', password })
      t.equal(nul.status, 400)
      t.ok(nul.body.email)
    })

    t.test('the role is shown in the language of the user', async (t) => {
      await waiter.patch('/api/users/profile/', { language: 'en' })
      const english = await anyone.post('/api/users/login/', { email: waiter.email, password })
      t.equal(english.body.role, 'Waiter')
      await waiter.patch('/api/users/profile/', { language: null })
      const accepted = await anyone.post(
        '/api/users/login/',
        { email: waiter.email, password },
        { headers: { 'accept-language': 'en' } },
      )
      t.equal(accepted.body.role, 'Waiter')
    })

    t.test('a refresh token gives access tokens at every path and stays good', async (t) => {
      for (const path of refreshPaths) {
        const { status, body } = await anyone.post<Login>(path, { refresh: waiter.login.refresh })
        t.equal(status, 200, path)
        t.same(Object.keys(body), ['access'])
        t.equal((await cafe.withToken(body.access).get('/api/users/profile/')).status, 200)
      }
    })

    t.test('a new refresh token comes when asked for', async (t) => {
      const { body } = await anyone.post<Login>('/api/users/refresh/', {
        refresh: waiter.login.refresh,
        rotate: true,
      })
      t.type(body.refresh, 'string')
      const again = await anyone.post('/api/users/refresh/', { refresh: body.refresh })
      t.equal(again.status, 200)
    })

    t.test('logout ends the login with its tokens, and no other login', async (t) => {
      const tablet = await cafe.logIn(waiter.email)
      const phone = await cafe.logIn(waiter.email)
      t.equal((await tablet.post('/api/users/logout/')).status, 200)
      t.equal((await tablet.get('/api/users/profile/')).body.code, 'token_not_valid')
      const refreshed = await anyone.post('/api/users/refresh/', { refresh: tablet.login.refresh })
      t.equal(refreshed.status, 401)
      t.equal(refreshed.body.code, 'token_not_valid')
      t.equal((await phone.get('/api/users/profile/')).status, 200)

      for (const path of homes.map((home) => `${home}/logout/`)) {
        const login = await cafe.logIn(waiter.email)
        t.equal((await anyone.post(path, { refresh: login.login.refresh })).status, 200, path)
        t.equal((await login.get('/api/users/profile/')).status, 401)
      }
      t.equal((await anyone.post('/api/users/logout/')).body.code, 'not_authenticated')
      t.equal((await anyone.post('/api/users/logout/', { refresh: 'x' })).body.code, 'token_not_valid')
    })
  }),
)

t.test('with REFRESH_ROTATION every refresh brings a new refresh token', async (t) => {
  const { owner, withToken } = await startCompany(t, { kind: 'embedded', env: { REFRESH_ROTATION: 'on' } })
  const { body } = await withToken().post<Login>('/api/token/refresh/', { refresh: owner.login.refresh })
  t.type(body.refresh, 'string')
})

t.test('guessing passwords is slowed down per address; only failures count', async (t) => {
  const cafe = await startCompany(t, { kind: 'embedded', env: { LOGIN_FAILURES_PER_MINUTE: '20' } })
  const { email } = cafe.owner
  const attempt = (secret: string) => cafe.withToken().post('/api/users/login/', { email, password: secret })

  await Promise.all(Array.from({ length: 25 }, () => cafe.logIn(email)))
  const guesses = await Promise.all(Array.from({ length: 40 }, (_, i) => attempt(`guess number ${i}`)))
  t.equal(guesses.filter(({ status }) => status === 401).length, 20, 'not one more than one by one')
  t.equal(guesses.filter(({ status }) => status === 429).length, 20)
  const throttled = await attempt(password)
  t.equal(throttled.status, 429)
  t.equal(throttled.body.code, 'throttled')
  t.ok(Number(throttled.headers['retry-after']) >= 1)

  const elsewhere = await cafe.app.inject({
    method: 'POST',
    url: '/api/users/login/',
    remoteAddress: '198.51.100.7',
    payload: { email, password },
  })
  t.equal(elsewhere.statusCode, 200, 'one address does not keep others out')
})

t.test('RATE_LIMIT=off lifts the limit', async (t) => {
  const cafe = await startCompany(t, { kind: 'embedded', env: { RATE_LIMIT: 'off' } })
  for (let i = 0; i < 25; i++) {
    const { status } = await cafe
      .withToken()
      .post('/api/auth/login/', { email: 'x@cafe.test', password: 'wrong' })
    t.equal(status, 401)
  }
})
