import { and, asc, count, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Static, TObject } from 'typebox'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { clients, kitchenTasks, orderItems, orders, tables, users } from '../../db/schema/index.ts'
import { taskStatuses } from '../../db/enums.ts'
import type { TaskStatus } from '../../db/enums.ts'
import { groupBy } from '../../lib/group-by.ts'
import { folded, orderingOf, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed, ListQuery, Slice } from '../../http/pagination.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import { choicesOf } from '../../http/choice-filter.ts'
import { ofDays } from './days-sql.ts'
import { labelOf } from '../../accounts/user-label.ts'
import { within } from '../scope-sql.ts'
import { toTask } from './presenter.ts'
import type { TaskView } from './presenter.ts'
import type { TaskRead, taskFilters } from './schema.ts'

export type TaskQuery = ListQuery & Static<TObject<typeof taskFilters>>

const waiters = alias(users, 'waiters')
const cooks = alias(users, 'cooks')

/** The default statuses of the list. */
const unfinished: TaskStatus[] = ['pending', 'in_progress']

const orderings = {
  created_at: kitchenTasks.createdAt,
  updated_at: kitchenTasks.updatedAt,
  started_at: kitchenTasks.startedAt,
  finished_at: kitchenTasks.finishedAt,
  status: kitchenTasks.status,
}

/** A page of the kitchen's tasks, oldest first. */
export async function listTasks(
  tx: Tx,
  actor: CafeActor,
  query: TaskQuery,
  { limit, offset }: Slice = sliceOf(query),
): Promise<Listed<TaskRead>> {
  const where = and(
    within(actor.scope, kitchenTasks),
    query.unacknowledged ? unacknowledged : undefined,
    inArray(kitchenTasks.status, statusesOf(query)),
    ofDays(query),
    query.mine ? eq(kitchenTasks.cookId, actor.userId) : undefined,
    query.cook ? eq(kitchenTasks.cookId, query.cook) : undefined,
    query.waiter ? eq(orders.waiterId, query.waiter) : undefined,
    query.menu_item ? eq(kitchenTasks.menuItemId, query.menu_item) : undefined,
    query.order ? eq(kitchenTasks.orderId, query.order) : undefined,
    query.kitchen ? eq(kitchenTasks.kitchenId, query.kitchen) : undefined,
    searchIn(query.search, [folded(orderItems.title), orders.number, tables.number]),
  )
  const order = orderingOf(query.ordering, orderings, 'created_at', kitchenTasks.id)
  const [views, [total]] = await Promise.all([
    selectViews(tx)
      .where(where)
      .orderBy(...order)
      .limit(limit)
      .offset(offset),
    countViews(tx, where),
  ])
  return { count: total!.count, rows: views.map((row) => toTask(viewOf(row), actor.language)) }
}

/** Cancelled after a cook began it, and not yet acknowledged by the kitchen. */
const unacknowledged = and(
  eq(kitchenTasks.status, 'cancelled'),
  isNotNull(kitchenTasks.startedAt),
  isNull(kitchenTasks.acknowledgedAt),
)

function statusesOf({ status, unacknowledged: isWanted }: TaskQuery): TaskStatus[] {
  if (status) return choicesOf('status', status, taskStatuses)
  return isWanted ? ['cancelled'] : unfinished
}

/** One task, or null when the actor's scope has none of this id. */
export async function findTask(tx: Tx, actor: CafeActor, id: string): Promise<TaskRead | null> {
  const [row] = await selectViews(tx).where(and(within(actor.scope, kitchenTasks), eq(kitchenTasks.id, id)))
  return row ? toTask(viewOf(row), actor.language) : null
}

/**
 * Locks tasks until the end of the transaction, in id order. Tasks outside the actor's scope are missing. One
 * statement locks, the next reads: after a wait the locked row is new, but rows joined in the same statement are old.
 */
export async function lockTasks(tx: Tx, scope: Scope, ids: readonly string[]): Promise<TaskView[]> {
  const wanted = and(within(scope, kitchenTasks), inArray(kitchenTasks.id, [...ids]))
  const [, rows] = await Promise.all([
    tx
      .select({ id: kitchenTasks.id })
      .from(kitchenTasks)
      .where(wanted)
      .orderBy(asc(kitchenTasks.id))
      .for('update'),
    selectViews(tx).where(wanted).orderBy(asc(kitchenTasks.id)),
  ])
  return rows.map(viewOf)
}

/** Writes the progress of tasks. Tasks with the same new values share a statement. */
export async function saveProgress(tx: Tx, tasks: readonly TaskView['task'][]): Promise<void> {
  const alike = groupBy(tasks, ({ status, cookId, startedAt, finishedAt, acknowledgedAt, version }) =>
    [status, cookId, startedAt?.getTime(), finishedAt?.getTime(), acknowledgedAt?.getTime(), version].join(
      ' ',
    ),
  )
  await Promise.all(
    [...alike.values()].map((group) => {
      const { companyId, status, cookId, startedAt, finishedAt, acknowledgedAt, version, updatedAt } =
        group[0]!
      const ids = group.map((task) => task.id)
      return tx
        .update(kitchenTasks)
        .set({ status, cookId, startedAt, finishedAt, acknowledgedAt, version, updatedAt })
        .where(and(eq(kitchenTasks.companyId, companyId), inArray(kitchenTasks.id, ids)))
    }),
  )
}

const columns = {
  task: kitchenTasks,
  order: { number: orders.number, waiterId: orders.waiterId, status: orders.status, note: orders.note },
  item: {
    title: orderItems.title,
    price: orderItems.price,
    saleUnit: orderItems.saleUnit,
    quantity: orderItems.quantity,
    note: orderItems.note,
  },
  tableNumber: tables.number,
  guest: clients.name,
  waiter: { firstName: waiters.firstName, lastName: waiters.lastName, email: waiters.email },
  cook: { firstName: cooks.firstName, lastName: cooks.lastName, email: cooks.email },
}

const ofOrder = and(eq(orders.companyId, kitchenTasks.companyId), eq(orders.id, kitchenTasks.orderId))
const ofItem = and(
  eq(orderItems.companyId, kitchenTasks.companyId),
  eq(orderItems.id, kitchenTasks.orderItemId),
)
const ofTable = and(eq(tables.companyId, orders.companyId), eq(tables.id, orders.tableId))

const selectViews = (tx: Tx) =>
  tx
    .select(columns)
    .from(kitchenTasks)
    .innerJoin(orders, ofOrder)
    .innerJoin(orderItems, ofItem)
    .leftJoin(tables, ofTable)
    .leftJoin(clients, and(eq(clients.companyId, orders.companyId), eq(clients.id, orders.clientId)))
    .leftJoin(waiters, and(eq(waiters.companyId, orders.companyId), eq(waiters.id, orders.waiterId)))
    .leftJoin(cooks, and(eq(cooks.companyId, kitchenTasks.companyId), eq(cooks.id, kitchenTasks.cookId)))
    .$dynamic()

const countViews = (tx: Tx, where: SQL | undefined) =>
  tx
    .select({ count: count() })
    .from(kitchenTasks)
    .innerJoin(orders, ofOrder)
    .innerJoin(orderItems, ofItem)
    .leftJoin(tables, ofTable)
    .where(where)

type ViewRow = Awaited<ReturnType<typeof selectViews>>[number]

const viewOf = ({ waiter, cook, guest, ...view }: ViewRow): TaskView => ({
  ...view,
  guest: guest ?? '',
  waiterLabel: waiter ? labelOf(waiter) : '',
  cookLabel: cook ? labelOf(cook) : '',
})
