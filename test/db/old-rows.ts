import { readdir, readFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { administer, databaseUrl } from '../support/database.ts'
import { repository } from '../support/repository.ts'
import { postgresUrl, template } from '../support/rig.ts'
import type { Teardown } from '../support/teardown.ts'

interface OldDatabase {
  sql: postgres.Sql
  /** Applies the migration that the database was made for. */
  migrate(): Promise<void>
}

/** A database as it was before one of the migrations, to be filled with rows of its day. */
export async function databaseBefore(t: Teardown, migration: string): Promise<OldDatabase> {
  // the roles, which migrations name, come with the first database of a server that is migrated
  const [server] = await Promise.all([postgresUrl(), template('postgresql', 'empty')])
  const name = `cafe_test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template template0`)
  t.teardown(() => administer(server, `drop database if exists ${name} with (force)`))
  const sql = postgres(databaseUrl(server, name), { max: 1, onnotice: () => {} })
  t.teardown(() => sql.end())
  const files = (await readdir(`${repository}drizzle/`)).filter((file) => file.endsWith('.sql')).sort()
  const its = files.findIndex((file) => file.endsWith(`_${migration}.sql`))
  const apply = async (file: string) => {
    const text = await readFile(`${repository}drizzle/${file}`, 'utf8')
    await sql.begin(async (tx) => {
      for (const statement of text.split('--> statement-breakpoint')) await tx.unsafe(statement)
    })
  }
  for (const file of files.slice(0, its)) await apply(file)
  return { sql, migrate: () => apply(files[its]!) }
}
