import type { kitchenTasks, orderItems, orders } from '../../db/schema.ts'

export type OrderRow = typeof orders.$inferSelect
export type ItemRow = typeof orderItems.$inferSelect
export type TaskRow = typeof kitchenTasks.$inferSelect

/**
 * One order with all that belongs to it. A change is a pure step from one state to the next; what is written and what is
 * announced is the difference between the two.
 */
export interface OrderState {
  readonly order: OrderRow
  /** Lines in the order they were added, those taken off included. */
  readonly items: readonly ItemRow[]
  readonly tasks: readonly TaskRow[]
}

/** Orders before and after a change; one without a before is new, one without an after is deleted. */
export interface OrderChange {
  readonly before?: OrderState
  readonly after?: OrderState
}

/** The tasks a change made, and those it altered as they are after it. */
export function taskDifference({ before, after }: OrderChange): { created: TaskRow[]; changed: TaskRow[] } {
  const old = new Map(before?.tasks.map((task) => [task.id, task]))
  const tasks = after?.tasks ?? []
  return {
    created: tasks.filter((task) => !old.has(task.id)),
    changed: tasks.filter((task) => old.has(task.id) && old.get(task.id) !== task),
  }
}
