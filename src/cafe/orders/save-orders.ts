import type { CafeActor } from '../../accounts/actor.ts'
import { allows } from '../../accounts/permissions.ts'
import type { Tx } from '../../db/database.ts'
import { ApiError } from '../../http/errors.ts'
import { pipelined } from '../../db/pipelining.ts'
import type { TableStatus } from '../../db/enums.ts'
import type { Emit } from '../../events/changes.ts'
import { archiveRowOf } from './bill.ts'
import { taskEvent } from '../kitchen/presenter.ts'
import type { TaskView } from '../kitchen/presenter.ts'
import { countPortions } from '../menu/portions-repository.ts'
import { tableStatusChanged } from '../tables/presenter.ts'
import type { TableRow } from '../tables/presenter.ts'
import { requireDebtor } from './debt-rules.ts'
import { givesMoreDiscount, requireDiscountWithinLimit } from './discount-rules.ts'
import { portionsTaken } from './stock-rules.ts'
import { toOrderRead } from './presenter.ts'
import { findDiscountLimits } from './reference-repository.ts'
import type { References } from './references.ts'
import { isUnfinished, setsPrice } from './rules.ts'
import { differenceOf } from './order-state.ts'
import type { Difference, OrderChange, OrderState, TaskRow } from './order-state.ts'
import { writeChanges } from './write-repository.ts'

/**
 * Writes what changed, derives the status of every table touched (their rows must be locked, see `References`),
 * archives the bills of finished orders, counts down portions, and emits events: orders by id, then the kitchen's
 * tasks, then tables, then the stop-list; for a new order the table comes before its tasks. Unchanged rows are not
 * written and emit no events. Every write of an order uses this function, so it checks the rules common to all.
 * @throws ApiError `order_on_debt`, `discount_above_limit`, `permission_denied`
 */
export async function saveOrders(
  tx: Tx,
  emit: Emit,
  actor: CafeActor,
  changes: readonly OrderChange[],
  references: References,
  now: Date,
): Promise<void> {
  for (const change of changes) requireDebtor(change)
  if (!allows(actor, 'orders.service') && setsPrice(changes)) throw new ApiError('permission_denied')
  if (!allows(actor, 'orders.discount_any') && givesMoreDiscount(changes))
    requireDiscountWithinLimit(changes, actor, await findDiscountLimits(tx, actor.scope.companyId))
  const tableChanges = deriveTables(changes, references)
  const difference = differenceOf(changes)
  const archived = changes.flatMap((change) => archiveRowOf(change, references, actor, now) ?? [])
  const written = writeChanges(tx, {
    changes,
    difference,
    archived,
    tables: tableChanges,
    sessionId: actor.sessionId,
    now,
  })
  await pipelined(tx, written)
  const { language } = actor.company
  const settled = withTables(
    references,
    tableChanges.map((table) => ({ ...table, updatedAt: now })),
  )
  const inIdOrder = [...changes].sort((a, b) => (orderIdOf(a) < orderIdOf(b) ? -1 : 1))
  for (const change of inIdOrder) announceOrder(emit, change, settled, language)
  const announceTables = () => {
    for (const { id } of tableChanges) {
      const table = settled.tables.get(id)!
      emit(table.branchId, 'table_status_changed', tableStatusChanged(table, language))
    }
  }
  const isNew = changes.every(({ before }) => !before)
  if (isNew) announceTables()
  announceTasks(emit, inIdOrder, difference.tasks, settled, language)
  if (!isNew) announceTables()
  const { companyId, branchId } = (changes[0]!.after ?? changes[0]!.before)!.order
  const taken = portionsTaken(difference.tasks)
  await countPortions(tx, emit, { companyId, branchId }, taken, references.dishes)
}

const orderIdOf = ({ before, after }: OrderChange): string => (after ?? before)!.order.id

/** The tables whose status changes, with the new status. A table is busy while it has an open order. */
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
    order: toOrderRead(state, references, language),
    company_id: companyId,
    branch_id: branchId,
  })
}

function announceTasks(
  emit: Emit,
  changes: readonly OrderChange[],
  { created, changed, gone }: Difference['tasks'],
  references: References,
  language: Language,
): void {
  const made = new Set(created.map(({ id }) => id))
  const before = new Map(changed.map((task) => [task.after.id, task.before]))
  const left = new Set(gone.map(({ id }) => id))
  for (const change of changes) {
    const state = (change.after ?? change.before)!
    const tell = (task: TaskRow, type: TaskEvent) =>
      emit(task.branchId, type, taskEvent(viewOf(task, state, references), language))
    if (!change.after) {
      for (const task of state.tasks) {
        if (left.has(task.id) && isUnfinished(task))
          tell({ ...task, status: 'cancelled' }, 'kitchen_task_cancelled')
      }
      continue
    }
    for (const task of state.tasks) {
      const old = before.get(task.id)
      if (old) tell(task, eventOf(old, task))
    }
    for (const task of state.tasks) if (made.has(task.id)) tell(task, 'kitchen_task_created')
  }
}

type TaskEvent = 'kitchen_task_created' | 'kitchen_task_updated' | 'kitchen_task_cancelled'

/** A task of a reopened order is new to screens that removed it when it was cancelled. */
function eventOf(before: TaskRow, after: TaskRow): TaskEvent {
  if (before.status === 'cancelled' && after.status !== 'cancelled') return 'kitchen_task_created'
  const isCancelled = after.status === 'cancelled' && before.status !== 'cancelled'
  return isCancelled ? 'kitchen_task_cancelled' : 'kitchen_task_updated'
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
