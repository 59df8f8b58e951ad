import { sql } from 'drizzle-orm'
import type { TrimmedBatch } from '../clean-up.ts'
import { rowsOf } from '../db/database.ts'
import type { Database } from '../db/database.ts'

interface Limits {
  /** Companies looked at in one batch. */
  companies: number
  /** Keys removed in one batch. */
  keys: number
}

const defaultLimits: Limits = { companies: 1000, keys: 500 }
const firstId = '00000000-0000-0000-0000-000000000000'

/** Key of the advisory lock that the replica at work holds; until the end of its transaction, as PgBouncer needs it. */
const trimLock = 7_206_117_004

/**
 * Removes kept answers older than an instant, from some companies after the one with the id `from` (null: from the
 * first). One transaction on one replica at a time; a key that is being used just now is left for the next time.
 */
export const createKeyTrimmer =
  (database: Database, limits: Limits = defaultLimits) =>
  (olderThan: Date, from: string | null): Promise<TrimmedBatch<string>> =>
    database.acrossCompanies(async (tx): Promise<TrimmedBatch<string>> => {
      const [lock] = await rowsOf<{ held: boolean }>(
        tx,
        sql`select pg_try_advisory_xact_lock(${trimLock}) as held`,
      )
      if (!lock!.held) return 'busy'
      const [row] = await rowsOf<TrimRow>(tx, trimStatement(olderThan, from ?? firstId, limits))
      const { removed, companies, last } = row!
      if (removed >= limits.keys) return { removed, next: from ?? firstId }
      return { removed, next: companies < limits.companies ? null : last }
    })

interface TrimRow extends Record<string, unknown> {
  removed: number
  /** Companies looked at, and the last of them. */
  companies: number
  last: string | null
}

/** Of each company the index leads to the oldest keys; one without old keys costs a single look. */
const trimStatement = (olderThan: Date, from: string, limits: Limits) => sql`
  with looked as materialized (
    select id from companies where id > ${from}::uuid order by id limit ${limits.companies}
  ), old as materialized (
    select k.company_id, k.user_id, k.route, k.key
    from looked l cross join lateral (
      select * from idempotency_keys i
      where i.company_id = l.id and i.created_at < ${olderThan.toISOString()}::timestamptz
      order by i.created_at limit ${limits.keys} for update skip locked
    ) k
    limit ${limits.keys}
  ), gone as (
    delete from idempotency_keys i using old o
    where i.company_id = o.company_id and i.user_id = o.user_id and i.route = o.route and i.key = o.key
    returning 1
  )
  select
    (select count(*)::int from gone) as removed,
    (select count(*)::int from looked) as companies,
    (select id::text from looked order by id desc limit 1) as last`
