import { and, count, eq, inArray, isNull } from 'drizzle-orm'
import type { Static, TObject } from 'typebox'
import type { Tx } from '../../../db/database.ts'
import { kitchenTasks, orderItems, orders } from '../../../db/schema/index.ts'
import { folded, orderingOf, searchIn } from '../../../db/list-query-sql.ts'
import { sliceOf } from '../../../http/pagination.ts'
import type { Listed, ListQuery } from '../../../http/pagination.ts'
import type { CafeActor } from '../../../accounts/actor.ts'
import { unitsRefunded } from '../refunds-repository.ts'
import { countTasks, toOrderItem } from '../presenter.ts'
import { within } from '../../scope-sql.ts'
import type { LineRead, lineFilters } from './schema.ts'

export type LineQuery = ListQuery & Static<TObject<typeof lineFilters>>

const orderings = { created_at: orderItems.createdAt, quantity: orderItems.quantity, price: orderItems.price }

/** A page of order lines, newest first, without removed lines. */
export async function listLines(tx: Tx, actor: CafeActor, query: LineQuery): Promise<Listed<LineRead>> {
  const where = and(
    within(actor.scope, orders),
    isNull(orderItems.removedAt),
    query.order ? eq(orderItems.orderId, query.order) : undefined,
    query.menu_item ? eq(orderItems.menuItemId, query.menu_item) : undefined,
    searchIn(query.search, [folded(orderItems.title), folded(orderItems.note)]),
  )
  const { limit, offset } = sliceOf(query)
  const [rows, [total]] = await Promise.all([
    selectLines(tx)
      .where(where)
      .orderBy(...orderingOf(query.ordering, orderings, '-created_at', orderItems.id))
      .limit(limit)
      .offset(offset),
    tx.select({ count: count() }).from(orderItems).innerJoin(orders, ofOrder).where(where),
  ])
  return { count: total!.count, rows: await toLines(tx, actor, rows) }
}

/**
 * One line, or null when the actor's scope has none of this id.
 * @param among `live` without removed lines
 */
export async function findLine(
  tx: Tx,
  actor: CafeActor,
  id: string,
  among: 'live' | 'all' = 'live',
): Promise<LineRead | null> {
  const isThere = among === 'live' ? isNull(orderItems.removedAt) : undefined
  const rows = await selectLines(tx).where(and(within(actor.scope, orders), isThere, eq(orderItems.id, id)))
  const [form] = await toLines(tx, actor, rows)
  return form ?? null
}

const ofOrder = and(eq(orders.companyId, orderItems.companyId), eq(orders.id, orderItems.orderId))

const selectLines = (tx: Tx) =>
  tx
    .select({
      item: orderItems,
      order: {
        id: orders.id,
        branchId: orders.branchId,
        paidAmount: orders.paidAmount,
        refundedAmount: orders.refundedAmount,
      },
    })
    .from(orderItems)
    .innerJoin(orders, ofOrder)
    .$dynamic()

type LineRow = Awaited<ReturnType<typeof selectLines>>[number]

async function toLines(tx: Tx, { scope }: CafeActor, rows: LineRow[]): Promise<LineRead[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ item }) => item.id)
  const [tasks, refunded] = await Promise.all([
    tx
      .select({ orderItemId: kitchenTasks.orderItemId, status: kitchenTasks.status, count: count() })
      .from(kitchenTasks)
      .where(and(eq(kitchenTasks.companyId, scope.companyId), inArray(kitchenTasks.orderItemId, ids)))
      .groupBy(kitchenTasks.orderItemId, kitchenTasks.status),
    unitsRefunded(
      tx,
      scope.companyId,
      rows.map(({ order }) => order),
    ),
  ])
  const counts = countTasks(tasks)
  return rows.map(({ item, order }) => ({
    ...toOrderItem(item, order, refunded, counts.get(item.id)),
    order: item.orderId,
    company: item.companyId,
    branch: order.branchId,
    created_at: item.createdAt.toISOString(),
    updated_at: item.updatedAt.toISOString(),
    is_rejected: item.rejectionReason !== null,
    rejection_reason: item.rejectionReason ?? '',
  }))
}
