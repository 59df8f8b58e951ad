import { sql } from 'drizzle-orm'
import { StartupError } from '../config/startup-error.ts'
import { rowsOf } from './database.ts'
import type { Tx } from './database.ts'

/**
 * Makes the login that the URL of a database names, with its password and no rights at all, where there is none of that
 * name.
 * @returns false where there is one, so that it is something else that keeps it out
 * @throws StartupError where who asks may not make logins
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
      `PostgreSQL has no login ${name}, and that of DATABASE_MIGRATE_URL may not make it: let an administrator run CREATE ROLE "${name}" LOGIN PASSWORD '…'`,
    )
  // the password stands in no statement, so it gets into no log
  await tx.execute(
    sql`select set_config('cafe.login', ${name}, true), set_config('cafe.password', ${decodeURIComponent(password)}, true)`,
  )
  await tx.execute(sql`do $$ begin
    execute format('create role %I login password %L', current_setting('cafe.login'), current_setting('cafe.password'));
  end $$`)
  return true
}
