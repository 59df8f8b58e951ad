import type { Wanted } from './reference-repository.ts'
import { isLive } from './rules.ts'
import type { OrderState } from './order-state.ts'

/** References that a change needs besides those of the orders. */
export interface Needs {
  tableId?: string | null
  clientId?: string | null
  waiterId?: string | null
  menuItemIds?: (string | null)[]
}

/** All references of orders of one branch, and those of `needs`, to lock and load for a change. */
export const wantedBy = (states: readonly OrderState[], needs: Needs = {}): Wanted => ({
  tableIds: [...states.map(({ order }) => order.tableId), needs.tableId],
  clientIds: [...states.map(({ order }) => order.clientId), needs.clientId],
  userIds: [
    ...states.flatMap(({ order, tasks }) => [order.waiterId, ...tasks.map((task) => task.cookId)]),
    needs.waiterId,
  ],
  menuItemIds: [
    ...states.flatMap(({ items }) => items.filter(isLive).map((item) => item.menuItemId)),
    ...(needs.menuItemIds ?? []),
  ],
  branchId: states[0]?.order.branchId,
  forChange: true,
})
