import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  time,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyId, createdAt, id, updatedAt } from '../columns.ts'
import { bookingStatuses, usualBookingMinutes } from '../enums.ts'
import { branches, companies } from './accounts.ts'
import { tables } from './floor.ts'
import { foldedOf, ofCompany, oneOf, within } from './table-helpers.ts'

export const clients = pgTable(
  'clients',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    folded: foldedOf('name'),
    /** E.164 where it is a possible number, else its digits; empty when unknown. */
    phone: text('phone').notNull().default(''),
    /** As it was written; null in rows from before this column, until `normalizeOldPhones`. */
    phoneTyped: text('phone_typed'),
    phoneExtension: text('phone_extension').notNull().default(''),
    notes: text('notes').notNull().default(''),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    uniqueIndex('clients_phone_key')
      .on(t.companyId, t.phone, t.phoneExtension)
      .where(sql`${t.phone} <> ''`),
  ],
)

/**
 * A table kept for guests. Day and time are those of the branch's own clock. Two that hold one table at one time are kept
 * out by the constraint `bookings_no_overlap`, of a kind that drizzle does not know: it stands in the migrations.
 */
export const bookings = pgTable(
  'bookings',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    branchId: uuid('branch_id'),
    /** Null once the table is gone. */
    tableId: uuid('table_id'),
    /** Number of a table that is gone; null while it is there. */
    goneTableNumber: integer('gone_table_number'),
    guest: text('guest').notNull(),
    folded: foldedOf('guest'),
    /** As that of a client. */
    phone: text('phone').notNull().default(''),
    phoneTyped: text('phone_typed'),
    phoneExtension: text('phone_extension').notNull().default(''),
    date: date('date', { mode: 'string' }).notNull(),
    time: time('time', { precision: 0 }).notNull(),
    durationMinutes: smallint('duration_minutes').notNull().default(usualBookingMinutes),
    /** It stood over another one before overlaps were refused, and has not been moved since: the constraint leaves it out. */
    doubleBooked: boolean('double_booked').notNull().default(false),
    guests: integer('guests').notNull().default(1),
    status: text('status', { enum: bookingStatuses }).notNull().default('booked'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    within(t.companyId, t.tableId, tables),
    index('bookings_day_idx').on(t.companyId, t.branchId, t.date, t.time),
    index('bookings_table_idx').on(t.companyId, t.tableId, t.date),
    check('bookings_guests_check', sql`${t.guests} between 1 and 999`),
    check('bookings_duration_minutes_check', sql`${t.durationMinutes} between 1 and 1440`),
    check('bookings_status_check', oneOf(t.status, bookingStatuses)),
  ],
)
