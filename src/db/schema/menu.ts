import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { bytes, companyId, createdAt, id, money, updatedAt } from '../columns.ts'
import { saleUnits } from '../enums.ts'
import { branches, companies } from './accounts.ts'
import { foldedOf, ofCompany, oneOf, within } from './table-helpers.ts'

export const categories = pgTable(
  'categories',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    title: text('title').notNull(),
    folded: foldedOf('title'),
    position: integer('position').notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    unique('categories_title_key').on(t.companyId, t.folded),
    check('categories_title_check', sql`char_length(${t.title}) between 1 and 100`),
  ],
)

export const kitchens = pgTable(
  'kitchens',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    title: text('title').notNull(),
    number: integer('number').notNull(),
    printer: text('printer').notNull().default(''),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    unique('kitchens_number_key').on(t.companyId, t.number),
    check('kitchens_number_check', sql`${t.number} >= 1`),
  ],
)

export const menuItems = pgTable(
  'menu_items',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    categoryId: uuid('category_id').notNull(),
    kitchenId: uuid('kitchen_id'),
    title: text('title').notNull(),
    folded: foldedOf('title'),
    description: text('description').notNull().default(''),
    price: money('price').notNull(),
    saleUnit: text('sale_unit', { enum: saleUnits }).notNull().default('pcs'),
    isActive: boolean('is_active').notNull().default(true),
    position: integer('position').notNull().default(0),
    /** Name of its picture; null without one. */
    image: text('image'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.categoryId, categories),
    within(t.companyId, t.kitchenId, kitchens),
    unique('menu_items_title_key').on(t.companyId, t.categoryId, t.folded),
    index('menu_items_kitchen_idx').on(t.companyId, t.kitchenId),
    check('menu_items_price_check', sql`${t.price} >= 0`),
    check('menu_items_sale_unit_check', oneOf(t.saleUnit, saleUnits)),
  ],
)

/** Pictures of dishes, by the name that their address has; a dish has at most one. */
export const menuImages = pgTable(
  'menu_images',
  {
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    /** Cannot be guessed, and changes with the content. */
    name: text('name').notNull(),
    menuItemId: uuid('menu_item_id').notNull(),
    /** WebP. */
    content: bytes('content').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.name] }),
    within(t.companyId, t.menuItemId, menuItems).onDelete('cascade'),
    unique('menu_images_item_key').on(t.companyId, t.menuItemId),
  ],
)

/** Stop-list: kept per branch and dish; no row means the dish is on sale without a limit. */
export const menuStops = pgTable(
  'menu_stops',
  {
    id: id(),
    companyId: companyId(),
    branchId: uuid('branch_id'),
    menuItemId: uuid('menu_item_id').notNull(),
    stopped: boolean('stopped').notNull().default(false),
    portionsLeft: integer('portions_left'),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches).onDelete('cascade'),
    within(t.companyId, t.menuItemId, menuItems).onDelete('cascade'),
    unique('menu_stops_item_key').on(t.companyId, t.branchId, t.menuItemId).nullsNotDistinct(),
    check('menu_stops_portions_left_check', sql`${t.portionsLeft} >= 0`),
  ],
)
