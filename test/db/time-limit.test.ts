import { sql } from 'drizzle-orm'
import t from 'tap'
import { isUnavailable } from '../../src/db/pg-errors.ts'
import { freshDatabase } from '../support/database.ts'

t.test('a transaction that gets no answer ends as "not available", and the others go on', async (t) => {
  const env = { DB_CONNECT_TIMEOUT: '200ms', DB_STATEMENT_TIMEOUT: '200ms', DB_LOCK_TIMEOUT: '100ms' }
  const { database } = await freshDatabase(t, { kind: 'postgresql', env })
  const never = database.acrossCompanies(async (tx) => {
    await tx.execute(sql`select 1`)
    await new Promise((resolve) => setTimeout(resolve, 1500))
  })
  t.ok(isUnavailable(await never.catch((error: unknown) => error)))
  await t.resolves(database.ping())
  await t.resolves(database.acrossCompanies(async (tx) => tx.execute(sql`select 1`)))
})
