import { and, eq, inArray } from 'drizzle-orm'
import type { CafeActor } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { kitchenTasks, orderItems, orders, tables } from '../../db/schema.ts'
import type { TableStatus } from '../../db/values.ts'
import type { Emit } from '../../events/changes.ts'
import { groupBy } from '../../group-by.ts'
import { taskEvent } from '../kitchen/read-form.ts'
import type { TaskView } from '../kitchen/read-form.ts'
import { tableStatusChanged } from '../tables/read-form.ts'
import { readFormOf } from './read-form.ts'
import type { References, TableRow } from './references.ts'
import type { OrderState, TaskRow } from './state.ts'

/** Orders before and after a change; one without a before is new, one without an after is deleted. */
export interface OrderChange {
  readonly before?: OrderState
  readonly after?: OrderState
}

/**
 * Writes what changed, derives the status of every table touched (their rows must be locked, see `References`), and
 * announces it: orders by id, then the kitchen's tasks, then tables; for a new order the table comes before its tasks.
 * What did not change is neither written nor announced.
 */
export async function saveOrders(
  tx: Tx,
  emit: Emit,
  actor: CafeActor,
  changes: readonly OrderChange[],
  references: References,
  now: Date,
): Promise<void> {
  const tableChanges = deriveTables(changes, references)
  await Promise.all([
    ...changes.flatMap((change) => writeOrder(tx, change)),
    ...tableChanges.map((table) =>
      tx
        .update(tables)
        .set({ status: table.status, updatedAt: now })
        .where(and(eq(tables.companyId, table.companyId), eq(tables.id, table.id))),
    ),
  ])
  const { language } = actor.company
  const settled = withTables(
    references,
    tableChanges.map((table) => ({ ...table, updatedAt: now })),
  )
  const inIdOrder = [...changes].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  for (const change of inIdOrder) announceOrder(emit, change, settled, language)
  const announceTables = () => {
    for (const { id } of tableChanges) {
      const table = settled.tables.get(id)!
      emit(table.branchId, 'table_status_changed', tableStatusChanged(table, language))
    }
  }
  const isNew = changes.every(({ before }) => !before)
  if (isNew) announceTables()
  for (const change of inIdOrder) announceTasks(emit, change, settled, language)
  if (!isNew) announceTables()
}

const idOf = ({ before, after }: OrderChange): string => (after ?? before)!.order.id

function* writeOrder(tx: Tx, { before, after }: OrderChange): Generator<Promise<unknown>> {
  const { companyId, id } = (after ?? before)!.order
  const here = and(eq(orders.companyId, companyId), eq(orders.id, id))
  if (!after) {
    yield tx.delete(orders).where(here).execute()
    return
  }
  if (!before) yield tx.insert(orders).values(after.order).execute()
  else if (after.order !== before.order) yield tx.update(orders).set(after.order).where(here).execute()

  const oldItems = new Map(before?.items.map((item) => [item.id, item]))
  const newItems = after.items.filter((item) => !oldItems.has(item.id))
  if (newItems.length > 0)
    yield tx
      .insert(orderItems)
      .values([...newItems])
      .execute()
  for (const item of after.items) {
    const old = oldItems.get(item.id)
    if (!old || old === item) continue
    const { quantity, note, removedAt, updatedAt } = item
    yield tx
      .update(orderItems)
      .set({ quantity, note, removedAt, updatedAt })
      .where(and(eq(orderItems.companyId, companyId), eq(orderItems.id, item.id)))
      .execute()
  }
  const { created, changed } = taskDifference(before, after)
  if (created.length > 0) yield tx.insert(kitchenTasks).values(created).execute()
  // tasks that get the same new values share a statement
  for (const alike of groupBy(changed, ({ status, version }) => `${status} ${version}`).values()) {
    const { status, version, updatedAt } = alike[0]!
    const ids = alike.map((task) => task.id)
    yield tx
      .update(kitchenTasks)
      .set({ status, version, updatedAt })
      .where(and(eq(kitchenTasks.companyId, companyId), inArray(kitchenTasks.id, ids)))
      .execute()
  }
}

function taskDifference(before: OrderState | undefined, after: OrderState | undefined) {
  const old = new Map(before?.tasks.map((task) => [task.id, task]))
  const tasks = after?.tasks ?? []
  return {
    created: tasks.filter((task) => !old.has(task.id)),
    changed: tasks.filter((task) => old.has(task.id) && old.get(task.id) !== task),
  }
}

/** A table is busy while an open order sits there; the tables whose status that changes, with the new one. */
function deriveTables(changes: readonly OrderChange[], { tables: rows, openOrders }: References): TableRow[] {
  const open = new Map<string, Set<string>>()
  const at = (tableId: string) => {
    const orders = open.get(tableId) ?? new Set(openOrders.get(tableId))
    open.set(tableId, orders)
    return orders
  }
  for (const { before } of changes)
    if (before?.order.tableId) at(before.order.tableId).delete(before.order.id)
  for (const { after } of changes) {
    const { tableId, status, id } = after?.order ?? {}
    if (tableId && status === 'open') at(tableId).add(id!)
    else if (tableId) at(tableId)
  }
  const changed: TableRow[] = []
  for (const [tableId, orders] of open) {
    const table = rows.get(tableId)
    const status: TableStatus = orders.size > 0 ? 'busy' : 'free'
    if (table && table.status !== status) changed.push({ ...table, status })
  }
  return changed
}

const withTables = (references: References, changed: readonly TableRow[]): References => ({
  ...references,
  tables: new Map([...references.tables, ...changed.map((table) => [table.id, table] as const)]),
})

type Language = CafeActor['company']['language']

function announceOrder(
  emit: Emit,
  { before, after }: OrderChange,
  references: References,
  language: Language,
): void {
  if (before && after && before.order === after.order) return
  const state = (after ?? before)!
  const { companyId, branchId } = state.order
  const type = !after ? 'order_deleted' : before ? 'order_updated' : 'order_created'
  emit(branchId, type, {
    order: readFormOf(state, references, language),
    company_id: companyId,
    branch_id: branchId,
  })
}

function announceTasks(emit: Emit, change: OrderChange, references: References, language: Language): void {
  const { before, after } = change
  const { created, changed } = taskDifference(before, after)
  const tell = (
    task: TaskRow,
    type: 'kitchen_task_created' | 'kitchen_task_updated' | 'kitchen_task_cancelled',
  ) => emit(task.branchId, type, taskEvent(viewOf(task, (after ?? before)!, references), language))
  if (!after) {
    for (const task of before!.tasks) {
      if (task.status === 'pending' || task.status === 'in_progress')
        tell({ ...task, status: 'cancelled' }, 'kitchen_task_cancelled')
    }
    return
  }
  for (const task of changed) {
    tell(task, task.status === 'cancelled' ? 'kitchen_task_cancelled' : 'kitchen_task_updated')
  }
  for (const task of created) tell(task, 'kitchen_task_created')
}

function viewOf(task: TaskRow, { order, items }: OrderState, references: References): TaskView {
  const { tables: rows, clientNames, people } = references
  return {
    task,
    order,
    item: items.find((item) => item.id === task.orderItemId)!,
    tableNumber: (order.tableId && rows.get(order.tableId)?.number) || null,
    guest: (order.clientId && clientNames.get(order.clientId)) || '',
    waiterLabel: (order.waiterId && people.get(order.waiterId)?.label) || '',
    cookLabel: (task.cookId && people.get(task.cookId)?.label) || '',
  }
}
