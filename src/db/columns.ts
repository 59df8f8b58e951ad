import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'
import { uuidv7 } from 'uuidv7'
import { formatMoney, parseMoney } from '../money/money.ts'

/** Id of every row: a UUIDv7, so that ids rise with time and indexes stay dense. */
export const id = () => uuid('id').notNull().$defaultFn(uuidv7)

/** The tenant every row belongs to; every index begins with it. */
export const companyId = () => uuid('company_id').notNull()

/** An instant in UTC with milliseconds, as on the wire. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

export const createdAt = () => instant('created_at').notNull().defaultNow()
export const updatedAt = () => instant('updated_at').notNull().defaultNow()

/** `numeric(12,2)` in PostgreSQL, an integer of minor units (tyiyn, kopecks, cents) in code. */
export const money = customType<{ data: number; driverData: string }>({
  dataType: () => 'numeric(12, 2)',
  fromDriver: (value) => parseMoney(value),
  toDriver: (minorUnits) => formatMoney(minorUnits),
})

/** `bytea` in PostgreSQL; the drivers return different byte types. */
export const bytes = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => Buffer.from(value),
  toDriver: (value) => value,
})
