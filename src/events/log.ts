import { sql } from 'drizzle-orm'
import { rowsOf } from '../db/database.ts'
import type { Tx } from '../db/database.ts'
import { catalogue } from './catalogue.ts'
import type { EventType } from './catalogue.ts'
import type { StreamKey } from './stream-key.ts'

/** An event to append; its data is already the JSON that is stored, published and sent. */
export interface NewEvent {
  readonly id: string
  readonly streamId: string
  readonly type: EventType
  readonly data: string
}

/** An event of the log with its number. */
export interface LoggedEvent {
  readonly seq: number
  readonly id: string
  readonly type: EventType
  /** Bit mask of the groups that receive it. */
  readonly groups: number
  readonly at: Date
  /** The event's `data` as JSON text. */
  readonly data: string
}

/** Events of one stream that were appended together, numbered without gaps. */
export interface AppendedBatch {
  readonly stream: StreamKey
  readonly events: readonly LoggedEvent[]
}

/**
 * Appends events to the streams of one company, in the order given. It is the last statement of the transaction of the
 * change. Heads are locked until commit, in the order of stream ids, so numbers have no gaps and rise in commit order.
 */
export async function appendEvents(
  tx: Tx,
  companyId: string,
  events: readonly NewEvent[],
  at: Date,
): Promise<AppendedBatch[]> {
  if (events.length === 0) return []
  const perStream = new Map<string, NewEvent[]>()
  for (const event of events) {
    const batch = perStream.get(event.streamId)
    if (batch) batch.push(event)
    else perStream.set(event.streamId, [event])
  }
  const streamIds = [...perStream.keys()].sort()
  const batches = streamIds.map((streamId) => perStream.get(streamId)!)
  const rows = batches.flatMap((batch) =>
    batch.map((event, index) => ({ ...event, index: index + 1, groups: catalogue[event.type] })),
  )
  const heads = await rowsOf<{ stream_id: string; head: string | number }>(
    tx,
    sql`
      with wanted as (
        select * from unnest(${sql.param(streamIds)}::uuid[], ${sql.param(batches.map((b) => b.length))}::int[]) as w (stream_id, n)
      ), numbered as (
        insert into streams as s (company_id, stream_id, head)
        select ${companyId}::uuid, w.stream_id, w.n from wanted w order by w.stream_id
        on conflict (company_id, stream_id) do update set head = s.head + excluded.head
        returning s.stream_id, s.head
      ), appended as (
        insert into events (company_id, stream_id, seq, id, type, groups, at, data)
        select ${companyId}::uuid, e.stream_id, h.head - w.n + e.index, e.id, e.type, e.groups, ${at.toISOString()}::timestamptz, e.data
        from unnest(
          ${sql.param(rows.map((e) => e.streamId))}::uuid[], ${sql.param(rows.map((e) => e.index))}::int[],
          ${sql.param(rows.map((e) => e.id))}::uuid[], ${sql.param(rows.map((e) => e.type))}::text[],
          ${sql.param(rows.map((e) => e.groups))}::smallint[], ${sql.param(rows.map((e) => e.data))}::text[]
        ) as e (stream_id, index, id, type, groups, data)
        join numbered h using (stream_id) join wanted w using (stream_id)
      )
      select stream_id, head from numbered`,
  )
  const headOf = new Map(heads.map((row) => [row.stream_id, Number(row.head)]))
  return streamIds.map((streamId, i) => {
    const batch = batches[i]!
    const before = headOf.get(streamId)! - batch.length
    return {
      stream: { companyId, streamId },
      events: batch.map(({ id, type, data }, index) => ({
        seq: before + index + 1,
        id,
        type,
        groups: catalogue[type],
        at,
        data,
      })),
    }
  })
}
