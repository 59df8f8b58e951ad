import { sql } from 'drizzle-orm'
import { StartupError } from '../config/startup-error.ts'
import { rowsOf } from './database.ts'
import type { Tx } from './database.ts'

/**
 * Creates the login of a database URL, with its password and without rights, if it does not exist.
 * @returns false if it exists, so that a refused connection has another cause
 * @throws StartupError when the current login may not create roles
 */
export async function createLogin(tx: Tx, url: string): Promise<boolean> {
  const { username, password } = new URL(url)
  const name = decodeURIComponent(username)
  const [found] = await rowsOf<{ known: boolean; may: boolean }>(
    tx,
    sql`select exists (select from pg_roles where rolname = ${name}) as known,
      (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may`,
  )
  if (found!.known) return false
  if (!found!.may)
    throw new StartupError(
      `PostgreSQL has no login ${name}, and the login of DATABASE_MIGRATE_URL may not create it: an administrator must run CREATE ROLE "${name}" LOGIN PASSWORD '…'`,
    )
  // passed as a parameter, so the password is in no logged statement
  await tx.execute(
    sql`select set_config('cafe.login', ${name}, true), set_config('cafe.password', ${decodeURIComponent(password)}, true)`,
  )
  await tx.execute(sql`do $$ begin
    execute format('create role %I login password %L', current_setting('cafe.login'), current_setting('cafe.password'));
  end $$`)
  return true
}
