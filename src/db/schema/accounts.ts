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
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyId, createdAt, id, instant, updatedAt } from '../columns.ts'
import { roles, usualBookingMinutes } from '../enums.ts'
import { access, foldedOf, ofCompany, ofPerson, oneOf, within } from './table-helpers.ts'

export const companies = pgTable(
  'companies',
  {
    id: id().primaryKey(),
    name: text('name').notNull(),
    slug: text('slug').notNull().unique(),
    phone: text('phone').notNull().default(''),
    language: text('language'),
    timezone: text('timezone').notNull().default('Asia/Bishkek'),
    /** Largest discount that a waiter or a cashier may give, in percent of an order's total. */
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
    /** ISO 3166 country for phone numbers without a country code; null means that of the time zone. */
    country: text('country'),
    /** Minutes after local midnight at which a business day begins. */
    dayStartMinutes: smallint('day_start_minutes').notNull().default(0),
    /** Default length of a booking. */
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
 * A custom role of a company: a name, and the access flags that differ from its base role.
 */
export const customRoles = pgTable(
  'custom_roles',
  {
    id: id(),
    companyId: companyId().references(() => companies.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    folded: foldedOf('name'),
    /** The base role; it decides what the flags leave open. */
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
    /** A custom role; its `role` is copied into the column before. */
    customRoleId: uuid('custom_role_id'),
    /** Access flags of this user only. */
    access: access('access'),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    phoneNumber: text('phone_number').notNull().default(''),
    avatar: text('avatar'),
    language: text('language'),
    isActive: boolean('is_active').notNull().default(true),
    /** Rises when every token of the user must become invalid (deactivation, new password). */
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

/** One login on one device. Its refresh and access tokens end with it. */
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
    /** The device as it describes itself, and its last address. */
    device: text('device').notNull().default(''),
    address: text('address').notNull().default(''),
  },
  (t) => [...ofPerson(t.userId), index('sessions_user_id_idx').on(t.userId)],
)

/**
 * The refresh tokens of a login that may still be used: the newest, and those it has just replaced. A login older than
 * this table has none until its next refresh.
 */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    /** SHA-256 of the token; only the client has the token itself. */
    hash: text('hash').primaryKey(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    /** When it was replaced; null while it is valid. */
    replacedAt: instant('replaced_at'),
  },
  (t) => [index('refresh_tokens_session_id_idx').on(t.sessionId)],
)

/** A ticket opens one socket, once, instead of an access token. */
export const socketTickets = pgTable(
  'socket_tickets',
  {
    /** SHA-256 of the ticket; only the client has the ticket itself. */
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
