import type { OrderState } from '../../../../src/cafe/orders/order-state.ts'
import { isLive } from '../../../../src/cafe/orders/rules.ts'
import { sentLines, requestedLines } from '../../../../src/cafe/orders/requested-lines.ts'
import { dishes } from '../order-states.ts'

/** Lists of lines in memory, for the rules alone. */

export interface Line {
  id?: string
  dish: string
  quantity?: number
  note?: string
}

/** The list as the rules take it. */
export const wanted = (lines: readonly Line[]) =>
  requestedLines(
    sentLines(lines.map(({ id, dish, quantity, note }) => ({ id, menu_item: dish, quantity, note }))),
    dishes,
  )

/** `2 soup, 1 tea (hot)`, in the order of the lines. */
export const told = (state: OrderState): string =>
  state.items
    .filter(isLive)
    .map(({ quantity, menuItemId, note }) => `${quantity} ${menuItemId}${note && ` (${note})`}`)
    .join(', ')
