import { sql } from 'drizzle-orm'
import type { TrimmedBatch } from './job.ts'
import { rowsOf } from '../db/database.ts'
import type { Database } from '../db/database.ts'
import type { StreamKey } from '../events/stream-key.ts'

export interface LogTrimmer {
  /**
   * Removes events older than an instant from some streams after `from` (null: from the first), oldest first. The rest of
   * a stream has no gaps, and its head stays. One transaction on one replica at a time. It neither waits for other
   * transactions nor blocks them: it locks only rows that are never written again.
   */
  trim(olderThan: Date, from: StreamKey | null): Promise<TrimmedBatch<StreamKey>>
}

/** Key of the advisory lock that the running replica holds; a transaction lock, because of PgBouncer. */
export const trimLock = 7_206_117_003

interface Limits {
  /** Streams checked in one batch. */
  streams: number
  /** Streams trimmed in one batch. */
  trimmed: number
  /** Events removed from one stream in one batch. */
  events: number
}

const defaultLimits: Limits = { streams: 1000, trimmed: 20, events: 500 }
const firstId = '00000000-0000-0000-0000-000000000000'

export function createLogTrimmer(database: Database, limits: Limits = defaultLimits): LogTrimmer {
  return {
    trim: (olderThan, from) =>
      database.withRole('cleaner', async (tx): Promise<TrimmedBatch<StreamKey>> => {
        const [lock] = await rowsOf<{ held: boolean }>(
          tx,
          sql`select pg_try_advisory_xact_lock(${trimLock}) as held`,
        )
        if (!lock!.held) return 'busy'
        const [done] = await rowsOf<TrimRow>(tx, trimStatement(olderThan, from, limits))
        return { removed: done!.removed, next: nextOf(done!, limits, from) }
      }),
  }
}

interface TrimRow extends Record<string, unknown> {
  removed: number
  /** Number of trimmed streams, and whether one of them may have more old events. */
  trimmed: number
  more: boolean
  /** Number of checked streams, and the last of them. */
  streams: number
  last_company: string | null
  last_stream: string | null
  /** The last trimmed stream. */
  trimmed_company: string | null
  trimmed_stream: string | null
}

/**
 * Reads only the first event of a stream unless that one is old; the primary key finds it. Several replicas set the times
 * of one stream's events, so times may not rise with the numbers: the cut is before the first event that is not old.
 */
const trimStatement = (olderThan: Date, from: StreamKey | null, limits: Limits) => sql`
  with looked as materialized (
    select company_id, stream_id from streams
    where (company_id, stream_id) > (${from?.companyId ?? firstId}::uuid, ${from?.streamId ?? firstId}::uuid)
    order by company_id, stream_id limit ${limits.streams}
  ), old as materialized (
    select l.company_id, l.stream_id, f.seq as first
    from looked l cross join lateral (
      select seq, at from events e
      where e.company_id = l.company_id and e.stream_id = l.stream_id order by seq limit 1
    ) f
    where f.at < ${olderThan.toISOString()}::timestamptz
    order by l.company_id, l.stream_id limit ${limits.trimmed}
  ), cut as materialized (
    select o.company_id, o.stream_id, o.first,
      coalesce(min(b.seq) filter (where b.at >= ${olderThan.toISOString()}::timestamptz) - 1, max(b.seq)) as upto
    from old o cross join lateral (
      select seq, at from events e
      where e.company_id = o.company_id and e.stream_id = o.stream_id order by seq limit ${limits.events}
    ) b
    group by o.company_id, o.stream_id, o.first
  ), gone as (
    delete from events e using cut c
    where e.company_id = c.company_id and e.stream_id = c.stream_id and e.seq between c.first and c.upto
    returning 1
  )
  select
    (select count(*)::int from gone) as removed,
    (select count(*)::int from cut) as trimmed,
    (select coalesce(bool_or(upto - first + 1 >= ${limits.events}), false) from cut) as more,
    (select count(*)::int from looked) as streams,
    l.company_id as last_company, l.stream_id as last_stream,
    t.company_id as trimmed_company, t.stream_id as trimmed_stream
  from (select 1) one
  left join (select * from looked order by company_id desc, stream_id desc limit 1) l on true
  left join (select * from cut order by company_id desc, stream_id desc limit 1) t on true`

function nextOf(row: TrimRow, limits: Limits, from: StreamKey | null): StreamKey | null {
  // repeat with the same streams until none has more
  if (row.more) return from ?? { companyId: firstId, streamId: firstId }
  if (row.trimmed >= limits.trimmed) return keyOf(row.trimmed_company, row.trimmed_stream)
  return row.streams >= limits.streams ? keyOf(row.last_company, row.last_stream) : null
}

const keyOf = (companyId: string | null, streamId: string | null): StreamKey | null =>
  companyId !== null && streamId !== null ? { companyId, streamId } : null
