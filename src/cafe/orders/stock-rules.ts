import { itemFault } from './wanted-lines.ts'
import type { Dish, WantedLine } from './wanted-lines.ts'
import { fieldError } from '../../http/errors.ts'
import { differenceOf } from './order-state.ts'
import type { Difference, OrderChange } from './order-state.ts'

/** Portions of dishes whose supply is counted, see the stop-list. No I/O. */

/**
 * How many portions a change takes of each dish; negative where it gives some back. A unit that nobody has begun to cook
 * gives its portion back when it is cancelled, and takes it again when its order is reopened; one that was started is used up.
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
 * Refuses a change that takes more portions than are left; the rows of the stop-list are locked, so of two waiters who
 * ask for the last portion one gets it.
 * @param field where a request names no lines
 * @throws FieldError on the last line that asks for the dish, or on `field`
 */
export function refuseShortage(
  change: OrderChange,
  dishes: ReadonlyMap<string, Dish>,
  lines?: readonly WantedLine[],
  field = 'quantity',
): void {
  for (const [menuItemId, portions] of portionsTaken(differenceOf([change]).tasks)) {
    const { portionsLeft = null, title = '' } = dishes.get(menuItemId) ?? {}
    if (portionsLeft === null || portions <= portionsLeft) continue
    const params = { title, limit: portionsLeft }
    const line = lines?.findLast((each) => each.menuItemId === menuItemId)
    throw lines && line
      ? itemFault(lines.length, line.index, 'quantity', 'portions_left', params)
      : fieldError(field, 'portions_left', params)
  }
}
