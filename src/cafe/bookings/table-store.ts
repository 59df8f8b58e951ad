import { and, eq, sql } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { bookings, branches, companies } from '../../db/schema.ts'

/** How many guests are still expected at a table, today included, by the calendar of its branch. */
export const bookingsAhead = (tx: Tx, { companyId }: Scope, tableId: string): Promise<number> =>
  tx.$count(
    bookings,
    and(
      eq(bookings.companyId, companyId),
      eq(bookings.tableId, tableId),
      eq(bookings.status, 'booked'),
      sql`${bookings.date} >= (now() at time zone coalesce(
        (select b.timezone from ${branches} b where b.company_id = "bookings"."company_id" and b.id = "bookings"."branch_id"),
        (select c.timezone from ${companies} c where c.id = "bookings"."company_id")))::date`,
    ),
  )

/** Takes a table that goes off the bookings that named it. */
export async function leaveTable(tx: Tx, { companyId }: Scope, tableId: string): Promise<void> {
  await tx
    .update(bookings)
    .set({ tableId: null })
    .where(and(eq(bookings.companyId, companyId), eq(bookings.tableId, tableId)))
}
