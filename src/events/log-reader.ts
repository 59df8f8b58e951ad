import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { rowsOf } from '../db/database.ts'
import type { Database, Tx } from '../db/database.ts'
import type { EventType } from './catalogue.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import { createEpochQuery } from './log-epoch.ts'
import type { LoggedEvent } from './log.ts'
import type { StreamKey } from './stream-key.ts'

/** The last head of a stream that a follower knows; −1 for none. */
export interface KnownHead extends StreamKey {
  readonly known: number
}

/** After this event the company's own stream continues as the stream of its first branch. */
const lastCompanyEvent: EventType = 'first_branch_created'

interface Heads {
  /** Identifies the history of the database; positions of another epoch are invalid. */
  readonly epoch: string
  /** Heads that differ from the known ones; `index` is that of the request. A stream without events has head 0. */
  readonly changed: readonly { readonly index: number; readonly head: number }[]
  /** Streams of the requested companies that are not among the known ones. */
  readonly unknown: readonly StreamKey[]
}

export interface PageRequest extends StreamKey {
  readonly after: number
  readonly limit: number
}

/** Reads the event log for followers. Each call is one transaction, whatever the number of streams. */
export interface LogReader {
  /** @param companies those for which all streams are followed */
  heads(known: readonly KnownHead[], companies: readonly string[]): Promise<Heads>
  /**
   * For each request, in the order given, at most `limit` events after a number. Numbers have no gaps: when a page does
   * not begin with the number after `after`, the events between have been removed from the log.
   */
  pages(requests: readonly PageRequest[]): Promise<LoggedEvent[][]>
}

/** @param timeLimitMs time-out of each read */
export function createLogReader(database: Database, timeLimitMs: number): LogReader {
  const withEpoch = createEpochQuery()
  const read = <T>(work: (tx: Tx) => Promise<T>) => withTimeout(timeLimitMs, database.withRole('log', work))
  return {
    heads: (known, companies) =>
      withEpoch((epoch) =>
        read(async (tx) => {
          const [changed, unknown] = await Promise.all([
            readHeads(tx, known, epoch),
            companies.length > 0 ? readUnknownStreams(tx, known, companies) : [],
          ])
          return { ...changed, unknown }
        }),
      ),
    pages: (requests) => read((tx) => readPages(tx, requests)),
  }
}

/** Heads that differ from the known ones, and the epoch, as the transaction sees them. */
export async function readHeads(
  tx: Tx,
  known: readonly KnownHead[],
  epoch: SQL,
): Promise<Omit<Heads, 'unknown'>> {
  const rows = await rowsOf<{ epoch: string; index: number | null; head: number | null }>(
    tx,
    sql`
      select e.epoch, h.index, h.head
      from (select ${epoch} as epoch) e
      left join (
        select k.index::int, coalesce(s.head, 0)::float8 as head
        from unnest(
          ${sql.param(known.map((k) => k.companyId))}::uuid[], ${sql.param(known.map((k) => k.streamId))}::uuid[],
          ${sql.param(known.map((k) => k.known))}::bigint[]
        ) with ordinality as k (company_id, stream_id, known, index)
        left join streams s on s.company_id = k.company_id and s.stream_id = k.stream_id
        where coalesce(s.head, 0) <> k.known
      ) h on true`,
  )
  return {
    epoch: rows[0]!.epoch,
    changed: rows.flatMap(({ index, head }) =>
      index === null || head === null ? [] : [{ index: index - 1, head }],
    ),
  }
}

/**
 * Every branch has a stream from the start, so that its first event has followers. A company has a stream of its own while
 * it has no branches, and when that stream has events after the first branch was created.
 */
async function readUnknownStreams(
  tx: Tx,
  known: readonly KnownHead[],
  companies: readonly string[],
): Promise<StreamKey[]> {
  const rows = await rowsOf<{ company_id: string; stream_id: string }>(
    tx,
    sql`
      with asked as (select unnest(${sql.param(companies)}::uuid[]) as company_id)
      (
        select company_id, id as stream_id from branches where company_id in (select company_id from asked)
        union
        select a.company_id, a.company_id from asked a
        where not exists (select 1 from branches b where b.company_id = a.company_id)
          or exists (
            select 1 from streams s join events e on e.company_id = s.company_id and e.stream_id = s.stream_id and e.seq = s.head
            where s.company_id = a.company_id and s.stream_id = a.company_id and e.type <> ${lastCompanyEvent}
          )
      )
      except
      select * from unnest(
        ${sql.param(known.map((k) => k.companyId))}::uuid[], ${sql.param(known.map((k) => k.streamId))}::uuid[]
      )`,
  )
  return rows.map((row) => ({ companyId: row.company_id, streamId: row.stream_id }))
}

async function readPages(tx: Tx, requests: readonly PageRequest[]): Promise<LoggedEvent[][]> {
  const rows = await rowsOf<{
    index: number
    seq: number
    id: string
    type: string
    groups: number
    at_ms: number
    data: string
  }>(
    tx,
    sql`
      select k.index::int, e.seq::float8, e.id::text, e.type, e.groups,
        (extract(epoch from e.at) * 1000)::float8 as at_ms, e.data
      from unnest(
        ${sql.param(requests.map((r) => r.companyId))}::uuid[], ${sql.param(requests.map((r) => r.streamId))}::uuid[],
        ${sql.param(requests.map((r) => r.after))}::bigint[], ${sql.param(requests.map((r) => r.limit))}::int[]
      ) with ordinality as k (company_id, stream_id, after, page, index)
      cross join lateral (
        select * from events e
        where e.company_id = k.company_id and e.stream_id = k.stream_id and e.seq > k.after
        order by e.seq limit k.page
      ) e
      order by k.index, e.seq`,
  )
  const pages: LoggedEvent[][] = requests.map(() => [])
  for (const { index, seq, id, type, groups, at_ms, data } of rows) {
    pages[index - 1]!.push({ seq, id, type: type as EventType, groups, at: new Date(at_ms), data })
  }
  return pages
}
