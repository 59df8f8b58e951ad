import { getTableName, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { TrimmedBatch } from './job.ts'
import { rowsOf } from '../db/database.ts'
import type { Database } from '../db/database.ts'

/** A table of rows that belong to a company and expire. */
interface Ageing {
  table: PgTable & { companyId: PgColumn; createdAt: PgColumn }
  /** Primary key without the company. */
  key: readonly PgColumn[]
  /** Key of the advisory lock that the running replica holds; a transaction lock, because of PgBouncer. */
  lock: number
}

export interface TrimLimits {
  /** Companies checked in one batch. */
  companies: number
  /** Rows removed in one batch. */
  rows: number
}

const defaultLimits: TrimLimits = { companies: 1000, rows: 500 }
const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Removes rows older than an instant, of some companies after the id `from` (null: from the first). One transaction on one
 * replica at a time. Locked rows are left for the next run. The table needs an index that begins with the company and
 * `created_at`.
 */
export const createAgeTrimmer =
  (database: Database, ageing: Ageing, limits: TrimLimits = defaultLimits) =>
  (olderThan: Date, from: string | null): Promise<TrimmedBatch<string>> =>
    database.withRole('cleaner', async (tx): Promise<TrimmedBatch<string>> => {
      const [lock] = await rowsOf<{ held: boolean }>(
        tx,
        sql`select pg_try_advisory_xact_lock(${ageing.lock}) as held`,
      )
      if (!lock!.held) return 'busy'
      const [row] = await rowsOf<TrimRow>(tx, trimStatement(ageing, olderThan, from ?? firstId, limits))
      const { removed, companies, last } = row!
      if (removed >= limits.rows) return { removed, next: from ?? firstId }
      return { removed, next: companies < limits.companies ? null : last }
    })

interface TrimRow extends Record<string, unknown> {
  removed: number
  /** Number of checked companies, and the last of them. */
  companies: number
  last: string | null
}

/** The index finds the oldest rows of each company; a company without old rows costs one index look-up. */
function trimStatement({ table, key }: Ageing, olderThan: Date, from: string, limits: TrimLimits): SQL {
  const name = sql.identifier(getTableName(table))
  const columns = [table.companyId, ...key].map((column) => sql.identifier(column.name))
  const same = columns.map((column) => sql`i.${column} = o.${column}`)
  return sql`
    with looked as materialized (
      select id from companies where id > ${from}::uuid order by id limit ${limits.companies}
    ), old as materialized (
      select ${sql.join(
        columns.map((column) => sql`k.${column}`),
        sql`, `,
      )}
      from looked l cross join lateral (
        select * from ${name} i
        where i.company_id = l.id and i.created_at < ${olderThan.toISOString()}::timestamptz
        order by i.created_at limit ${limits.rows} for update skip locked
      ) k
      limit ${limits.rows}
    ), gone as (
      delete from ${name} i using old o where ${sql.join(same, sql` and `)}
      returning 1
    )
    select
      (select count(*)::int from gone) as removed,
      (select count(*)::int from looked) as companies,
      (select id::text from looked order by id desc limit 1) as last`
}
