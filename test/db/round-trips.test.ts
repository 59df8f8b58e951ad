import { sql } from 'drizzle-orm'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { systemClock } from '../../src/lib/clock.ts'
import { rowsOf } from '../../src/db/database.ts'
import type { Tx } from '../../src/db/database.ts'
import { postgresError } from '../../src/db/pg-errors.ts'
import { pipelined } from '../../src/db/pipelining.ts'
import { createChanges } from '../../src/events/changes.ts'
import type { Emit } from '../../src/events/changes.ts'
import { freshDatabase, freshDatabaseEnv, onBoth } from '../support/database.ts'
import { startApp } from '../support/app.ts'
import { startProxy } from '../support/proxy.ts'
import { roundTripCounter } from './round-trips.ts'

t.test('what an order costs in round trips to PostgreSQL, BEGIN and COMMIT counted', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const trips = roundTripCounter()
  const proxy = await startProxy(t, env.DATABASE_URL!, 5432, trips.listen)
  const on = { ...env, DATABASE_URL: proxy.url }
  const cafe = await startApp(t, { on, env: { ACTOR_CACHE: '60s', DB_POOL_MAX: '1', RATE_LIMIT: 'off' } })
  const waiter = cafe.as('waiter1')
  const dishes = await waiter.get<{ results: { id: string }[] }>('/api/cafe/menu-items/')
  const tables = await waiter.get<{ results: { id: string }[] }>('/api/cafe/tables/')
  const order = (lines: number) => ({
    table: tables.body.results[0]!.id,
    items: Array.from({ length: lines }, (_, i) => ({
      menu_item: dishes.body.results[i]!.id,
      quantity: 1 + (i % 3),
    })),
  })
  /** Of the second of its kind: with the first, statements are prepared and the actor is looked up. */
  const tripsOf = async (post: () => Promise<{ status: number }>): Promise<number> => {
    t.equal((await post()).status, 201)
    const before = trips.count
    t.equal((await post()).status, 201)
    return trips.count - before
  }

  const post = (lines: number) => () => waiter.post('/api/cafe/orders/', order(lines))
  const one = await tripsOf(post(1))
  t.ok(one === 4, `${one}: BEGIN; what is read and locked; what is written, events and all; COMMIT`)
  const six = await tripsOf(post(6))
  t.ok(six === one, `${six} for six lines of up to three units: no statement per line or unit`)
  const keyed = () => waiter.post('/api/cafe/orders/', order(1), { headers: { 'idempotency-key': uuidv7() } })
  const once = await tripsOf(keyed)
  t.ok(once === one + 1, `${once} with an Idempotency-Key, which is claimed first`)
})

t.test('a fault of what was sent ahead is the one that is told, and nothing of the change stays', (t) =>
  onBoth(t, async (t, kind) => {
    const { database } = await freshDatabase(t, { kind })
    const company = uuidv7()
    const { change } = createChanges({
      database,
      clock: systemClock,
      publish: () => t.fail('nothing is announced'),
    })
    const fails = (tx: Tx) => pipelined(tx, rowsOf(tx, sql`select 1 / 0`))
    const changes: Record<string, (tx: Tx, emit: Emit) => Promise<unknown>> = {
      async 'before its events'(tx, emit) {
        await fails(tx)
        emit(null, 'order_created', {})
      },
      async 'before another statement'(tx) {
        await fails(tx)
        await rowsOf(tx, sql`select 2 as two`)
      },
      async 'as its last'(tx) {
        await fails(tx)
      },
      async 'and its work has a fault of its own'(tx) {
        await fails(tx)
        throw new Error('of its own')
      },
    }
    for (const [which, work] of Object.entries(changes)) {
      const fault = await change(company, work).catch((error: unknown) => error)
      t.equal(postgresError(fault)?.code, '22012', which)
    }
    const events = await database.inCompany(company, (tx) => rowsOf(tx, sql`select 1 from events`))
    t.equal(events.length, 0)
  }),
)
