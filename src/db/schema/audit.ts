import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { companyId } from '../columns.ts'
import { auditActions, auditResources } from '../enums.ts'
import { ofCompany } from './table-helpers.ts'

/**
 * Who changed what, when and from where. The trigger `audit_change` of audited tables writes it in the transaction of the
 * change. PostgreSQL refuses to change entries, and to remove those younger than 30 days. It has no references, because
 * entries are kept when their objects are deleted.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    id: uuid('id').notNull().defaultRandom(),
    companyId: companyId(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 6, mode: 'date' })
      .notNull()
      .default(sql`clock_timestamp()`),
    /** Null for the service itself, and for changes made directly in the database. */
    userId: uuid('user_id'),
    branchId: uuid('branch_id'),
    action: text('action', { enum: auditActions }).notNull(),
    resource: text('resource', { enum: auditResources }).notNull(),
    resourceId: uuid('resource_id').notNull(),
    /** The order that a line, payment or refund belongs to. */
    orderId: uuid('order_id'),
    /** The changed columns, before and after; for new and deleted rows all columns. Never a secret. */
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
