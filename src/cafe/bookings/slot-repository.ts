import { and, asc, between, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { rowsOf } from '../../db/database.ts'
import { bookings, tables } from '../../db/schema/index.ts'
import { holdingStatuses, usualBookingMinutes } from '../../db/enums.ts'
import { slotTaken } from './rules.ts'
import type { Slot } from './rules.ts'

export interface BookedTable {
  id: string
  branchId: string | null
  number: number
  places: number
}

/**
 * Locks the table of a booking until commit, so that nobody deletes it or books it. The second of two requests sees
 * the first booking. Undefined when the company has no such table.
 */
export async function lockTable(tx: Tx, companyId: string, id: string): Promise<BookedTable | undefined> {
  const [table] = await tx
    .select({ id: tables.id, branchId: tables.branchId, number: tables.number, places: tables.places })
    .from(tables)
    .where(and(eq(tables.companyId, companyId), eq(tables.id, id)))
    .for('no key update')
  return table
}

/** A booking for now that is made a little late is not in the past. */
const late = '15 minutes'

/** Of a branch, or of a company without branches. */
interface Customs extends Record<string, unknown> {
  /** Duration in minutes. */
  readonly duration: number
  /** Local day and time before which a booking is in the past. */
  readonly latest: string
}

export async function customsOf(tx: Tx, companyId: string, branchId: string | null): Promise<Customs> {
  const [customs] = await rowsOf<Customs>(
    tx,
    sql`select coalesce(b.booking_minutes, ${usualBookingMinutes}::smallint) as duration,
      to_char((now() at time zone coalesce(b.timezone, c.timezone)) - ${late}::interval, 'YYYY-MM-DD HH24:MI:SS') as latest
    from companies c left join branches b on b.company_id = c.id and b.id = ${branchId}::uuid
    where c.id = ${companyId}::uuid`,
  )
  return customs!
}

/** The slot as a range of PostgreSQL. */
const during = (date: unknown, time: unknown, minutes: unknown) =>
  sql`tsrange(${date} + ${time}, ${date} + ${time} + make_interval(mins => ${minutes}))`

/**
 * Needs the lock of `lockTable`. The constraint `bookings_no_overlap` also guarantees it.
 * @param except the booking itself
 * @throws FieldError on `table` when another booking holds it at that time
 */
export async function refuseTaken(
  tx: Tx,
  companyId: string,
  tableId: string,
  slot: Slot,
  except?: string,
): Promise<void> {
  const { date, time, durationMinutes } = slot
  const wanted = during(sql`${date}::date`, sql`${time}::time`, sql`${durationMinutes}::int`)
  // no booking lasts longer than a day
  const [other] = await tx
    .select({ date: bookings.date, time: bookings.time, durationMinutes: bookings.durationMinutes })
    .from(bookings)
    .where(
      and(
        eq(bookings.companyId, companyId),
        eq(bookings.tableId, tableId),
        between(bookings.date, sql`${date}::date - 1`, sql`${date}::date + 1`),
        inArray(bookings.status, [...holdingStatuses]),
        except === undefined ? undefined : ne(bookings.id, except),
        sql`${wanted} && ${during(bookings.date, bookings.time, bookings.durationMinutes)}`,
      ),
    )
    .orderBy(asc(bookings.date), asc(bookings.time))
    .limit(1)
  if (other) throw slotTaken(other)
}
