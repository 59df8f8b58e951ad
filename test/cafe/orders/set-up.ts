import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { DatabaseKind } from '../../support/database.ts'
import type { Teardown } from '../../support/teardown.ts'
import { announcedBy } from '../log.ts'
import { ordersPath as path, startService } from '../service.ts'

export { path }
export const menu = '/api/cafe/menu-items/'

/** A line for what no kitchen cooks. */
export const hall = {
  line_kind: 'service',
  service_title: 'Аренда зала',
  unit_price: '500.50',
  quantity: 2,
}

/** A café at work, and short ways to change orders, cook and make dishes. */
export async function cafeAtWork(t: Teardown, kind: DatabaseKind) {
  const service = await startService(t, kind)
  const { database, owner, waiter, cook, soup } = service
  const write = async (id: string, body: object) => {
    const reply = await waiter.patch<OrderRead>(`${path}${id}/`, body)
    if (reply.status !== 200) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  return {
    ...service,
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
