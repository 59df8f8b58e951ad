import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Database } from '../database.ts'
import { bookings } from '../schema/index.ts'
import { holdingStatuses } from '../enums.ts'

/** Future bookings that overlapped another one of their table before overlaps were refused. */
export const findDoubleBookings = (database: Database) =>
  database.acrossCompanies((tx) =>
    tx
      .select({
        company: bookings.companyId,
        booking: bookings.id,
        guest: bookings.guest,
        date: bookings.date,
        time: bookings.time,
      })
      .from(bookings)
      .where(
        and(
          eq(bookings.doubleBooked, true),
          inArray(bookings.status, [...holdingStatuses]),
          sql`${bookings.date} >= current_date`,
        ),
      )
      .orderBy(bookings.companyId, bookings.date, bookings.time),
  )
