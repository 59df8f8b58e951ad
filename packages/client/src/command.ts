import type { BranchState } from './branch-state.ts'
import { withOrder, withTask } from './branch-state.ts'
import type { Method } from './cafe-types.ts'

/** A change that a person made; plain data, so that it can be kept until the network is back. */
export interface Command {
  /** Also its Idempotency-Key, so a POST is carried out once however often it is sent. */
  readonly id: string
  readonly method: Exclude<Method, 'get'>
  readonly path: string
  /** What stands for the names in its path. */
  readonly names: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly version?: number | undefined
  /** In milliseconds since 1970. */
  readonly madeAt: number
  /** The tab or program it was made in. */
  readonly owner: string
}

/** What a screen shows of a command before the service has answered. */
export type Optimistic = (state: BranchState, command: Command) => BranchState

/** Of the commands that this knows; any other shows nothing until its events come. */
export const optimistic: Optimistic = (state, { method, path, names: { id = '' }, body }) => {
  const order = state.orders.get(id)
  const task = state.tasks.get(id)
  switch (`${method} ${path}`) {
    case 'patch /api/cafe/orders/{id}/':
      return order ? withOrder(state, { ...order, ...given(body, ['note', 'guests', 'status']) }) : state
    case 'delete /api/cafe/orders/{id}/':
      return order ? withOrder(state, { ...order, status: 'cancelled' }) : state
    case 'patch /api/cafe/kitchen/tasks/{id}/':
      return task ? withTask(state, { ...task, ...given(body, ['status']) }) : state
    case 'post /api/cafe/kitchen/tasks/{id}/claim/':
      return task ? withTask(state, { ...task, status: 'in_progress' }) : state
    case 'post /api/cafe/kitchen/tasks/{id}/ready/':
      return task ? withTask(state, { ...task, status: 'ready' }) : state
    default:
      return state
  }
}

/** The fields of a body that are shown as they are sent. */
const given = (body: unknown, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => names.includes(name)))
