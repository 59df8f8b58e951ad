import type { OrderRead } from '../../../../src/cafe/orders/schema.ts'
import { startApp } from '../../../support/app.ts'
import type { Caller } from '../../../support/app.ts'
import type { DatabaseKind } from '../../../support/database.ts'
import type { Teardown } from '../../../support/teardown.ts'
import { serviceOf } from '../../service.ts'

export const path = '/api/cafe/orders/'

export const line = (menu_item: string | undefined, quantity = 1) => ({ menu_item, quantity })

export const linesOf = ({ items }: OrderRead) => items.map(({ menu_item, quantity }) => [menu_item, quantity])

/** A café whose clients always send the full list of lines, several at once, without saying which version they read. */
export async function cafeOfLists(t: Teardown, kind: DatabaseKind) {
  const cafe = await startApp(t, { kind, env: { DB_POOL_MAX: '12' } })
  const [waiter, cashier, owner, cook] = [
    cafe.as('waiter1'),
    cafe.as('cashier1'),
    cafe.as('owner'),
    cafe.as('cook1'),
  ]
  await Promise.all((['waiter1', 'cashier1', 'owner', 'cook1'] as const).map(cafe.tokenOf))
  const { dishes, order, tasksOf } = await serviceOf(waiter)
  const [soup, tea, cake, salad] = dishes.map(({ id }) => id)
  return {
    cafe,
    database: cafe.database,
    waiter,
    cashier,
    owner,
    cook,
    soup,
    tea,
    cake,
    salad,
    order,
    tasksOf,
    read: async (who: Caller, id: string) => (await who.get<OrderRead>(`${path}${id}/`)).body,
    send: (who: Caller, id: string, items: object[], more: object = {}) =>
      who.patch<OrderRead>(`${path}${id}/`, { items, ...more }),
    add: (who: Caller, id: string, menu_item: string | undefined) =>
      who.post<OrderRead>(`${path}${id}/items/`, { menu_item }),
  }
}
