import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { rowsOf } from './database.ts'
import type { Tx } from './database.ts'

/** The generated SQL, beside the sources and beside the build alike. */
export const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url))

/** Key of the advisory lock that one migrating replica holds while the others wait. */
export const migrationLock = 7_206_117_001

/** How many of this build's migrations are newer than the newest applied one. */
export async function pendingMigrations(tx: Tx): Promise<number> {
  const [table] = await rowsOf(tx, sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`)
  const [last] = table?.name
    ? await rowsOf(tx, sql`select max(created_at)::text as made from drizzle.__drizzle_migrations`)
    : []
  const newest = Number(last?.made ?? 0)
  return readMigrationFiles({ migrationsFolder }).filter((migration) => migration.folderMillis > newest)
    .length
}
