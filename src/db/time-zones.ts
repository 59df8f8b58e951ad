import { sql } from 'drizzle-orm'
import { rowsOf } from './database.ts'
import type { Database, Tx } from './database.ts'

/** The time zones of a list that PostgreSQL knows, in its spelling; case does not matter. */
export async function knownZones(tx: Tx, names: readonly string[]): Promise<string[]> {
  const list = sql.join(
    names.map((name) => sql`lower(${name})`),
    sql`, `,
  )
  const rows = await rowsOf<{ name: string }>(
    tx,
    sql`select name from pg_timezone_names where lower(name) in (${list})`,
  )
  return rows.map(({ name }) => name)
}

/** Companies and branches whose time zone PostgreSQL does not know: orders fail there. */
export const findUnknownZones = (database: Database): Promise<UnknownZone[]> =>
  database.acrossCompanies((tx) =>
    rowsOf<UnknownZone>(
      tx,
      sql`select kind, id::text as id, name, timezone from (
          select 'company' as kind, id, name, timezone from companies
          union all
          select 'branch', id, name, timezone from branches where timezone is not null
        ) as zones
        where lower(timezone) not in (select lower(name) from pg_timezone_names) order by kind desc, id`,
    ),
  )

interface UnknownZone extends Record<string, unknown> {
  kind: 'company' | 'branch'
  id: string
  name: string
  timezone: string
}
