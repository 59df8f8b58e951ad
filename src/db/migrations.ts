import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { rowsOf } from './database.ts'
import type { Tx } from './database.ts'

/** Folder of the generated SQL; the path is the same from the sources and from the build. */
export const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url))

/** Key of the advisory lock of the migrating replica; the others wait for it. */
export const migrationLock = 7_206_117_001

/** How many of this build's migrations are newer than the newest applied one. */
export const pendingMigrations = async (tx: Tx): Promise<number> => (await compareMigrations(tx)).pending

/** The migrations of this build and those of the database. */
export async function compareMigrations(tx: Tx): Promise<{ pending: number; ahead: boolean }> {
  const [table] = await rowsOf(tx, sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`)
  const [last] = table?.name
    ? await rowsOf(tx, sql`select max(created_at)::text as made from drizzle.__drizzle_migrations`)
    : []
  const newest = Number(last?.made ?? 0)
  const made = readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis)
  return {
    pending: made.filter((time) => time > newest).length,
    // a newer version has migrated the schema; migrations only add, so this build still works
    ahead: newest > Math.max(...made),
  }
}
