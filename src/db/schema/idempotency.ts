import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyId, createdAt } from '../columns.ts'
import { companies, users } from './accounts.ts'
import { ofCompany, within } from './table-helpers.ts'

/** Answers to requests with an Idempotency-Key, written in the transaction of the change. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    companyId: companyId(),
    userId: uuid('user_id').notNull(),
    /** Path with its ids: one key may serve two routes. */
    route: text('route').notNull(),
    key: text('key').notNull(),
    /** Digest of query and body, to detect a key reused for a different request. */
    fingerprint: text('fingerprint').notNull(),
    /** Status of the answer; null only inside the transaction that writes it. */
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
      .$type<Record<string, [subject: string, quantity: number, note: string]>>()
      .notNull(),
  },
  (t) => [...ofCompany(t.companyId), primaryKey({ columns: [t.companyId, t.orderId, t.sessionId] })],
)
