import { and, asc, count, eq, gte, inArray, lt, lte, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import { rowsOf } from '../../db/database.ts'
import type { Tx } from '../../db/database.ts'
import {
  clients,
  kitchenTasks,
  orderArchive,
  orderItems,
  orders,
  tables,
  users,
} from '../../db/schema/index.ts'
import { orderStatuses } from '../../db/enums.ts'
import { groupBy } from '../../lib/group-by.ts'
import { everyWord, folded, orderingOf } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed, ListQuery, Slice } from '../../http/pagination.ts'
import { spanOf } from '../../http/time-range.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { businessDayAt } from '../business-day-sql.ts'
import { choicesOf } from '../../http/choice-filter.ts'
import { closedBranch, refuseClosedBranch } from '../closed-branch-sql.ts'
import { within } from '../scope-sql.ts'
import { unitsRefunded } from './refunds-repository.ts'
import { countTasks, toOrder } from './presenter.ts'
import { loadReferences } from './reference-repository.ts'
import type { OrderRead, orderFilters } from './schema.ts'
import type { OrderRow, OrderState } from './order-state.ts'
import type { Static, TObject } from 'typebox'

export type OrderQuery = ListQuery & Static<TObject<typeof orderFilters>>

/**
 * Locks orders with their lines and tasks until the end of the transaction, in id order. Orders outside the actor's
 * scope are missing.
 */
export async function lockOrders(tx: Tx, scope: Scope, ids: readonly string[]): Promise<OrderState[]> {
  const { companyId } = scope
  const [orderRows, itemRows, taskRows] = await Promise.all([
    tx
      .select()
      .from(orders)
      .where(and(within(scope, orders), inArray(orders.id, [...ids])))
      .orderBy(asc(orders.id))
      .for('update'),
    tx
      .select()
      .from(orderItems)
      .where(and(eq(orderItems.companyId, companyId), inArray(orderItems.orderId, [...ids])))
      .orderBy(asc(orderItems.position)),
    tx
      .select()
      .from(kitchenTasks)
      .where(and(eq(kitchenTasks.companyId, companyId), inArray(kitchenTasks.orderId, [...ids])))
      .orderBy(asc(kitchenTasks.id))
      .for('update'),
  ])
  // after the locks, because a refund may have been what they waited for
  const refunded = await unitsRefunded(tx, companyId, orderRows)
  return orderRows.map((order) => ({
    order,
    items: itemRows.filter((item) => item.orderId === order.id),
    tasks: taskRows.filter((task) => task.orderId === order.id),
    refunded,
  }))
}

/** First part of the advisory locks on order ids that clients choose; the second is a hash of the id. */
const orderIdLock = 7_206_117

/**
 * Whether the company has or had an order with this id. Locks the id until the end of the transaction: of two
 * requests at once, the second finds the order of the first.
 */
export async function isOrderIdTaken(tx: Tx, companyId: string, id: string): Promise<boolean> {
  const lock = sql`select pg_advisory_xact_lock(${orderIdLock}::int, hashtext(${companyId} || ${id}))`
  const [, rows] = await Promise.all([
    rowsOf(tx, lock),
    rowsOf<{ taken: boolean }>(
      tx,
      sql`
        select exists (select 1 from ${orders} o where o.company_id = ${companyId}::uuid and o.id = ${id}::uuid)
          or exists (select 1 from ${orderArchive} a where a.company_id = ${companyId}::uuid and a.id = ${id}::uuid)
          as taken`,
    ),
  ])
  return rows[0]!.taken
}

/** Hash of the request that created an order; null without a client's id. */
export async function findTakenWith(tx: Tx, companyId: string, id: string): Promise<string | null> {
  const [row] = await tx
    .select({ takenWith: orders.takenWith })
    .from(orders)
    .where(and(eq(orders.companyId, companyId), eq(orders.id, id)))
  return row?.takenWith ?? null
}

/**
 * The next order number of a branch and its business day, in the branch's own time zone. The counter's row stays
 * locked until commit, so numbers have no gaps and no duplicates. Every new order takes one.
 * @throws ApiError `branch_closed`
 */
export async function takeOrderNumber(
  tx: Tx,
  companyId: string,
  branchId: string | null,
  now: Date,
): Promise<{ number: number; businessDay: string }> {
  const [row] = await rowsOf<{ last: number; business_day: string; closed: string | null }>(
    tx,
    sql`
      insert into order_numbers as n (company_id, branch_id, business_day, last)
      select c.id, b.id, ${businessDayAt(now)}, 1
      from companies c left join branches b on b.company_id = c.id and b.id = ${branchId}::uuid
      where c.id = ${companyId}::uuid
      on conflict (company_id, branch_id, business_day) do update set last = n.last + 1
      returning n.last, n.business_day::text as business_day, ${closedBranch(sql`n.company_id`, sql`n.branch_id`)} as closed`,
  )
  refuseClosedBranch(row!.closed)
  return { number: row!.last, businessDay: row!.business_day }
}

const orderings = {
  created_at: orders.createdAt,
  updated_at: orders.updatedAt,
  guests: orders.guests,
  total_amount: orders.totalAmount,
  number: orders.number,
}

/** A page of orders in a constant number of statements. */
export async function listOrders(
  tx: Tx,
  actor: CafeActor,
  query: OrderQuery,
  { limit, offset }: Slice = sliceOf(query),
): Promise<Listed<OrderRead>> {
  const where = and(within(actor.scope, orders), ...filters(query), searched(query.search))
  const [rows, total] = await Promise.all([
    tx
      .select()
      .from(orders)
      .where(where)
      .orderBy(...orderingOf(query.ordering, orderings, '-created_at', orders.id))
      .limit(limit)
      .offset(offset),
    tx.$count(orders, where),
  ])
  return { count: total, rows: await toOrders(tx, actor, rows) }
}

/** One order, or null when the actor's scope has none of this id. */
export async function findOrder(tx: Tx, actor: CafeActor, id: string): Promise<OrderRead | null> {
  const rows = await tx
    .select()
    .from(orders)
    .where(and(within(actor.scope, orders), eq(orders.id, id)))
  const [form] = await toOrders(tx, actor, rows)
  return form ?? null
}

async function toOrders(tx: Tx, { scope, language }: CafeActor, rows: OrderRow[]): Promise<OrderRead[]> {
  if (rows.length === 0) return []
  const { companyId } = scope
  const ids = rows.map((row) => row.id)
  const [items, taskCounts, refunded, references] = await Promise.all([
    tx
      .select()
      .from(orderItems)
      .where(and(eq(orderItems.companyId, companyId), inArray(orderItems.orderId, ids)))
      .orderBy(asc(orderItems.position)),
    tx
      .select({ orderItemId: kitchenTasks.orderItemId, status: kitchenTasks.status, count: count() })
      .from(kitchenTasks)
      .where(and(eq(kitchenTasks.companyId, companyId), inArray(kitchenTasks.orderId, ids)))
      .groupBy(kitchenTasks.orderItemId, kitchenTasks.status),
    unitsRefunded(tx, companyId, rows),
    loadReferences(tx, scope, {
      tableIds: rows.map((row) => row.tableId),
      clientIds: rows.map((row) => row.clientId),
      userIds: rows.map((row) => row.waiterId),
    }),
  ])
  const counts = countTasks(taskCounts)
  const itemsOf = groupBy(items, (item) => item.orderId)
  return rows.map((order) =>
    toOrder({ order, items: itemsOf.get(order.id) ?? [], refunded }, counts, references, language),
  )
}

function filters(query: OrderQuery): (SQL | undefined)[] {
  const { firstDay, lastDay, from, before } = spanOf(query, 'created_at')
  return [
    query.status && eq(orders.status, query.status),
    query.status__in && inArray(orders.status, choicesOf('status__in', query.status__in, orderStatuses)),
    query.table && eq(orders.tableId, query.table),
    query.waiter && eq(orders.waiterId, query.waiter),
    query.client && eq(orders.clientId, query.client),
    query.guests === undefined ? undefined : eq(orders.guests, query.guests),
    query.is_paid === undefined ? undefined : eq(orders.isPaid, query.is_paid),
    query.number === undefined ? undefined : eq(orders.number, query.number),
    firstDay && gte(orders.businessDay, firstDay),
    lastDay && lte(orders.businessDay, lastDay),
    from && gte(orders.createdAt, from),
    before && lt(orders.createdAt, before),
  ].map((filter) => filter || undefined)
}

/** Finds orders by table number, client's name or phone, waiter's name, or order number. */
function searched(search: string | undefined): SQL | undefined {
  const company = orders.companyId
  const waiter = folded(sql`${users.firstName} || ' ' || ${users.lastName}`)
  return everyWord(
    search,
    (holds) => sql`(${holds(orders.number)}
    or exists (select 1 from ${tables} where ${tables.companyId} = ${company} and ${tables.id} = ${orders.tableId}
      and ${holds(tables.number)})
    or exists (select 1 from ${clients} where ${clients.companyId} = ${company} and ${clients.id} = ${orders.clientId}
      and (${holds(clients.folded)} or ${holds(clients.phone)}))
    or exists (select 1 from ${users} where ${users.companyId} = ${company} and ${users.id} = ${orders.waiterId}
      and ${holds(waiter)}))`,
  )
}
