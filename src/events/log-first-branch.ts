import { sql } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'

/** How much of the log goes along: enough for a screen that was away for hours, and quickly copied. */
const keptEvents = 10_000

/**
 * Has the stream of a company's first branch go on where the company's own stream ends, with its numbers: a position in
 * the one is the same position in the other. The latest events go along, so that who was away is served from there.
 * Locks the head of the company's stream until commit; the caller keeps others from appending to it.
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
