import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyId, createdAt, id, instant, money } from '../columns.ts'
import { moneyMethods, orderStatuses, paymentMethods } from '../enums.ts'
import type { SaleUnit } from '../enums.ts'
import { branches, companies, users } from './accounts.ts'
import { ofCompany, oneOf, within } from './table-helpers.ts'

/** A line as it stands on an archived bill. */
export interface ArchivedLine {
  id: string
  /** Null: a service. */
  menuItemId: string | null
  title: string
  /** Minor units, like every amount in code. */
  price: number
  /** Left out by releases that sold by the piece alone. */
  saleUnit?: SaleUnit
  /** Pieces or grams. */
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
