import { and, eq, gte, inArray, isNotNull, isNull, lt, lte, ne, or } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Static, TObject } from 'typebox'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { folded, orderingOf, searchIn } from '../../db/list-query-sql.ts'
import { orderArchive } from '../../db/schema/index.ts'
import { paymentMethods } from '../../db/enums.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed, ListQuery } from '../../http/pagination.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { choicesOf } from '../../http/choice-filter.ts'
import { spanOf } from '../../http/time-range.ts'
import { within } from '../scope-sql.ts'
import { unitsRefunded } from '../orders/refunds-repository.ts'
import { toArchivedOrder } from './presenter.ts'
import type { ArchivedOrder, archiveFilters } from './schema.ts'

export type ArchiveQuery = ListQuery & Static<TObject<typeof archiveFilters>>

/** The bills of the history: finished or deleted orders, not reopened or merged ones. */
export const isHistory = (scope: Scope): SQL =>
  and(
    within(scope, orderArchive),
    isNull(orderArchive.mergedInto),
    or(ne(orderArchive.status, 'open'), isNotNull(orderArchive.deletedAt)),
  )!

const orderings = {
  created_at: orderArchive.createdAt,
  updated_at: orderArchive.updatedAt,
  closed_at: orderArchive.closedAt,
  archived_at: orderArchive.archivedAt,
  guests: orderArchive.guests,
  total_amount: orderArchive.totalAmount,
  number: orderArchive.number,
}

/** A page of bills, newest first. Reads the archive only. */
export async function listArchive(
  tx: Tx,
  actor: CafeActor,
  query: ArchiveQuery,
): Promise<Listed<ArchivedOrder>> {
  const where = and(isHistory(actor.scope), ...filters(query))
  const { limit, offset } = sliceOf(query)
  const [rows, count] = await Promise.all([
    tx
      .select()
      .from(orderArchive)
      .where(where)
      .orderBy(...orderingOf(query.ordering, orderings, '-created_at', orderArchive.id))
      .limit(limit)
      .offset(offset),
    tx.$count(orderArchive, where),
  ])
  const refunded = await unitsRefunded(tx, actor.scope.companyId, rows)
  return { count, rows: rows.map((row) => toArchivedOrder(row, refunded, actor.language)) }
}

function filters(query: ArchiveQuery): (SQL | undefined)[] {
  const { firstDay, lastDay, from, before } = spanOf(query, 'created_at')
  const { status, table, waiter, client, is_paid, number, payment_method } = query
  const methods = payment_method && choicesOf('payment_method', [payment_method], paymentMethods)
  return [
    status && eq(orderArchive.status, status),
    table && eq(orderArchive.tableId, table),
    waiter && eq(orderArchive.waiterId, waiter),
    client && eq(orderArchive.clientId, client),
    is_paid === undefined ? undefined : eq(orderArchive.isPaid, is_paid),
    number === undefined ? undefined : eq(orderArchive.number, number),
    methods && inArray(orderArchive.paymentMethod, methods),
    firstDay && gte(orderArchive.businessDay, firstDay),
    lastDay && lte(orderArchive.businessDay, lastDay),
    from && gte(orderArchive.createdAt, from),
    before && lt(orderArchive.createdAt, before),
    searchIn(query.search, [
      orderArchive.number,
      orderArchive.tableNumber,
      folded(orderArchive.clientName),
      folded(orderArchive.waiterLabel),
    ]),
  ].map((filter) => filter || undefined)
}
