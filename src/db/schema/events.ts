import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyId, instant } from '../columns.ts'
import { companies } from './accounts.ts'
import { ofCompany } from './table-helpers.ts'

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

/** The log: append-only, numbered 1…head per stream without gaps, written in the transaction of the change. */
export const events = pgTable(
  'events',
  {
    companyId: companyId(),
    streamId: uuid('stream_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    id: uuid('id').notNull(),
    type: text('type').notNull(),
    /** Bit mask of the groups that receive it, see the catalogue. */
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

/** One row: the epoch. Positions of another epoch are invalid. */
export const epoch = pgTable(
  'epoch',
  {
    one: boolean('one').primaryKey().default(true),
    epoch: text('epoch').notNull(),
  },
  (t) => [check('epoch_one_check', sql`${t.one}`)],
)
