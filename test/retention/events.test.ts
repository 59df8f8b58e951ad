import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { uuidv7 } from 'uuidv7'
import t from 'tap'
import { openDatabase } from '../../src/db/open.ts'
import { rowsOf } from '../../src/db/database.ts'
import type { Database } from '../../src/db/database.ts'
import { companies } from '../../src/db/schema/index.ts'
import { appendEvents } from '../../src/events/log.ts'
import { createLogTrimmer, trimLock } from '../../src/retention/event-log-repository.ts'
import { startEventRetention } from '../../src/retention/events.ts'
import type { StreamKey } from '../../src/events/stream-key.ts'
import { administer, databaseUrl, freshDatabase, onBoth } from '../support/database.ts'
import { failOnLeaks } from '../support/leaks.ts'
import { postgresUrl } from '../support/rig.ts'

const dayMs = 86_400_000
const now = new Date('2024-05-08T12:00:00.000Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs)
const weekAgo = daysAgo(7)

async function newCompany(database: Database): Promise<string> {
  const id = uuidv7()
  await database.acrossCompanies((tx) => tx.insert(companies).values({ id, name: id, slug: id }))
  return id
}

const append = (database: Database, { companyId, streamId }: StreamKey, count: number, at: Date) =>
  database.inCompany(companyId, (tx) => {
    const event = () => ({ id: uuidv7(), streamId, type: 'order_created' as const, data: '{}' })
    return appendEvents(tx, companyId, Array.from({ length: count }, event), at)
  })

interface Kept extends Record<string, unknown> {
  head: number
  first: number | null
  count: number
}

/** What the log keeps of a stream; fails when it has a hole or does not reach the head. */
async function keptOf(database: Database, { companyId, streamId }: StreamKey): Promise<Kept> {
  const [kept] = await database.acrossCompanies((tx) =>
    rowsOf<Kept & { last: number | null }>(
      tx,
      sql`
        select s.head::float8, min(e.seq)::float8 as first, max(e.seq)::float8 as last, count(e.seq)::int as count
        from streams s left join events e using (company_id, stream_id)
        where s.company_id = ${companyId} and s.stream_id = ${streamId} group by s.head`,
    ),
  )
  const { head, first, last, count } = kept!
  if (first !== null && (last !== head || count !== head - first + 1)) {
    throw new Error(`the log has a hole: ${JSON.stringify(kept)}`)
  }
  return { head, first, count }
}

const retentionOf = (database: Database, limits?: Parameters<typeof createLogTrimmer>[1]) =>
  startEventRetention({
    trimmer: createLogTrimmer(database, limits),
    retentionMs: 7 * dayMs,
    intervalMs: 365 * dayMs,
    clock: () => now,
    log: pino({ level: 'silent' }),
    registry: new Registry(),
  })

t.test('what the log keeps', (t) =>
  onBoth(t, async (t, kind) => {
    const { database } = await freshDatabase(t, { kind })

    t.test('events older than the retention go, younger ones and all heads stay', async (t) => {
      const companyId = await newCompany(database)
      const [mixed, old, young] = [1, 2, 3].map(() => ({ companyId, streamId: uuidv7() }))
      await append(database, mixed!, 3, daysAgo(9))
      await append(database, mixed!, 2, daysAgo(6))
      await append(database, old!, 4, daysAgo(8))
      await append(database, young!, 5, daysAgo(1))
      t.equal(await retentionOf(database).cleanUp(), 7)
      t.strictSame(await keptOf(database, mixed!), { head: 5, first: 4, count: 2 })
      t.strictSame(await keptOf(database, old!), { head: 4, first: null, count: 0 })
      t.strictSame(await keptOf(database, young!), { head: 5, first: 1, count: 5 })
      await append(database, old!, 1, now)
      t.strictSame(await keptOf(database, old!), { head: 5, first: 5, count: 1 }, 'numbers go on')
    })

    t.test('no hole and nothing young goes, though replicas date events a little differently', async (t) => {
      const stream = { companyId: await newCompany(database), streamId: uuidv7() }
      await append(database, stream, 2, daysAgo(8))
      await append(database, stream, 1, daysAgo(6))
      await append(database, stream, 2, daysAgo(8))
      await append(database, stream, 1, now)
      await retentionOf(database).cleanUp()
      t.strictSame(await keptOf(database, stream), { head: 6, first: 3, count: 4 })
    })

    t.test('many streams and many events, in batches', async (t) => {
      const companyId = await newCompany(database)
      const streams = Array.from({ length: 25 }, () => ({ companyId, streamId: uuidv7() }))
      for (const [i, stream] of streams.entries()) {
        await append(database, stream, i, daysAgo(8))
        await append(database, stream, 1, now)
      }
      const limits = { streams: 7, trimmed: 3, events: 5 }
      const trimmer = createLogTrimmer(database, limits)
      const first = await trimmer.trim(weekAgo, null)
      t.ok(first !== 'busy' && first.removed <= limits.trimmed * limits.events, 'a batch is small')
      await retentionOf(database, limits).cleanUp()
      for (const [i, stream] of streams.entries()) {
        t.strictSame(await keptOf(database, stream), { head: i + 1, first: i + 1, count: 1 })
      }
    })
  }),
)

t.test('one replica at a time cleans up; the other leaves at once', async (t) => {
  const { database } = await freshDatabase(t)
  const stream = { companyId: await newCompany(database), streamId: uuidv7() }
  await append(database, stream, 3, daysAgo(8))
  await database.acrossCompanies(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${trimLock})`)
    t.equal(await retentionOf(database).cleanUp(), 0)
  })
  t.equal(await retentionOf(database).cleanUp(), 3, 'the lock goes with its transaction')
})

t.test('two replicas clean up at once while events are appended: nothing young is lost', async (t) => {
  failOnLeaks(t)
  const { database, config } = await freshDatabase(t)
  const other = await openDatabase(config)
  t.teardown(() => other.close())
  const companyId = await newCompany(database)
  const streams = Array.from({ length: 8 }, () => ({ companyId, streamId: uuidv7() }))
  await Promise.all(streams.map((stream) => append(database, stream, 700, daysAgo(8))))

  let appending = true
  let slowestMs = 0
  const writers = streams.map(async (stream) => {
    let appended = 0
    for (; appending; appended++) {
      const began = performance.now()
      await append(database, stream, 1, now)
      slowestMs = Math.max(slowestMs, performance.now() - began)
    }
    return appended
  })
  const limits = { streams: 3, trimmed: 2, events: 50 }
  const retentions = [retentionOf(database, limits), retentionOf(other, limits)]
  let removed = 0
  while (removed < 8 * 700) {
    for (const count of await Promise.all(retentions.map((one) => one.cleanUp()))) removed += count
  }
  appending = false
  const appended = await Promise.all(writers)
  t.equal(removed, 8 * 700, 'each old event is removed once')
  for (const [i, stream] of streams.entries()) {
    const count = appended[i]!
    t.strictSame(await keptOf(database, stream), { head: 700 + count, first: 701, count })
  }
  t.ok(slowestMs < 2000, `no append waited for the clean-up: ${Math.round(slowestMs)} ms at most`)
  await Promise.all(retentions.map((one) => one.stop()))
})

t.test('appending does not wait for a clean-up that is not committed yet', async (t) => {
  const { database } = await freshDatabase(t)
  const stream = { companyId: await newCompany(database), streamId: uuidv7() }
  await append(database, stream, 3, daysAgo(8))
  const within: Database = { ...database }
  let appended = false
  within.withRole = (role, work) =>
    database.withRole(role, async (tx) => {
      const result = await work(tx)
      await append(database, stream, 1, now)
      appended = true
      return result
    })
  await createLogTrimmer(within).trim(weekAgo, null)
  t.ok(appended)
  t.strictSame(await keptOf(database, stream), { head: 4, first: 4, count: 1 })
})

t.test('a log that is written to and cleaned up day by day does not grow', async (t) => {
  const { database } = await freshDatabase(t)
  const stream = { companyId: await newCompany(database), streamId: uuidv7() }
  const sizes: number[] = []
  let today = now
  const retention = startEventRetention({
    trimmer: createLogTrimmer(database),
    retentionMs: 2 * dayMs,
    intervalMs: 365 * dayMs,
    clock: () => today,
    log: pino({ level: 'silent' }),
    registry: new Registry(),
  })
  t.teardown(() => retention.stop())
  for (let day = 0; day < 12; day++) {
    today = new Date(now.getTime() + day * dayMs)
    for (let i = 0; i < 4; i++) await append(database, stream, 500, today)
    await retention.cleanUp()
    await vacuum(database)
    sizes.push(await logSize(database))
  }
  // a log that kept everything would be two and a half times as large; where new rows find room differs from day to day
  t.ok(sizes.at(-1)! <= sizes[4]! * 1.5, `bytes after each day: ${sizes.join(' ')}`)
  t.equal((await keptOf(database, stream)).count, 3 * 2000, 'today and two days')
})

/** What autovacuum does by itself some time later; not in a transaction. */
async function vacuum(database: Database): Promise<void> {
  const [where] = await database.acrossCompanies((tx) =>
    rowsOf<{ name: string }>(tx, sql`select current_database() as name`),
  )
  await administer(databaseUrl(await postgresUrl(), where!.name), 'vacuum events')
}

const logSize = async (database: Database) => {
  const [row] = await database.acrossCompanies((tx) =>
    rowsOf<{ bytes: number }>(tx, sql`select pg_total_relation_size('events')::float8 as bytes`),
  )
  return row!.bytes
}
