import { sql } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'

/** Number of events that are copied: enough for a screen that was offline for hours, and quick to copy. */
const keptEvents = 10_000

/**
 * Starts the stream of a company's first branch at the head of the company's own stream, so a position in one is the same
 * position in the other. The latest events are copied, so a client that was offline resumes from the branch stream.
 * Locks the head of the company's stream until commit; the caller prevents concurrent appends to it.
 */
export async function continueInBranch(tx: Tx, companyId: string, branchId: string): Promise<void> {
  await tx.execute(sql`
    with own as (
      select head from streams where company_id = ${companyId}::uuid and stream_id = ${companyId}::uuid for update
    ), begun as (
      insert into streams (company_id, stream_id, head)
      select ${companyId}::uuid, ${branchId}::uuid, coalesce((select head from own), 0)
      returning head
    )
    insert into events (company_id, stream_id, seq, id, type, groups, at, data)
    select e.company_id, ${branchId}::uuid, e.seq, e.id, e.type, e.groups, e.at, e.data
    from events e, begun
    where e.company_id = ${companyId}::uuid and e.stream_id = ${companyId}::uuid and e.seq > begun.head - ${keptEvents}::int`)
}
