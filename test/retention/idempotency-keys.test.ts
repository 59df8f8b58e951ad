import { count, eq } from 'drizzle-orm'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { hashPassword } from '../../src/accounts/passwords/hash.ts'
import type { Database } from '../../src/db/database.ts'
import { companies, idempotencyKeys, users } from '../../src/db/schema/index.ts'
import { startKeyRetention } from '../../src/retention/idempotency-keys.ts'
import { createKeyTrimmer } from '../../src/retention/idempotency-keys-repository.ts'
import { readConfig } from '../../src/config/config.ts'
import { freshDatabase, onBoth } from '../support/database.ts'
import { failOnLeaks } from '../support/leaks.ts'

const hourMs = 3_600_000
const now = new Date('2024-05-08T12:00:00.000Z')
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * hourMs)

async function newUser(database: Database): Promise<{ companyId: string; userId: string }> {
  const [companyId, userId] = [uuidv7(), uuidv7()]
  const passwordHash = await hashPassword('correct horse')
  await database.acrossCompanies(async (tx) => {
    await tx.insert(companies).values({ id: companyId, name: companyId, slug: companyId })
    await tx
      .insert(users)
      .values({ id: userId, companyId, email: `${userId}@cafe.test`, passwordHash, role: 'owner' })
  })
  return { companyId, userId }
}

const keep = (database: Database, user: { companyId: string; userId: string }, n: number, createdAt: Date) =>
  database.inCompany(user.companyId, (tx) =>
    tx.insert(idempotencyKeys).values(
      Array.from({ length: n }, () => ({
        ...user,
        route: '/api/cafe/orders/',
        key: uuidv7(),
        fingerprint: 'x',
        status: 201,
        body: '{}',
        createdAt,
      })),
    ),
  )

async function keptBy(database: Database, { companyId }: { companyId: string }): Promise<number> {
  const [row] = await database.acrossCompanies((tx) =>
    tx.select({ count: count() }).from(idempotencyKeys).where(eq(idempotencyKeys.companyId, companyId)),
  )
  return row!.count
}

t.test('kept answers', (t) =>
  onBoth(t, async (t, kind) => {
    const { database } = await freshDatabase(t, { kind })

    await t.test(
      'go when they are older than the retention, of whatever company, in small batches',
      async (t) => {
        const owners = await Promise.all(Array.from({ length: 5 }, () => newUser(database)))
        for (const [i, owner] of owners.entries()) {
          await keep(database, owner, 3 * i + 1, hoursAgo(49))
          await keep(database, owner, 2, hoursAgo(47))
        }
        const trim = createKeyTrimmer(database, { companies: 2, rows: 4 })
        const first = await trim(hoursAgo(48), null)
        t.ok(first !== 'busy' && first.removed <= 4)
        let removed = first === 'busy' ? 0 : first.removed
        for (let next = first === 'busy' ? null : first.next; next !== null;) {
          const batch = await trim(hoursAgo(48), next)
          if (batch === 'busy') return t.fail('nobody else is at it')
          removed += batch.removed
          next = batch.next
        }
        t.equal(removed, 35)
        for (const owner of owners) t.equal(await keptBy(database, owner), 2)
      },
    )

    await t.test('are looked after by every replica, one at a time', async (t) => {
      failOnLeaks(t)
      const owner = await newUser(database)
      await keep(database, owner, 1200, hoursAgo(60))
      const start = () =>
        startKeyRetention({
          database,
          retentionMs: 48 * hourMs,
          intervalMs: 365 * 24 * hourMs,
          clock: () => now,
          log: pino({ level: 'silent' }),
          registry: new Registry(),
        })
      const replicas = [start(), start()]
      const removed = await Promise.all(replicas.map((replica) => replica.cleanUp()))
      t.ok(removed[0]! + removed[1]! <= 1200)
      await replicas[0]!.cleanUp()
      t.equal(await keptBy(database, owner), 0)
      await Promise.all(replicas.map((replica) => replica.stop()))
    })
  }),
)

t.test('less than a day is refused: clients count on it', async (t) => {
  t.equal(readConfig({}).idempotencyRetentionMs, 48 * hourMs)
  t.equal(readConfig({ IDEMPOTENCY_RETENTION: '24h' }).idempotencyRetentionMs, 24 * hourMs)
  t.throws(() => readConfig({ IDEMPOTENCY_RETENTION: '23h' }), /IDEMPOTENCY_RETENTION/)
})
