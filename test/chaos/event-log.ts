import postgres from 'postgres'
import { groups } from '../../src/events/catalogue.ts'
import type { Group } from '../../src/events/catalogue.ts'
import type { Teardown } from '../support/teardown.ts'

/** An event as it was committed. */
export interface Committed {
  readonly seq: number
  readonly id: string
  readonly groups: number
}

/** What the database holds, read past the service: the truth that screens are held against. */
export interface EventLog {
  heads(): Promise<Map<string, number>>
  /** Of every stream the events after a number (0 where none is given), in order. */
  after(numbers: ReadonlyMap<string, number>): Promise<Map<string, Committed[]>>
  /** The orders among these, with their status. */
  orders(ids: readonly string[]): Promise<Map<string, string>>
  /** Keys that more than one order carries as its note. */
  doubled(): Promise<string[]>
  /** Transactions committed so far. */
  transactions(): Promise<number>
}

export function openEventLog(t: Teardown, url: string): EventLog {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'chaos' } })
  t.teardown(() => sql.end({ timeout: 1 }))
  return {
    async heads() {
      const rows = await sql<{ stream_id: string; head: number }[]>`
        select stream_id, head::float8 from streams`
      return new Map(rows.map((row) => [row.stream_id, row.head]))
    },
    async after(numbers) {
      const streams = [...numbers.keys()]
      const rows = await sql<(Committed & { stream_id: string })[]>`
        select e.stream_id, e.seq::float8, e.id, e.groups from events e
        left join unnest(${streams}::uuid[], ${streams.map((id) => numbers.get(id)!)}::float8[]) k (stream_id, after)
          using (stream_id)
        where e.seq > coalesce(k.after, 0) order by e.stream_id, e.seq`
      const found = new Map<string, Committed[]>()
      for (const { stream_id, ...event } of rows) {
        const list = found.get(stream_id)
        if (list) list.push(event)
        else found.set(stream_id, [event])
      }
      return found
    },
    async orders(ids) {
      const rows = await sql<{ id: string; status: string }[]>`
        select id, status from orders where id = any(${ids as string[]}::uuid[])`
      return new Map(rows.map((row) => [row.id, row.status]))
    },
    async doubled() {
      const rows = await sql<{ note: string }[]>`
        select note from orders where note ~ '^[0-9a-f-]{36}$' group by note having count(*) > 1`
      return rows.map((row) => row.note)
    },
    async transactions() {
      const [row] = await sql<{ n: number }[]>`
        select xact_commit::float8 as n from pg_stat_database where datname = current_database()`
      return row!.n
    },
  }
}

/** Whether sockets of a group see an event. */
export const seenBy = (group: Group, event: Committed): boolean => (event.groups & groups[group]) !== 0
