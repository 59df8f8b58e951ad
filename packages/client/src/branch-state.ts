import type { Shape } from './cafe-types.ts'
import type { CafeEvent } from './messages.ts'

export type Zone = Shape<'ZoneRead'>
export type Table = Shape<'TableRead'>
export type Order = Shape<'OrderRead'>
export type Task = Shape<'TaskRead'>

/** What the screens of a branch show, by id. A changed map, and a changed object in it, is another one. */
export interface BranchState {
  readonly zones: ReadonlyMap<string, Zone>
  readonly tables: ReadonlyMap<string, Table>
  /** Open ones. */
  readonly orders: ReadonlyMap<string, Order>
  /** Unfinished ones: pending and in progress. */
  readonly tasks: ReadonlyMap<string, Task>
}

export const emptyState: BranchState = {
  zones: new Map(),
  tables: new Map(),
  orders: new Map(),
  tasks: new Map(),
}

export const stateOf = ({ zones, tables, orders, tasks }: Shape<'Snapshot'>): BranchState => ({
  zones: byId(zones),
  tables: byId(tables),
  orders: byId(orders),
  tasks: byId(tasks),
})

/** The state after an event. Events that show nothing of it change nothing. */
export function afterEvent(state: BranchState, event: CafeEvent): BranchState {
  switch (event.type) {
    case 'order_created':
    case 'order_updated':
      return withOrder(state, event.data.order)
    case 'order_deleted':
      return { ...state, orders: without(state.orders, event.data.order.id) }
    case 'table_created':
    case 'table_updated':
    case 'table_status_changed':
      return { ...state, tables: having(state.tables, event.data.table) }
    case 'table_deleted':
      return { ...state, tables: without(state.tables, event.data.table.id) }
    case 'kitchen_task_created':
    case 'kitchen_task_updated':
    case 'kitchen_task_cancelled':
    case 'kitchen_task_ready':
      return withTask(countedIn(state, event), event.data.task)
    default:
      return state
  }
}

export const withOrder = (state: BranchState, order: Order): BranchState => ({
  ...state,
  orders: order.status === 'open' ? having(state.orders, order) : without(state.orders, order.id),
})

export const withTask = (state: BranchState, task: Task): BranchState => ({
  ...state,
  tasks: isUnfinished(task) ? having(state.tasks, task) : without(state.tasks, task.id),
})

const isUnfinished = ({ status }: Task) => status === 'pending' || status === 'in_progress'

type TaskEvent = Extract<CafeEvent, { data: { task: unknown } }>

/**
 * Lines of an order count their tasks by status. A change of the order brings the counts with it; the kitchen's own steps, which
 * change the status of a task alone, are counted here.
 */
function countedIn(state: BranchState, { type, data: { task } }: TaskEvent): BranchState {
  const order = state.orders.get(task.order)
  if (!order || type === 'kitchen_task_created' || type === 'kitchen_task_cancelled') return state
  const known = state.tasks.get(task.id)
  // of the finished ones only a ready one is taken back
  const before = known?.status ?? (isUnfinished(task) ? 'ready' : task.status)
  if (before === task.status) return state
  const items = order.items.map((item) => {
    if (item.id !== task.order_item) return item
    const { [before]: left, [task.status]: joined } = item.tasks
    return { ...item, tasks: { ...item.tasks, [before]: left - 1, [task.status]: joined + 1 } }
  })
  return { ...state, orders: having(state.orders, { ...order, items }) }
}

type Row = { readonly id: string }

const byId = <R extends Row>(rows: readonly R[]): ReadonlyMap<string, R> =>
  new Map(rows.map((row) => [row.id, row]))

const having = <R extends Row>(rows: ReadonlyMap<string, R>, row: R): ReadonlyMap<string, R> =>
  new Map(rows).set(row.id, row)

function without<R extends Row>(rows: ReadonlyMap<string, R>, id: string): ReadonlyMap<string, R> {
  if (!rows.has(id)) return rows
  const rest = new Map(rows)
  rest.delete(id)
  return rest
}
