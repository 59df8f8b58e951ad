import { and, desc, eq, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { auditLog, users } from '../../db/schema/index.ts'
import { sliceOf } from '../../http/pagination.ts'
import { writtenIn } from '../business-day-sql.ts'
import { spanOf } from '../../http/time-range.ts'
import { within } from '../scope-sql.ts'
import { cursorOf, placeOf } from './cursor.ts'
import { entryOf } from './presenter.ts'
import type { AuditEntry, AuditQuery } from './schema.ts'

/**
 * Entries in the actor's scope, newest first, and the cursor of the next page.
 * @throws FieldError on `cursor` when it is not valid
 */
export async function listAudit(
  tx: Tx,
  scope: Scope,
  query: AuditQuery,
): Promise<{ entries: AuditEntry[]; next: string | null }> {
  const { limit } = sliceOf(query)
  const rows = await tx
    .select({
      entry: auditLog,
      at: sql<string>`to_char(${auditLog.createdAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
      label: sql<string>`coalesce(nullif(trim(concat(${users.firstName}, ' ', ${users.lastName})), ''), ${users.email}, '')`,
    })
    .from(auditLog)
    .leftJoin(users, and(eq(users.companyId, auditLog.companyId), eq(users.id, auditLog.userId)))
    .where(and(within(scope, auditLog), ...filters(scope, query)))
    .orderBy(desc(auditLog.createdAt), desc(auditLog.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const { entry, at } = page.at(-1) ?? {}
  return {
    entries: page.map(({ entry, label }) => entryOf(entry, label)),
    next: rows.length > limit && entry && at ? cursorOf({ at, id: entry.id }) : null,
  }
}

function filters(scope: Scope, query: AuditQuery): (SQL | undefined)[] {
  const { cursor, user, action, resource, resource_id, order } = query
  return [
    cursor === undefined ? undefined : olderThan(cursor),
    user && eq(auditLog.userId, user),
    action && eq(auditLog.action, action),
    resource && eq(auditLog.resource, resource),
    resource_id && eq(auditLog.resourceId, resource_id),
    order && or(eq(auditLog.orderId, order), eq(auditLog.resourceId, order)),
    writtenIn(scope, auditLog.createdAt, spanOf(query, 'at')),
  ].map((filter) => filter || undefined)
}

function olderThan(cursor: string): SQL {
  const { at, id } = placeOf(cursor)
  return sql`(${auditLog.createdAt}, ${auditLog.id}) < (${at}::timestamptz, ${id}::uuid)`
}
