import { getTableName, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgTable,
  primaryKey,
  smallint,
  text,
  time,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { AnyPgColumn, PgColumn } from 'drizzle-orm/pg-core'
import { bytes, companyId, createdAt, id, instant, money, updatedAt } from './columns.ts'
import { acrossCompanies, roleNames } from './roles.ts'
import {
  auditActions,
  auditResources,
  bookingStatuses,
  moneyMethods,
  notificationTypes,
  orderStatuses,
  paymentMethods,
  roles,
  tableStatuses,
  taskStatuses,
  usualBookingMinutes,
} from './enums.ts'

/**
 * Every table of the service. Rows carry their company, keys and indexes begin with it, and references go through
 * (company, id), so that PostgreSQL itself refuses a row that points into another company. Whoever acts for a company
 * meets its rows alone (`ofCompany`): a table without that shows nothing to anybody, and a test fails.
 */

const oneOf = (column: AnyPgColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`

/**
 * What a name is compared by, in searches and where it is unique: without case and accents, see the function `folded`. Cut
 * off where the entry of an index ends.
 */
const foldedOf = (name: string) => text('folded').generatedAlwaysAs(sql.raw(`left(folded("${name}"), 500)`))

/** Reference to (company, id) of another table: never across companies. */
const within = (company: PgColumn, column: PgColumn, target: { companyId: PgColumn; id: PgColumn }) =>
  foreignKey({ columns: [company, column], foreignColumns: [target.companyId, target.id] })

/** The company that the transaction acts for (`actingAs`); null without one, which no row is of. Asked once a statement. */
const ownCompany = sql`(select nullif(current_setting('cafe.company_id', true), '')::uuid)`

/** Row-level security of a table: a company meets the rows that are its own, the roles of `acrossCompanies` meet all. */
const rowsFor = (column: PgColumn, own: SQL) => [
  pgPolicy('own_company', { to: roleNames.company, using: own, withCheck: own }),
  pgPolicy('all_companies', {
    to: acrossCompanies(getTableName(column.table)),
    using: sql`true`,
    withCheck: sql`true`,
  }),
]

const ofCompany = (company: PgColumn) => rowsFor(company, sql`${company} = ${ownCompany}`)

/** The same for what belongs to a person. */
const ofPerson = (user: PgColumn) =>
  rowsFor(
    user,
    sql`exists (select 1 from users where users.id = ${user} and users.company_id = ${ownCompany})`,
  )

/** Access flags by name, those alone that somebody set. */
const access = (name: string) => jsonb(name).$type<Readonly<Record<string, boolean>>>().notNull().default({})

// ---- companies and people -------------------------------------------------------------------------------------

export const companies = pgTable(
  'companies',
  {
    id: id().primaryKey(),
    name: text('name').notNull(),
    slug: text('slug').notNull().unique(),
    phone: text('phone').notNull().default(''),
    language: text('language'),
    timezone: text('timezone').notNull().default('Asia/Bishkek'),
    /** Largest discount that a waiter, a cashier may give, in percent of an order's total. */
    waiterDiscountLimit: smallint('waiter_discount_limit').notNull().default(10),
    cashierDiscountLimit: smallint('cashier_discount_limit').notNull().default(30),
    startDate: date('start_date', { mode: 'string' }).notNull().defaultNow(),
    endDate: date('end_date', { mode: 'string' })
      .notNull()
      .default(sql`'2099-12-31'`),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.id),
    check('companies_waiter_discount_limit_check', sql`${t.waiterDiscountLimit} between 0 and 100`),
    check('companies_cashier_discount_limit_check', sql`${t.cashierDiscountLimit} between 0 and 100`),
  ],
)

export const branches = pgTable(
  'branches',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    folded: foldedOf('name'),
    code: text('code').notNull().default(''),
    address: text('address').notNull().default(''),
    phone: text('phone').notNull().default(''),
    email: text('email').notNull().default(''),
    /** IANA zone; null means the company's. */
    timezone: text('timezone'),
    /** ISO 3166: whose phone numbers are written without its code; null means the one of its time zone. */
    country: text('country'),
    /** Minutes after local midnight at which a business day begins. */
    dayStartMinutes: smallint('day_start_minutes').notNull().default(0),
    /** How long a table is kept for guests unless their booking says otherwise. */
    bookingMinutes: smallint('booking_minutes').notNull().default(usualBookingMinutes),
    isActive: boolean('is_active').notNull().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    unique('branches_name_key').on(t.companyId, t.folded),
    check('branches_day_start_minutes_check', sql`${t.dayStartMinutes} between 0 and 1439`),
    check('branches_booking_minutes_check', sql`${t.bookingMinutes} between 1 and 1440`),
  ],
)

/**
 * A role of a company's own: a name for people, and what differs from the role of the service that it rests on.
 */
export const customRoles = pgTable(
  'custom_roles',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    folded: foldedOf('name'),
    /** The role of the service that decides whatever the flags leave open. */
    role: text('role', { enum: roles }).notNull(),
    access: access('access'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    unique('custom_roles_name_key').on(t.companyId, t.folded),
    check('custom_roles_role_check', oneOf(t.role, roles)),
  ],
)

export const users = pgTable(
  'users',
  {
    id: id().primaryKey(),
    companyId: uuid('company_id').references(() => companies.id, { onDelete: 'cascade' }),
    /** Stored in lower case: e-mail addresses are compared without case. */
    email: text('email').notNull().unique(),
    passwordHash: text('password_hash').notNull(),
    role: text('role', { enum: roles }).notNull(),
    /** A role of the company's own; its `role` is copied into the column before. */
    customRoleId: uuid('custom_role_id'),
    /** Access flags said of this person alone. */
    access: access('access'),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    phoneNumber: text('phone_number').notNull().default(''),
    avatar: text('avatar'),
    language: text('language'),
    isActive: boolean('is_active').notNull().default(true),
    /** Rises when every token of the user must die at once (deactivation, new password). */
    tokenVersion: integer('token_version').notNull().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    unique('users_company_id_id_key').on(t.companyId, t.id),
    within(t.companyId, t.customRoleId, customRoles),
    index('users_custom_role_idx').on(t.companyId, t.customRoleId),
    check('users_role_check', oneOf(t.role, roles)),
    check('users_email_check', sql`${t.email} = lower(${t.email})`),
  ],
)

/** The branches an employee works in; one of them is the primary one. */
export const userBranches = pgTable(
  'user_branches',
  {
    companyId: companyId(),
    userId: uuid('user_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    isPrimary: boolean('is_primary').notNull().default(false),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.userId, t.branchId] }),
    within(t.companyId, t.userId, users).onDelete('cascade'),
    within(t.companyId, t.branchId, branches).onDelete('cascade'),
    uniqueIndex('user_branches_primary_key')
      .on(t.companyId, t.userId)
      .where(sql`${t.isPrimary}`),
  ],
)

/** One login on one device. Its refresh and access tokens die with it. */
export const sessions = pgTable(
  'sessions',
  {
    id: id().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    /** When it last got a new access token; null for a login older than this column. */
    lastUsedAt: instant('last_used_at'),
    /** What the device says of itself, and the address it came from last. */
    device: text('device').notNull().default(''),
    address: text('address').notNull().default(''),
  },
  (t) => [...ofPerson(t.userId), index('sessions_user_id_idx').on(t.userId)],
)

/**
 * The refresh tokens of a login that may still come: the newest, and those it has just replaced. A login older than this
 * table has none, until it is given a new one.
 */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    /** SHA-256 of the token; the token itself is kept by nobody but the client. */
    hash: text('hash').primaryKey(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    /** When another took its place; null as long as it is good. */
    replacedAt: instant('replaced_at'),
  },
  (t) => [index('refresh_tokens_session_id_idx').on(t.sessionId)],
)

/** A ticket opens one socket, once, in place of the access token it was asked for with. */
export const socketTickets = pgTable(
  'socket_tickets',
  {
    /** SHA-256 of the ticket; the ticket itself is kept by nobody but the client. */
    hash: text('hash').primaryKey(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    userId: uuid('user_id').notNull(),
    tokenVersion: integer('token_version').notNull(),
    tokenExpiresAt: instant('token_expires_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    index('socket_tickets_session_id_idx').on(t.sessionId),
    index('socket_tickets_expires_at_idx').on(t.expiresAt),
  ],
)

// ---- floor ----------------------------------------------------------------------------------------------------

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

// ---- menu -----------------------------------------------------------------------------------------------------

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

// ---- guests ---------------------------------------------------------------------------------------------------

export const clients = pgTable(
  'clients',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    folded: foldedOf('name'),
    /** E.164 where it is a possible number, else its digits; empty when unknown. */
    phone: text('phone').notNull().default(''),
    /** As it was written; null in rows from before this column, until `readOldPhones`. */
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

// ---- orders ---------------------------------------------------------------------------------------------------

export const orders = pgTable(
  'orders',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    branchId: uuid('branch_id'),
    /** Short number for people, from 1, without holes, per branch and business day. */
    number: integer('number').notNull(),
    businessDay: date('business_day', { mode: 'string' }).notNull(),
    tableId: uuid('table_id'),
    clientId: uuid('client_id'),
    waiterId: uuid('waiter_id'),
    guests: integer('guests').notNull().default(1),
    status: text('status', { enum: orderStatuses }).notNull().default('open'),
    isPaid: boolean('is_paid').notNull().default(false),
    paidAt: instant('paid_at'),
    paymentMethod: text('payment_method', { enum: paymentMethods }).notNull().default(''),
    totalAmount: money('total_amount').notNull(),
    discountAmount: money('discount_amount').notNull(),
    discountReason: text('discount_reason').notNull().default(''),
    /** Sum of its payments; what is left of the total is due, or owed on a debt. */
    paidAmount: money('paid_amount')
      .notNull()
      .default(sql`0`),
    /** Sum of its refunds: never more than was paid. */
    refundedAmount: money('refunded_amount')
      .notNull()
      .default(sql`0`),
    note: text('note').notNull().default(''),
    closedAt: instant('closed_at'),
    canceledAt: instant('canceled_at'),
    canceledBy: uuid('canceled_by'),
    /** Hash of what it was taken with, when the client chose its id: whether a request is the same again. */
    takenWith: text('taken_with'),
    /** Rises with every change of the order itself, not with its tasks' progress. */
    version: integer('version').notNull().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    within(t.companyId, t.tableId, tables),
    within(t.companyId, t.clientId, clients),
    within(t.companyId, t.waiterId, users),
    within(t.companyId, t.canceledBy, users),
    unique('orders_number_key').on(t.companyId, t.branchId, t.businessDay, t.number).nullsNotDistinct(),
    index('orders_newest_idx').on(t.companyId, t.branchId, t.createdAt.desc()),
    index('orders_open_idx')
      .on(t.companyId, t.tableId)
      .where(sql`${t.status} = 'open'`),
    index('orders_table_idx').on(t.companyId, t.tableId),
    index('orders_client_idx').on(t.companyId, t.clientId),
    index('orders_waiter_idx').on(t.companyId, t.waiterId),
    check('orders_guests_check', sql`${t.guests} between 1 and 999`),
    check('orders_status_check', oneOf(t.status, orderStatuses)),
    check('orders_payment_method_check', oneOf(t.paymentMethod, paymentMethods)),
    check('orders_total_amount_check', sql`${t.totalAmount} >= 0`),
    check('orders_discount_amount_check', sql`${t.discountAmount} between 0 and ${t.totalAmount}`),
    check(
      'orders_paid_amount_check',
      sql`${t.paidAmount} between 0 and ${t.totalAmount} - ${t.discountAmount}`,
    ),
    check('orders_refunded_amount_check', sql`${t.refundedAmount} between 0 and ${t.paidAmount}`),
    check(
      'orders_is_paid_check',
      sql`${t.isPaid} = (${t.paymentMethod} <> '' and ${t.paidAmount} = ${t.totalAmount} - ${t.discountAmount})`,
    ),
    check('orders_paid_at_check', sql`${t.isPaid} = (${t.paidAt} is not null)`),
  ],
)

/** Last order number given out per branch and business day; its row lock makes the numbers free of holes. */
export const orderNumbers = pgTable(
  'order_numbers',
  {
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    branchId: uuid('branch_id'),
    businessDay: date('business_day', { mode: 'string' }).notNull(),
    last: integer('last').notNull(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    unique('order_numbers_key').on(t.companyId, t.branchId, t.businessDay).nullsNotDistinct(),
    within(t.companyId, t.branchId, branches).onDelete('cascade'),
  ],
)

export const orderItems = pgTable(
  'order_items',
  {
    id: id(),
    companyId: companyId(),
    orderId: uuid('order_id').notNull(),
    menuItemId: uuid('menu_item_id').notNull(),
    /** Title and price of the moment of ordering: a later change of the menu alters no line. */
    title: text('title').notNull(),
    price: money('price').notNull(),
    quantity: integer('quantity').notNull(),
    note: text('note').notNull().default(''),
    /** Place in the order, from 1. */
    position: integer('position').notNull(),
    /** Set when the line was taken off the order; it stays for the tasks that were cooked for it. */
    removedAt: instant('removed_at'),
    /** What it was in the versions of its order: from each version named on, until the next. Taken off: quantity 0. */
    versions: jsonb('versions')
      .$type<readonly (readonly [version: number, quantity: number, note: string])[]>()
      .notNull()
      .default([]),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.orderId, orders).onDelete('cascade'),
    within(t.companyId, t.menuItemId, menuItems),
    index('order_items_order_idx').on(t.companyId, t.orderId),
    index('order_items_menu_item_idx').on(t.companyId, t.menuItemId),
    check('order_items_quantity_check', sql`${t.quantity} between 1 and 999`),
    check('order_items_price_check', sql`${t.price} >= 0`),
  ],
)

/** One task per unit of each order line. */
export const kitchenTasks = pgTable(
  'kitchen_tasks',
  {
    id: id(),
    companyId: companyId(),
    branchId: uuid('branch_id'),
    orderId: uuid('order_id').notNull(),
    orderItemId: uuid('order_item_id').notNull(),
    menuItemId: uuid('menu_item_id').notNull(),
    kitchenId: uuid('kitchen_id'),
    /** 1…n among the units of its line. */
    unitIndex: integer('unit_index').notNull(),
    status: text('status', { enum: taskStatuses }).notNull().default('pending'),
    cookId: uuid('cook_id'),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    /** When the kitchen said that it has seen the cancellation. */
    acknowledgedAt: instant('acknowledged_at'),
    /** Whether it was cancelled because its order ended; null where a release that did not note it cancelled it. */
    endedWithOrder: boolean('ended_with_order'),
    version: integer('version').notNull().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    within(t.companyId, t.orderId, orders).onDelete('cascade'),
    within(t.companyId, t.orderItemId, orderItems).onDelete('cascade'),
    within(t.companyId, t.menuItemId, menuItems),
    within(t.companyId, t.kitchenId, kitchens),
    within(t.companyId, t.cookId, users),
    uniqueIndex('kitchen_tasks_unit_key')
      .on(t.companyId, t.orderItemId, t.unitIndex)
      .where(sql`${t.status} <> 'cancelled'`),
    index('kitchen_tasks_order_idx').on(t.companyId, t.orderId),
    index('kitchen_tasks_board_idx')
      .on(t.companyId, t.branchId, t.createdAt)
      .where(sql`${t.status} in ('pending', 'in_progress')`),
    index('kitchen_tasks_menu_item_idx').on(t.companyId, t.menuItemId),
    check('kitchen_tasks_unit_index_check', sql`${t.unitIndex} >= 1`),
    check('kitchen_tasks_status_check', oneOf(t.status, taskStatuses)),
    check(
      'kitchen_tasks_acknowledged_at_check',
      sql`${t.acknowledgedAt} is null or ${t.status} = 'cancelled'`,
    ),
    check(
      'kitchen_tasks_ended_with_order_check',
      sql`${t.endedWithOrder} is null or ${t.status} = 'cancelled'`,
    ),
  ],
)

/** What a notification is about, as it was at that moment: tasks and orders may be moved or deleted later. */
export interface NotificationPayload {
  task_id: string
  order_id: string
  order_number: number
  /** Number of the table; null for a takeaway. */
  table: number | null
  /** Title of the dish. */
  menu_item: string
  unit_index: number
}

/** What one person was told. Written in the transaction of what it tells, removed when it is old. */
export const notifications = pgTable(
  'notifications',
  {
    id: id(),
    companyId: companyId(),
    branchId: uuid('branch_id'),
    /** Whom it is for. */
    userId: uuid('user_id').notNull(),
    type: text('type', { enum: notificationTypes }).notNull(),
    payload: jsonb('payload').$type<NotificationPayload>().notNull(),
    isRead: boolean('is_read').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches).onDelete('cascade'),
    within(t.companyId, t.userId, users).onDelete('cascade'),
    index('notifications_newest_idx').on(t.companyId, t.userId, t.createdAt.desc()),
    index('notifications_unread_idx')
      .on(t.companyId, t.userId, t.createdAt.desc())
      .where(sql`not ${t.isRead}`),
    index('notifications_age_idx').on(t.companyId, t.createdAt),
    check('notifications_type_check', oneOf(t.type, notificationTypes)),
  ],
)

// ---- bills and money ------------------------------------------------------------------------------------------

/** A line as it stands on an archived bill. */
export interface ArchivedLine {
  id: string
  menuItemId: string
  title: string
  /** Minor units, like every amount in code. */
  price: number
  quantity: number
  note: string
}

/**
 * The bill of every order that was finished, paid or deleted, with the names, titles and prices of its day. It refers to
 * nothing but its company, so it outlives the order, its table, its guest and its waiter.
 */
export const orderArchive = pgTable(
  'order_archive',
  {
    /** The order's own id. */
    id: uuid('id').notNull(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    branchId: uuid('branch_id'),
    number: integer('number').notNull(),
    businessDay: date('business_day', { mode: 'string' }).notNull(),
    tableId: uuid('table_id'),
    tableNumber: integer('table_number'),
    zoneId: uuid('zone_id'),
    zoneTitle: text('zone_title'),
    clientId: uuid('client_id'),
    clientName: text('client_name').notNull(),
    waiterId: uuid('waiter_id'),
    waiterLabel: text('waiter_label').notNull(),
    guests: integer('guests').notNull(),
    status: text('status', { enum: orderStatuses }).notNull(),
    isPaid: boolean('is_paid').notNull(),
    paidAt: instant('paid_at'),
    paymentMethod: text('payment_method', { enum: paymentMethods }).notNull(),
    totalAmount: money('total_amount').notNull(),
    discountAmount: money('discount_amount').notNull(),
    discountReason: text('discount_reason').notNull().default(''),
    paidAmount: money('paid_amount').notNull(),
    refundedAmount: money('refunded_amount').notNull(),
    note: text('note').notNull(),
    lines: jsonb('lines').$type<readonly ArchivedLine[]>().notNull(),
    closedAt: instant('closed_at'),
    canceledAt: instant('canceled_at'),
    canceledBy: uuid('canceled_by'),
    /** Set when the order itself is gone. */
    deletedAt: instant('deleted_at'),
    /** The order its lines flowed into; it is no bill of its own then, but its number is accounted for. */
    mergedInto: uuid('merged_into'),
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    archivedAt: instant('archived_at').notNull(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    index('order_archive_newest_idx').on(t.companyId, t.branchId, t.createdAt.desc()),
    index('order_archive_client_idx').on(t.companyId, t.clientId, t.createdAt.desc()),
    index('order_archive_day_idx').on(t.companyId, t.branchId, t.businessDay, t.number),
    check('order_archive_status_check', oneOf(t.status, orderStatuses)),
    check('order_archive_payment_method_check', oneOf(t.paymentMethod, paymentMethods)),
    check('order_archive_discount_amount_check', sql`${t.discountAmount} between 0 and ${t.totalAmount}`),
    check(
      'order_archive_paid_amount_check',
      sql`${t.paidAmount} between 0 and ${t.totalAmount} - ${t.discountAmount}`,
    ),
    check('order_archive_refunded_amount_check', sql`${t.refundedAmount} between 0 and ${t.paidAmount}`),
    check('order_archive_merged_into_check', sql`${t.mergedInto} is null or ${t.deletedAt} is not null`),
  ],
)

/** Money that was taken for an order; kept when the order is deleted. Rows are never changed. */
export const payments = pgTable(
  'payments',
  {
    id: id(),
    companyId: companyId(),
    branchId: uuid('branch_id'),
    orderId: uuid('order_id').notNull(),
    method: text('method', { enum: moneyMethods }).notNull(),
    amount: money('amount').notNull(),
    receivedBy: uuid('received_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    within(t.companyId, t.orderId, orderArchive),
    within(t.companyId, t.receivedBy, users),
    index('payments_order_idx').on(t.companyId, t.orderId),
    index('payments_newest_idx').on(t.companyId, t.branchId, t.createdAt.desc()),
    check('payments_method_check', oneOf(t.method, moneyMethods)),
    check('payments_amount_check', sql`${t.amount} > 0`),
  ],
)

/** Money that was given back, for a line of the bill or just so. Rows are never changed. */
export const refunds = pgTable(
  'refunds',
  {
    id: id(),
    companyId: companyId(),
    branchId: uuid('branch_id'),
    orderId: uuid('order_id').notNull(),
    method: text('method', { enum: moneyMethods }).notNull(),
    amount: money('amount').notNull(),
    /** A line of the archived bill and how many of its units. */
    orderItemId: uuid('order_item_id'),
    quantity: integer('quantity'),
    reason: text('reason').notNull().default(''),
    refundedBy: uuid('refunded_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    within(t.companyId, t.branchId, branches),
    within(t.companyId, t.orderId, orderArchive),
    within(t.companyId, t.refundedBy, users),
    index('refunds_order_idx').on(t.companyId, t.orderId),
    index('refunds_newest_idx').on(t.companyId, t.branchId, t.createdAt.desc()),
    check('refunds_method_check', oneOf(t.method, moneyMethods)),
    check('refunds_amount_check', sql`${t.amount} > 0 or (${t.amount} = 0 and ${t.orderItemId} is not null)`),
    check('refunds_order_item_check', sql`(${t.orderItemId} is null) = (${t.quantity} is null)`),
    check('refunds_quantity_check', sql`${t.quantity} >= 1`),
  ],
)

/** Requests about money by the key that their client gave them: the same key is the same request, and is done once. */
export const moneyRequests = pgTable(
  'money_requests',
  {
    companyId: companyId(),
    key: text('key').notNull(),
    orderId: uuid('order_id').notNull(),
    /** What was asked for, in a form that compares. */
    request: text('request').notNull(),
    /** What was answered, as JSON text. */
    answer: text('answer').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.key] }),
    within(t.companyId, t.orderId, orderArchive),
    check('money_requests_key_check', sql`char_length(${t.key}) between 1 and 255`),
  ],
)

// ---- repetitions and simultaneous edits -------------------------------------------------------------------------

/** Answers to requests with an Idempotency-Key, written in the transaction of the change they speak of. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    companyId: companyId(),
    userId: uuid('user_id').notNull(),
    /** Path with its ids: one key may serve two routes. */
    route: text('route').notNull(),
    key: text('key').notNull(),
    /** Of query and body, so that a key reused for something else is noticed. */
    fingerprint: text('fingerprint').notNull(),
    /** Of the answer; null only inside the transaction that makes it. */
    status: smallint('status'),
    /** The answer as JSON text. */
    body: text('body'),
    createdAt: createdAt(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.userId, t.route, t.key] }),
    within(t.companyId, t.userId, users).onDelete('cascade'),
    index('idempotency_keys_age_idx').on(t.companyId, t.createdAt),
    check('idempotency_keys_key_check', sql`char_length(${t.key}) between 1 and 255`),
    check('idempotency_keys_status_check', sql`${t.status} between 200 and 299`),
  ],
)

/**
 * The lines of an open order as one login last read them: what a whole list it sends is compared with. Reading writes
 * here, so there is no reference to the order, whose lock would make readers wait for writers.
 */
export const orderReadings = pgTable(
  'order_readings',
  {
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    orderId: uuid('order_id').notNull(),
    sessionId: uuid('session_id').notNull(),
    /** Version of the order that was read or written. */
    version: integer('version').notNull(),
    /** False when that version has lines which the login has not read: it wrote without looking again. */
    complete: boolean('complete').notNull(),
    /** What the login takes the order for, by the id of the line. */
    lines: jsonb('lines')
      .$type<Record<string, [menuItemId: string, quantity: number, note: string]>>()
      .notNull(),
  },
  (t) => [...ofCompany(t.companyId), primaryKey({ columns: [t.companyId, t.orderId, t.sessionId] })],
)

// ---- event log ------------------------------------------------------------------------------------------------

/** Head number of every stream. A stream is a branch, or a company that has no branches. Heads are never trimmed. */
export const streams = pgTable(
  'streams',
  {
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    /** The branch's id, or the company's own id for what belongs to no branch. */
    streamId: uuid('stream_id').notNull(),
    head: bigint('head', { mode: 'number' }).notNull(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.streamId] }),
    check('streams_head_check', sql`${t.head} >= 0`),
  ],
)

/** The log: append-only, numbered 1…head per stream without holes, written in the transaction of the change itself. */
export const events = pgTable(
  'events',
  {
    companyId: companyId(),
    streamId: uuid('stream_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    id: uuid('id').notNull(),
    type: text('type').notNull(),
    /** Bit mask of the groups that see it, see the catalogue. */
    groups: smallint('groups').notNull(),
    at: instant('at').notNull(),
    /** The event's `data` as JSON text, serialised once. */
    data: text('data').notNull(),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.streamId, t.seq] }),
    foreignKey({
      columns: [t.companyId, t.streamId],
      foreignColumns: [streams.companyId, streams.streamId],
    }).onDelete('cascade'),
    check('events_seq_check', sql`${t.seq} >= 1`),
  ],
)

/** One row: which history of the database this is. Another epoch means positions of the old one say nothing. */
export const epoch = pgTable(
  'epoch',
  {
    one: boolean('one').primaryKey().default(true),
    epoch: text('epoch').notNull(),
  },
  (t) => [check('epoch_one_check', sql`${t.one}`)],
)

// ---- audit log ------------------------------------------------------------------------------------------------

/**
 * Who changed what, when and from where. Written by the trigger `audit_change` of the tables that are watched, in the
 * transaction of the change, and never changed: PostgreSQL refuses that, and to remove what is younger than 30 days. Holds
 * no references, for it outlives what it tells of.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    id: uuid('id').notNull().defaultRandom(),
    companyId: companyId(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 6, mode: 'date' })
      .notNull()
      .default(sql`clock_timestamp()`),
    /** Null for the service itself, and for whoever changes tables past it. */
    userId: uuid('user_id'),
    branchId: uuid('branch_id'),
    action: text('action', { enum: auditActions }).notNull(),
    resource: text('resource', { enum: auditResources }).notNull(),
    resourceId: uuid('resource_id').notNull(),
    /** The order that a line, payment or refund belongs to. */
    orderId: uuid('order_id'),
    /** The columns that changed, as they were and as they became; of new and deleted rows all. Never a secret. */
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
    request: text('request').notNull().default(''),
    requestId: text('request_id').notNull().default(''),
    device: text('device').notNull().default(''),
    address: text('address').notNull().default(''),
  },
  (t) => [
    ...ofCompany(t.companyId),
    primaryKey({ columns: [t.companyId, t.id] }),
    index('audit_log_newest_idx').on(t.companyId, t.createdAt, t.id),
    index('audit_log_resource_idx').on(t.companyId, t.resourceId, t.createdAt),
    index('audit_log_order_idx').on(t.companyId, t.orderId),
    index('audit_log_user_idx').on(t.companyId, t.userId, t.createdAt),
  ],
)
