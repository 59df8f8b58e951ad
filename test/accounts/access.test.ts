import { eq } from 'drizzle-orm'
import Fastify from 'fastify'
import t from 'tap'
import { permissions } from '../../src/accounts/permissions.ts'
import type { Permission } from '../../src/accounts/permissions.ts'
import { createChanges } from '../../src/events/changes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { userBranches } from '../../src/db/schema/index.ts'
import { roles } from '../../src/db/enums.ts'
import { parseQuery } from '../../src/http/query-string.ts'
import { auth, requireScope } from '../../src/plugins/auth.ts'
import { authenticator } from '../../src/plugins/authenticator.ts'
import { bodyParser } from '../../src/plugins/body-parser.ts'
import { declaredAccess } from '../../src/plugins/declared-access.ts'
import { errorHandler } from '../../src/plugins/error-handler.ts'
import { jwt } from '../../src/plugins/jwt.ts'
import { validation } from '../../src/plugins/validation.ts'
import { createLoginThrottle } from '../../src/accounts/login/throttle.ts'
import { accountsRoutes } from '../../src/accounts/routes.ts'
import { freshDatabase } from '../support/database.ts'
import type { Teardown } from '../support/teardown.ts'

const password = 'correct horse'

/** An app with the real accounts and routes that exist for the test alone. */
async function startGuarded(t: Teardown) {
  const { database, config } = await freshDatabase(t)
  const changes = createChanges({ database, clock: systemClock, publish: () => {} })
  const deps = { config, database, changes, clock: systemClock, loginThrottle: createLoginThrottle(config) }
  const app = Fastify({ routerOptions: { querystringParser: parseQuery, ignoreTrailingSlash: true } })
  t.teardown(() => app.close())
  await app.register(errorHandler, { countRefusal: () => {} })
  await app.register(bodyParser)
  await app.register(validation)
  await app.register(declaredAccess)
  await app.register(jwt, deps)
  await app.register(authenticator, deps)
  await app.register(auth)
  await app.register(accountsRoutes(deps))
  return { app, database }
}

type Guarded = Awaited<ReturnType<typeof startGuarded>>['app']

async function call(
  app: Guarded,
  method: 'GET' | 'POST' | 'PATCH' | 'HEAD' | 'OPTIONS',
  url: string,
  token?: string,
  payload?: object,
) {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  const reply = await app.inject({ method, url, headers, ...(payload && { payload }) })
  const body = reply.body === '' ? {} : (JSON.parse(reply.body) as Record<string, unknown>)
  return { status: reply.statusCode, body }
}

t.test('a route that does not say who may call it is not registered', async (t) => {
  const { app } = await startGuarded(t)
  t.throws(
    () => app.get('/forgotten/', async () => 'secrets'),
    /GET \/forgotten\/ does not declare its access/,
  )
})

t.test('every role gets what its permissions say, and nothing else', async (t) => {
  const { app } = await startGuarded(t)
  const names = Object.keys(permissions) as Permission[]
  for (const access of names) app.get(`/may/${access}/`, { config: { access } }, async () => ({}))
  app.get('/may/everybody/', { config: { access: 'public' } }, async () => ({}))
  app.get('/may/signed-in/', { config: { access: 'signed-in' } }, async ({ actor }) => ({ role: actor.role }))

  const registered = await call(app, 'POST', '/api/users/register/', undefined, {
    email: 'owner@cafe.test',
    password,
    company_name: 'Кафе',
  })
  const owner = String(registered.body.access)
  for (const role of roles) {
    const email = `${role}.two@cafe.test`
    await call(app, 'POST', '/api/users/employees/', owner, { email, password, role })
    const login = await call(app, 'POST', '/api/users/login/', undefined, { email, password })
    const token = String(login.body.access)
    for (const permission of names) {
      const { status, body } = await call(app, 'GET', `/may/${permission}/`, token)
      const allowed = (permissions[permission] as readonly string[]).includes(role)
      t.equal(status, allowed ? 200 : 403, `${role} ${permission}`)
      if (!allowed) t.equal(body.code, 'permission_denied')
    }
    t.same((await call(app, 'GET', '/may/signed-in/', token)).body, { role })
  }
  for (const permission of [...names, 'signed-in']) {
    t.equal((await call(app, 'GET', `/may/${permission}/`)).body.code, 'not_authenticated')
    t.equal((await call(app, 'HEAD', `/may/${permission}/`)).status, 401, 'HEAD is guarded like GET')
  }
  t.equal((await call(app, 'GET', '/may/everybody/')).status, 200)
  t.equal((await call(app, 'GET', '/nowhere/')).status, 404, 'a path that does not exist asks for no token')
})

t.test('which branch a request is about', async (t) => {
  const { app, database } = await startGuarded(t)
  await app.register(async (cafe) => {
    cafe.addHook('onRequest', requireScope)
    cafe.get('/scope/', { config: { access: 'orders.read' } }, async (request) => request.cafe.scope)
  })
  const register = async (email: string) => {
    const payload = { email, password, company_name: 'Кафе' }
    return String((await call(app, 'POST', '/api/users/register/', undefined, payload)).body.access)
  }
  const logIn = async (email: string) =>
    String((await call(app, 'POST', '/api/users/login/', undefined, { email, password })).body.access)
  const open = async (token: string, name: string) =>
    String((await call(app, 'POST', '/api/users/branches/', token, { name })).body.id)
  const hire = async (by: string, email: string, role: string, branchIds: string[]) => {
    const payload = { email, password, role, branch_ids: branchIds }
    const { status, body } = await call(app, 'POST', '/api/users/employees/', by, payload)
    t.equal(status, 201)
    return { id: String(body.id), token: await logIn(email) }
  }
  const scope = (token: string, query = '') => call(app, 'GET', `/scope/${query}`, token)

  const owner = await register('owner@cafe.test')
  const early = await hire(owner, 'early@cafe.test', 'waiter', [])

  await t.test('a company without branches is one whole', async (t) => {
    t.match((await scope(owner)).body, { branchId: null, companyWide: false })
    t.match((await scope(early.token)).body, { branchId: null, companyWide: false })
  })

  const centre = await open(owner, 'Центр')
  const south = await open(owner, 'Юг')
  const foreign = await open(await register('other@cafe.test'), 'Чужой')

  await t.test('owner and admin work company-wide or in the branch they choose', async (t) => {
    const admin = await hire(owner, 'admin@cafe.test', 'admin', [centre])
    for (const token of [owner, admin.token]) {
      t.match((await scope(token)).body, { branchId: null, companyWide: true })
      t.match((await scope(token, '?branch=')).body, { branchId: null, companyWide: true })
      t.match((await scope(token, `?branch=${south}`)).body, { branchId: south, companyWide: false })
      const upper = await scope(token, `?branch=${south.toUpperCase()}`)
      t.match(upper.body, { branchId: south, companyWide: false })
      for (const wrong of [foreign, 'not-an-id', `${south}&branch=${centre}`]) {
        const { status, body } = await scope(token, `?branch=${wrong}`)
        t.equal(status, 400)
        t.same(Object.keys(body), ['branch'])
      }
    }
  })

  await t.test('staff are bound to their primary branch, whatever they ask for', async (t) => {
    const waiter = await hire(owner, 'waiter@cafe.test', 'waiter', [south, centre])
    for (const query of ['', `?branch=${centre}`, `?branch=${foreign}`, '?branch=x']) {
      t.match((await scope(waiter.token, query)).body, { branchId: south, companyWide: false })
    }
  })

  await t.test('staff without a branch came into the first one with the company', async (t) => {
    t.match((await scope(early.token)).body, { branchId: centre, companyWide: false })
  })

  await t.test('staff without a branch are never company-wide', async (t) => {
    const late = await hire(owner, 'late@cafe.test', 'waiter', [centre])
    await database.acrossCompanies((tx) => tx.delete(userBranches).where(eq(userBranches.userId, late.id)))
    const { status, body } = await scope(late.token)
    t.equal(status, 403)
    t.equal(body.code, 'no_branch')
  })
})
