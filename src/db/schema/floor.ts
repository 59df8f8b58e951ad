import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { companyId, createdAt, id, updatedAt } from '../columns.ts'
import { tableStatuses } from '../enums.ts'
import { branches, companies } from './accounts.ts'
import { foldedOf, ofCompany, oneOf, within } from './table-helpers.ts'

export const zones = pgTable(
  'zones',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    branchId: uuid('branch_id'),
    title: text('title').notNull(),
    folded: foldedOf('title'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    unique('zones_title_key').on(t.companyId, t.branchId, t.folded).nullsNotDistinct(),
  ],
)

export const tables = pgTable(
  'tables',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    branchId: uuid('branch_id'),
    zoneId: uuid('zone_id'),
    number: integer('number').notNull(),
    places: integer('places').notNull().default(4),
    /** Derived: busy while an open order sits here. Written only in the transaction that changes those orders. */
    status: text('status', { enum: tableStatuses }).notNull().default('free'),
    x: integer('x').notNull().default(0),
    y: integer('y').notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    within(t.companyId, t.zoneId, zones),
    unique('tables_number_key').on(t.companyId, t.branchId, t.number).nullsNotDistinct(),
    index('tables_zone_idx').on(t.companyId, t.zoneId),
    check('tables_number_check', sql`${t.number} >= 1`),
    check('tables_places_check', sql`${t.places} >= 1`),
    check('tables_status_check', oneOf(t.status, tableStatuses)),
  ],
)
