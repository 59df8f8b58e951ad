import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { startApp } from '../../support/app.ts'
import type { DatabaseKind } from '../../support/database.ts'
import type { Teardown } from '../../support/teardown.ts'
import { announcedBy } from '../log.ts'
import { serviceOf } from '../service.ts'

export const path = '/api/cafe/orders/'
export const menu = '/api/cafe/menu-items/'

/** A line for what no kitchen cooks. */
export const hall = {
  line_kind: 'service',
  service_title: 'Аренда зала',
  unit_price: '500.50',
  quantity: 2,
}

/** A café at work: people who take orders, cook and take money, and short ways for what they do. */
export async function cafeAtWork(t: Teardown, kind: DatabaseKind) {
  const cafe = await startApp(t, { kind })
  const { database } = cafe
  const [owner, waiter, cashier, cook] = [
    cafe.as('owner'),
    cafe.as('waiter1'),
    cafe.as('cashier1'),
    cafe.as('cook1'),
  ]
  const service = await serviceOf(waiter)
  const [soup, tea, cake] = service.dishes as [MenuItemRead, MenuItemRead, MenuItemRead]
  const write = async (id: string, body: object) => {
    const reply = await waiter.patch<OrderRead>(`${path}${id}/`, body)
    if (reply.status !== 200) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  return {
    ...service,
    cafe,
    database,
    owner,
    waiter,
    cashier,
    cook,
    soup,
    tea,
    cake,
    read: async (id: string) => (await waiter.get<OrderRead>(`${path}${id}/`)).body,
    write,
    done: (id: string) => write(id, { status: 'closed' }),
    /** Types of the events that an action makes. */
    eventsOf: async (action: () => Promise<unknown>) =>
      (await announcedBy(database, action)).map(({ type }) => type),
    step: (taskId: string, name: string) => cook.post(`/api/cafe/kitchen/tasks/${taskId}/${name}/`),
    newDish: async (body: object) => {
      const all = { category: soup.category, price: '100.00', ...body }
      const reply = await owner.post<MenuItemRead>(menu, all)
      if (reply.status !== 201) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
      return reply.body
    },
  }
}
