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
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyId, createdAt, id, instant, money, updatedAt } from '../columns.ts'
import { notificationTypes, orderStatuses, paymentMethods, saleUnits, taskStatuses } from '../enums.ts'
import { branches, companies, users } from './accounts.ts'
import { tables } from './floor.ts'
import { clients } from './guests.ts'
import { kitchens, menuItems } from './menu.ts'
import { ofCompany, oneOf, within } from './table-helpers.ts'

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
    /** Null on a line of a service, whose title and price somebody chose. */
    menuItemId: uuid('menu_item_id'),
    /** Title, price and unit of the moment of ordering: a later change of the menu alters no line. */
    title: text('title').notNull(),
    price: money('price').notNull(),
    saleUnit: text('sale_unit', { enum: saleUnits }).notNull().default('pcs'),
    /** Pieces, or grams of what is sold by weight. */
    quantity: integer('quantity').notNull(),
    note: text('note').notNull().default(''),
    /** Place in the order, from 1. */
    position: integer('position').notNull(),
    /** Set when the line was taken off the order; it stays for the tasks that were cooked for it. */
    removedAt: instant('removed_at'),
    /** Why the guest or the kitchen refused it; may be empty. Null on a line that was not refused. */
    rejectionReason: text('rejection_reason'),
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
    check(
      'order_items_quantity_check',
      sql`${t.quantity} between 1 and case ${t.saleUnit} when 'pcs' then 999 else 999999 end`,
    ),
    check('order_items_sale_unit_check', oneOf(t.saleUnit, saleUnits)),
    check('order_items_price_check', sql`${t.price} >= 0`),
    check('order_items_rejection_check', sql`${t.rejectionReason} is null or ${t.removedAt} is not null`),
  ],
)

/** One task per piece of each order line of a dish, one for what is weighed. */
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

/** Notifications of one user. Written in the transaction of the change, removed when they are old. */
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
