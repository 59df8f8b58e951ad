import type { bookings } from '../../db/schema/index.ts'
import type { Language } from '../../i18n/messages.ts'
import { defaultLanguage, translate } from '../../i18n/translate.ts'
import type { EventData } from '../events.ts'
import type { BookingRead } from './schema.ts'

export interface BookingView {
  booking: typeof bookings.$inferSelect
  /** Null when the table is deleted. */
  tableNumber: number | null
}

/** A booking as clients read it. Inside events the language is the company's. */
export const toBooking = (
  { booking: row, tableNumber }: BookingView,
  language: Language = defaultLanguage,
): BookingRead => ({
  id: row.id,
  company: row.companyId,
  branch: row.branchId,
  guest: row.guest,
  phone: row.phone,
  phone_typed: row.phoneTyped ?? row.phone,
  phone_extension: row.phoneExtension,
  date: row.date,
  time: row.time,
  duration: row.durationMinutes,
  guests: row.guests,
  table: row.tableId,
  table_number: tableNumber ?? row.goneTableNumber,
  status: row.status,
  status_display: translate(language, `booking_${row.status}`),
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})

/** Data of `booking_created`, `booking_updated` and `booking_deleted`. */
export const bookingChanged = (view: BookingView, language: Language): EventData['booking_updated'] => ({
  booking: toBooking(view, language),
  company_id: view.booking.companyId,
  branch_id: view.booking.branchId,
})
