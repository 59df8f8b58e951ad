import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import t from 'tap'
import type { Test } from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { rowsOf } from '../../src/db/database.ts'
import type { Database } from '../../src/db/database.ts'
import { isUnavailable } from '../../src/db/pg-errors.ts'
import { openDatabase } from '../../src/db/open.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { startProxy } from '../support/proxy.ts'

const company = '00000000-0000-4000-8000-000000000000'
const cuts = 80
const workers = 24

/** What use cases do: statements one by one and together, with pauses of every kind between them. */
async function transact(database: Database, i: number): Promise<void> {
  await database.inCompany(company, async (tx) => {
    await tx.execute(sql`select 1`)
    if (i % 4 === 0) await new Promise((resolve) => setImmediate(resolve))
    if (i % 4 === 1) await sleep(i % 7)
    await Promise.all([
      tx.execute(sql`select 2`),
      tx.execute(sql`select ${'x'.repeat(i % 3 === 0 ? 2000 : 10)}::text`),
    ])
    if (i % 5 === 0) await sleep(3)
    if (i % 6 === 0) throw new Refusal()
  })
}

class Refusal extends Error {}

t.test('connections that break at any moment end nothing but their own transactions', async (t) => {
  const env = await freshDatabaseEnv(t)
  const proxy = await startProxy(t, env.DATABASE_URL!, 5432)
  const database = await openDatabase(
    readConfig({ ...env, DATABASE_URL: proxy.url, DB_CONNECT_TIMEOUT: '2s' }),
  )
  t.teardown(() => database.close())
  await database.ping()
  await database.acrossCompanies((tx) => tx.execute(sql`select 1`))
  let running = true
  const unexpected: unknown[] = []
  const counts = { done: 0, lost: 0 }
  const work = async (worker: number) => {
    for (let i = worker; running; i++) {
      try {
        await transact(database, i)
        counts.done++
      } catch (error) {
        if (error instanceof Refusal) continue
        if (!isUnavailable(error)) unexpected.push(error)
        counts.lost++
      }
    }
  }
  const working = Array.from({ length: workers }, (_, worker) => work(worker))
  for (let i = 0; i < cuts; i++) {
    await sleep(10 + (i % 20))
    proxy.cut()
    if (i % 3 === 0) await sleep(5)
    proxy.restore()
  }
  running = false
  await Promise.all(working)
  t.strictSame(unexpected, [], 'each failure says that the database was away')
  t.ok(counts.lost > 0 && counts.done > 0, JSON.stringify(counts))

  // a connection that is stuck would fail its transaction by the time limit
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      const rows = await database.acrossCompanies((tx) => rowsOf(tx, sql`select 1 as one`))
      t.strictSame({ ...rows[0] }, { one: 1 })
    }),
  )
})

t.test('connections that swallow everything are given up for new ones', async (t) => {
  const env = await freshDatabaseEnv(t)
  const path = await openPath(t, Number(new URL(env.DATABASE_URL!).port))
  const url = new URL(env.DATABASE_URL!)
  url.port = `${path.port}`
  const limits = {
    DB_CONNECT_TIMEOUT: '1s',
    DB_STATEMENT_TIMEOUT: '1s',
    DB_LOCK_TIMEOUT: '500ms',
    DB_POOL_MAX: '2',
  }
  const database = await openDatabase(readConfig({ ...env, ...limits, DATABASE_URL: url.href }))
  t.teardown(() => database.close())
  const one = () =>
    database.acrossCompanies((tx) => rowsOf(tx, sql`select ${sql.param([1, 2])}::int[] as list`))
  await Promise.all([one(), one(), one()])

  path.swallowPresent()
  for (const end of await Promise.all([1, 2, 3, 4].map(() => one().catch((error: unknown) => error))))
    t.ok(isUnavailable(end), String(end))
  const ends = await Promise.all([1, 2, 3, 4].map(async () => (await one())[0]!.list))
  for (const list of ends) t.strictSame(list, [1, 2], 'nobody waits for the dead ones any more')
})

/** A way to PostgreSQL whose present connections can be made to swallow everything; later ones are good. */
async function openPath(t: Test, targetPort: number) {
  const dead = new WeakSet<Socket>()
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = createConnection({ host: '127.0.0.1', port: targetPort })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => dead.has(from) || to.write(bytes))
      from.on('error', () => {})
      from.on('close', () => dead.has(from) || to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    port: (server.address() as AddressInfo).port,
    swallowPresent: () => sockets.forEach((socket) => dead.add(socket)),
  }
}
