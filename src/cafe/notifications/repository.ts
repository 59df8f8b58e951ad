import { and, eq, inArray, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { folded, orderingOf, searchIn } from '../../db/list-query-sql.ts'
import { notifications } from '../../db/schema/index.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed, ListQuery } from '../../http/pagination.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { writtenIn } from '../business-day-sql.ts'
import { spanOf } from '../../http/time-range.ts'
import { within } from '../scope-sql.ts'
import { toNotification } from './presenter.ts'
import type { NotificationRow } from './presenter.ts'
import type { NotificationFilters, NotificationRead } from './schema.ts'

const orderings = {
  created_at: notifications.createdAt,
  updated_at: notifications.updatedAt,
  is_read: notifications.isRead,
}

/** A page of the actor's notifications, newest first. */
export async function listNotifications(
  tx: Tx,
  actor: CafeActor,
  query: ListQuery & NotificationFilters,
): Promise<Listed<NotificationRead>> {
  const where = and(
    ownBy(actor),
    query.is_read === undefined ? undefined : eq(notifications.isRead, query.is_read),
    writtenIn(actor.scope, notifications.createdAt, spanOf(query)),
    searchIn(query.search, [
      folded(sql`${notifications.payload}->>'menu_item'`),
      sql`${notifications.payload}->>'table'`,
      sql`${notifications.payload}->>'order_number'`,
    ]),
  )
  const { limit, offset } = sliceOf(query)
  const [rows, count] = await Promise.all([
    tx
      .select()
      .from(notifications)
      .where(where)
      .orderBy(...orderingOf(query.ordering, orderings, '-created_at', notifications.id))
      .limit(limit)
      .offset(offset),
    tx.$count(notifications, where),
  ])
  return { count, rows: rows.map((row) => toNotification(row, actor.language)) }
}

/** Number of the actor's unread notifications. */
export const countUnread = (tx: Tx, actor: CafeActor): Promise<number> =>
  tx.$count(notifications, and(ownBy(actor), eq(notifications.isRead, false)))

/** One of the actor's notifications, or null. */
export async function findNotification(
  tx: Tx,
  actor: CafeActor,
  id: string,
): Promise<NotificationRead | null> {
  const [row] = await tx
    .select()
    .from(notifications)
    .where(and(ownBy(actor), eq(notifications.id, id)))
  return row ? toNotification(row, actor.language) : null
}

/** Marks all or some of the actor's notifications as read. Returns those that were unread. */
export async function markRead(
  tx: Tx,
  actor: CafeActor,
  ids: readonly string[] | undefined,
  now: Date,
): Promise<Pick<NotificationRow, 'id' | 'branchId'>[]> {
  return tx
    .update(notifications)
    .set({ isRead: true, updatedAt: now })
    .where(and(ownBy(actor), eq(notifications.isRead, false), ids && inArray(notifications.id, [...ids])))
    .returning({ id: notifications.id, branchId: notifications.branchId })
}

/** The ids among these that are the actor's. */
export async function knownOf(tx: Tx, actor: CafeActor, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(ownBy(actor), inArray(notifications.id, [...ids])))
  return new Set(rows.map(({ id }) => id))
}

/** Creates notifications in the transaction of the change. */
export async function addNotifications(tx: Tx, rows: NotificationRow[]): Promise<void> {
  if (rows.length > 0) await tx.insert(notifications).values(rows)
}

/**
 * Deletes the unread notification of a dish that was ready and is recalled.
 * @returns its user, and that user's unread count
 */
export async function withdrawReady(
  tx: Tx,
  companyId: string,
  taskId: string,
  readyAt: Date,
): Promise<{ id: string; userId: string; unread: number }[]> {
  const withdrawn = await tx
    .delete(notifications)
    .where(
      and(
        eq(notifications.companyId, companyId),
        eq(notifications.createdAt, readyAt),
        eq(notifications.isRead, false),
        sql`${notifications.payload}->>'task_id' = ${taskId}`,
      ),
    )
    .returning({ id: notifications.id, userId: notifications.userId })
  return Promise.all(
    withdrawn.map(async (gone) => ({ ...gone, unread: await unreadOf(tx, companyId, gone.userId) })),
  )
}

const unreadOf = (tx: Tx, companyId: string, userId: string): Promise<number> =>
  tx.$count(
    notifications,
    and(
      eq(notifications.companyId, companyId),
      eq(notifications.userId, userId),
      eq(notifications.isRead, false),
    ),
  )

/** A user's own notifications only, whatever the role. */
const ownBy = ({ scope, userId }: CafeActor): SQL =>
  and(within(scope, notifications), eq(notifications.userId, userId))!
