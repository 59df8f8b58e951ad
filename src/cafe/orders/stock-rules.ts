import { itemError } from './requested-lines.ts'
import type { Dish, RequestedLine } from './requested-lines.ts'
import { fieldError } from '../../http/errors.ts'
import { differenceOf } from './order-state.ts'
import type { Difference, OrderChange } from './order-state.ts'

/** Counted portions of dishes, see the stop-list. No I/O. */

/**
 * Portions that a change takes of each dish; negative if it returns some. A cancelled unit returns its portion if
 * nobody has begun to cook it, and takes it again when its order is reopened. A started unit is used up.
 */
export function portionsTaken({ created, changed, gone }: Difference['tasks']): ReadonlyMap<string, number> {
  const taken = new Map<string, number>()
  const count = (menuItemId: string, portions: number) =>
    taken.set(menuItemId, (taken.get(menuItemId) ?? 0) + portions)
  for (const task of created) count(task.menuItemId, 1)
  for (const { before, after } of changed) {
    if (before.status === 'pending' && after.status === 'cancelled') count(after.menuItemId, -1)
    if (before.status === 'cancelled' && after.status === 'pending') count(after.menuItemId, 1)
  }
  for (const task of gone) if (task.status === 'pending') count(task.menuItemId, -1)
  return taken
}

/**
 * Refuses a change that takes more portions than are left; the rows of the stop-list are locked, so only one of two
 * waiters gets the last portion.
 * @param field field of the error if the request has no lines
 * @throws FieldError on the last line of the dish, or on `field`
 */
export function refuseShortage(
  change: OrderChange,
  dishes: ReadonlyMap<string, Dish>,
  lines?: readonly RequestedLine[],
  field = 'quantity',
): void {
  for (const [menuItemId, portions] of portionsTaken(differenceOf([change]).tasks)) {
    const { portionsLeft = null, title = '' } = dishes.get(menuItemId) ?? {}
    if (portionsLeft === null || portions <= portionsLeft) continue
    const params = { title, limit: portionsLeft }
    const line = lines?.findLast((each) => each.menuItemId === menuItemId)
    throw lines && line
      ? itemError(lines.length, line.index, 'quantity', 'portions_left', params)
      : fieldError(field, 'portions_left', params)
  }
}
