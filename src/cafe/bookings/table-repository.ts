import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { bookings, branches, companies } from '../../db/schema/index.ts'
import { holdingStatuses } from '../../db/enums.ts'

/** Bookings that hold a table and are not over, in local time of its branch; the next ones first. */
export const bookingsAhead = (tx: Tx, { companyId }: Scope, tableId: string) =>
  tx
    .select({ id: bookings.id, guest: bookings.guest, date: bookings.date, time: bookings.time })
    .from(bookings)
    .where(
      and(
        eq(bookings.companyId, companyId),
        eq(bookings.tableId, tableId),
        inArray(bookings.status, [...holdingStatuses]),
        sql`${bookings.date} + ${bookings.time} + make_interval(mins => ${bookings.durationMinutes}) > now() at time zone coalesce(
          (select b.timezone from ${branches} b where b.company_id = "bookings"."company_id" and b.id = "bookings"."branch_id"),
          (select c.timezone from ${companies} c where c.id = "bookings"."company_id"))`,
      ),
    )
    .orderBy(asc(bookings.date), asc(bookings.time))

/** Removes a deleted table from its bookings; they keep its number. */
export async function leaveTable(
  tx: Tx,
  { companyId }: Scope,
  { id, number }: { id: string; number: number },
): Promise<void> {
  await tx
    .update(bookings)
    .set({ tableId: null, goneTableNumber: number })
    .where(and(eq(bookings.companyId, companyId), eq(bookings.tableId, id)))
}
