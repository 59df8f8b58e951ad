import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/server/logger.ts'
import { startApp } from '../support/app.ts'
import { asSuperuser, freshDatabaseEnv, onBoth } from '../support/database.ts'
import { startProxy } from '../support/proxy.ts'
import { waitUntil } from '../support/wait.ts'
import { inject } from './inject.ts'
import type { Sent } from './inject.ts'
import { faultOf } from './shape.ts'

/** A logger whose lines a test reads. */
function readableLog() {
  const lines: string[] = []
  const target = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  return { log: createLog(readConfig({ LOG_LEVEL: 'warn' }), false, target), lines }
}

t.test('a fault of the service shows nothing of its inside, and stands in the log under its request', (t) =>
  onBoth(t, async (t, kind) => {
    const { log, lines } = readableLog()
    const cafe = await startApp(t, { kind, log })
    await cafe.tokenOf('owner2')
    // the database is broken behind the service's back
    await asSuperuser(cafe.database, (tx) => tx.execute(sql`alter table zones rename to zones_gone`))

    const headers = { 'x-request-id': 'find-me' }
    const reply = await inject(cafe, { url: '/api/cafe/zones/?search=secret-words', as: 'owner2', headers })
    t.equal(reply.status, 500)
    t.same(reply.body, {
      detail: 'Внутренняя ошибка. Номер запроса: find-me.',
      code: 'internal',
      request_id: 'find-me',
    })
    t.equal(reply.headers['x-request-id'], 'find-me')
    const body = '{"title": "secret-title"}'
    const created = await inject(cafe, {
      method: 'POST',
      url: '/api/cafe/zones/',
      as: 'owner2',
      body,
      headers,
    })
    t.equal(created.status, 500)
    const english = { ...headers, 'accept-language': 'en' }
    const foreign = await inject(cafe, { url: '/api/cafe/zones/', as: 'owner2', headers: english })
    t.equal(foreign.body.detail, 'Internal error. Request id: find-me.')

    const said = lines.filter((line) => line.includes('find-me')).join('')
    t.match(said, /"level":50.*zones/, 'the log has the cause')
    t.notMatch(said, /secret-title|secret-words/, 'and nothing of what was sent')
    t.equal((await cafe.as('owner2').get('/api/cafe/categories/')).status, 200, 'the rest goes on')

    await asSuperuser(cafe.database, (tx) => tx.execute(sql`alter table zones_gone rename to zones`))
    t.equal((await cafe.as('owner2').get('/api/cafe/zones/')).status, 200)
  }),
)

t.test('while PostgreSQL is away requests are told to come back, and are served when it has', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const postgres = await startProxy(t, on.DATABASE_URL!, 5432)
  const { log } = readableLog()
  const limits = { DB_CONNECT_TIMEOUT: '1s', DB_STATEMENT_TIMEOUT: '1s', DB_LOCK_TIMEOUT: '1s' }
  const cafe = await startApp(t, { on, env: { ...limits, DATABASE_URL: postgres.url }, log })
  const waiter = cafe.as('waiter1')
  const login = { email: 'waiter1@test.com', password: 'demo12345' }
  t.equal((await waiter.get('/api/cafe/tables/')).status, 200)
  const { refresh } = (await cafe.withToken().post<{ refresh: string }>('/api/users/login/', login)).body

  postgres.cut()
  const requests: Sent[] = [
    { url: '/api/cafe/tables/', as: 'waiter1' },
    { url: '/api/users/profile/', as: 'waiter1' },
    { method: 'POST', url: '/api/cafe/orders/', as: 'waiter1', body: '{}' },
    { method: 'POST', url: '/api/users/login/', body: JSON.stringify(login) },
    { method: 'POST', url: '/api/users/refresh/', body: JSON.stringify({ refresh }) },
  ]
  // the actor is remembered for a moment: each is asked while it is, and when it no longer is
  for (const what of ['known', 'no longer known']) {
    for (const reply of await Promise.all(requests.map((request) => inject(cafe, request)))) {
      t.equal(reply.status, 503, `${what}: ${reply.text}`)
      t.equal(reply.body.code, 'unavailable')
      t.ok(Number(reply.headers['retry-after']) >= 1)
      t.notMatch(reply.text, /ECONN|CONNECTION|127\.0\.0\.1|postgres/i)
    }
  }
  t.equal((await cafe.withToken().get('/healthz')).status, 200, 'the process is alive')
  const garbage = await cafe.withToken('garbage').get('/api/cafe/tables/')
  t.equal(garbage.status, 401, 'what needs no database is answered')

  postgres.restore()
  await waitUntil(async () => (await waiter.get('/api/cafe/tables/')).status === 200, {
    what: 'served again',
  })
  t.equal((await waiter.post('/api/cafe/orders/', {})).status, 201)
  t.equal((await cafe.withToken().post('/api/users/login/', login)).status, 200)
})

t.test('a connection that breaks in the midst of requests fails those alone', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const postgres = await startProxy(t, on.DATABASE_URL!, 5432)
  const { log } = readableLog()
  const cafe = await startApp(t, { on, env: { DATABASE_URL: postgres.url }, log })
  await cafe.tokenOf('waiter1')
  for (let round = 0; round < 3; round++) {
    const asked = Array.from({ length: 20 }, (_, i) =>
      inject(
        cafe,
        i % 2
          ? { url: '/api/cafe/orders/', as: 'waiter1' }
          : { method: 'POST', url: '/api/cafe/orders/', as: 'waiter1', body: '{}' },
      ),
    )
    await new Promise((resolve) => setTimeout(resolve, round * 5))
    postgres.cut()
    postgres.restore()
    for (const { status, headers } of await Promise.all(asked)) {
      t.ok([200, 201, 503].includes(status), String(status))
      if (status === 503) t.ok(headers['retry-after'])
    }
  }
  const served = async () => faultOf(await inject(cafe, { url: '/api/cafe/orders/', as: 'waiter1' })) === null
  await waitUntil(served, { what: 'served again' })
})
