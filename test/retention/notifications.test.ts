import { count, eq } from 'drizzle-orm'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { startNotificationRetention } from '../../src/retention/notifications.ts'
import { createNotificationTrimmer } from '../../src/retention/notifications-repository.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { companies, notifications, users } from '../../src/db/schema/index.ts'
import { freshDatabase, onBoth } from '../support/database.ts'
import { failOnLeaks } from '../support/leaks.ts'

const dayMs = 86_400_000
const now = new Date('2024-05-08T12:00:00.000Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs)

interface Waiter {
  companyId: string
  userId: string
}

async function newWaiter(database: Database): Promise<Waiter> {
  const [companyId, userId] = [uuidv7(), uuidv7()]
  await database.acrossCompanies(async (tx) => {
    await tx.insert(companies).values({ id: companyId, name: companyId, slug: companyId })
    await tx.insert(users).values({
      id: userId,
      companyId,
      email: `${userId}@cafe.test`,
      passwordHash: 'none',
      role: 'waiter',
    })
  })
  return { companyId, userId }
}

const payload = {
  task_id: uuidv7(),
  order_id: uuidv7(),
  order_number: 1,
  table: null,
  menu_item: 'Лагман',
  unit_index: 1,
}

const tell = (database: Database, waiter: Waiter, n: number, createdAt: Date, isRead = false) =>
  database.inCompany(waiter.companyId, (tx) =>
    tx.insert(notifications).values(
      Array.from({ length: n }, () => ({
        ...waiter,
        type: 'kitchen_task_ready' as const,
        payload,
        isRead,
        createdAt,
      })),
    ),
  )

async function keptFor(database: Database, { companyId }: Waiter): Promise<number> {
  const [row] = await database.acrossCompanies((tx) =>
    tx.select({ count: count() }).from(notifications).where(eq(notifications.companyId, companyId)),
  )
  return row!.count
}

t.test('notifications', (t) =>
  onBoth(t, async (t, kind) => {
    const { database } = await freshDatabase(t, { kind })

    await t.test(
      'go when they are too old, read or not, of whatever company, in small batches',
      async (t) => {
        const waiters = await Promise.all(Array.from({ length: 4 }, () => newWaiter(database)))
        for (const [i, waiter] of waiters.entries()) {
          await tell(database, waiter, i + 1, daysAgo(31), true)
          await tell(database, waiter, 2 * i + 1, daysAgo(31))
          await tell(database, waiter, 2, daysAgo(29))
          if (i === 0) await tell(database, waiter, 1, daysAgo(29), true)
        }
        const trim = createNotificationTrimmer(database, { companies: 2, rows: 4 })
        let removed = 0
        let from: string | null = null
        do {
          const batch = await trim(daysAgo(30), from)
          if (batch === 'busy') return t.fail('nobody else is at it')
          t.ok(batch.removed <= 4)
          removed += batch.removed
          from = batch.next
        } while (from !== null)
        t.equal(removed, 26)
        for (const [i, waiter] of waiters.entries()) t.equal(await keptFor(database, waiter), i === 0 ? 3 : 2)
      },
    )

    await t.test('are looked after by every replica, one at a time', async (t) => {
      failOnLeaks(t)
      const waiter = await newWaiter(database)
      await tell(database, waiter, 1200, daysAgo(40))
      const start = (registry: Registry) =>
        startNotificationRetention({
          database,
          retentionMs: 30 * dayMs,
          intervalMs: 365 * dayMs,
          clock: () => now,
          log: pino({ level: 'silent' }),
          registry,
        })
      const registries = [new Registry(), new Registry()]
      const replicas = registries.map(start)
      const removed = await Promise.all(replicas.map((replica) => replica.cleanUp()))
      const rest = await replicas[0]!.cleanUp()
      t.equal(removed[0]! + removed[1]! + rest, 1200)
      t.equal(await keptFor(database, waiter), 0)
      t.match(await registries[0]!.metrics(), /cafe_notifications_trimmed_total \d+/)
      await Promise.all(replicas.map((replica) => replica.stop()))
    })
  }),
)

t.test('how long is a setting, a month by default', async (t) => {
  t.equal(readConfig({}).notificationRetentionMs, 30 * dayMs)
  t.equal(readConfig({ NOTIFICATION_RETENTION: '12h' }).notificationRetentionMs, dayMs / 2)
  t.throws(() => readConfig({ NOTIFICATION_RETENTION: 'a month' }), /NOTIFICATION_RETENTION/)
})
