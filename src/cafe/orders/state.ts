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
