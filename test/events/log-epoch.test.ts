import { sql } from 'drizzle-orm'
import t from 'tap'
import type { Test } from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import type { Database } from '../../src/db/database.ts'
import { createLogReader } from '../../src/events/log-reader.ts'
import { asSuperuser, freshDatabase } from '../support/database.ts'

/** A database whose every transaction is one of a user with few rights. */
async function restricted(t: Test, forbidden: readonly string[]): Promise<Database> {
  const { database } = await freshDatabase(t)
  const reader = `cafe_reader_${process.pid}_${forbidden.length}`
  await asSuperuser(database, async (tx) => {
    await tx.execute(sql`create role ${sql.raw(reader)}`)
    await tx.execute(sql`grant select on epoch, streams, branches to ${sql.raw(reader)}`)
    for (const name of forbidden)
      await tx.execute(sql`revoke execute on function ${sql.raw(name)} from public`)
  })
  t.teardown(() =>
    asSuperuser(database, (tx) =>
      tx.execute(sql`drop owned by ${sql.raw(reader)}; drop role ${sql.raw(reader)}`),
    ),
  )
  return {
    ...database,
    withRole: (role, work) =>
      database.withRole(role, async (tx) => {
        await tx.execute(sql`set local role ${sql.raw(reader)}`)
        return work(tx)
      }),
  }
}

const epochOf = async (database: Database) => (await createLogReader(database, 5000).heads([], [])).epoch

const rowOf = async (database: Database) => {
  const [row] = await database.acrossCompanies((tx) =>
    rowsOf<{ epoch: string }>(tx, sql`select epoch from epoch`),
  )
  return row!.epoch
}

const walName = 'pg_walfile_name(pg_lsn)'
const control = 'pg_control_checkpoint()'

t.test('the epoch names the timeline', async (t) => {
  const { database } = await freshDatabase(t)
  t.equal(await epochOf(database), `${await rowOf(database)}1`)
})

t.test('a user that may not see the log of the server reads the same timeline elsewhere', async (t) => {
  const database = await restricted(t, [walName])
  t.equal(await epochOf(database), `${await rowOf(database)}1`)
})

t.test('a user that may see no timeline has the epoch of the migration', async (t) => {
  const database = await restricted(t, [walName, control])
  const reader = createLogReader(database, 5000)
  const { epoch } = await reader.heads([], [])
  t.equal(epoch, await rowOf(database))
  t.equal((await reader.heads([], [])).epoch, epoch)
})

t.test('another fault is no reason to call the history by another name', async (t) => {
  const { database } = await freshDatabase(t)
  const reader = createLogReader(database, 5000)
  const { epoch } = await reader.heads([], [])
  await asSuperuser(database, (tx) => tx.execute(sql`alter table streams rename to gone`))
  await t.rejects(reader.heads([{ companyId: someId, streamId: someId, known: 0 }], []))
  await asSuperuser(database, (tx) => tx.execute(sql`alter table gone rename to streams`))
  t.equal((await reader.heads([], [])).epoch, epoch)
})

const someId = '00000000-0000-4000-8000-000000000000'
