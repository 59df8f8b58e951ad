import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { TableRead } from '../../src/cafe/tables/schema.ts'
import type { TaskRead } from '../../src/cafe/kitchen/schema.ts'
import { startApp } from '../support/app.ts'
import type { Caller } from '../support/app.ts'
import type { DatabaseKind } from '../support/database.ts'
import type { Teardown } from '../support/teardown.ts'
import type { List } from './people.ts'

/** What a waiter needs at hand to serve: free tables, dishes, and short ways to order. */
export interface Service {
  tables: TableRead[]
  dishes: MenuItemRead[]
  order(body?: object): Promise<OrderRead>
  tableOf(id: string): Promise<TableRead>
  tasksOf(orderId: string, status?: string): Promise<TaskRead[]>
}

export async function serviceOf(waiter: Caller): Promise<Service> {
  const all = async <Row>(path: string) => (await waiter.get<List<Row>>(path)).body.results
  const everyStatus = 'pending,in_progress,ready,cancelled'
  return {
    tables: await all<TableRead>('/api/cafe/tables/?ordering=number'),
    dishes: await all<MenuItemRead>('/api/cafe/menu-items/'),
    async order(body = {}) {
      const reply = await waiter.post<OrderRead>('/api/cafe/orders/', body)
      if (reply.status !== 201) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
      return reply.body
    },
    tableOf: async (id) => (await waiter.get<TableRead>(`/api/cafe/tables/${id}/`)).body,
    tasksOf: (orderId, status = everyStatus) =>
      all<TaskRead>(`/api/cafe/kitchen/tasks/?order=${orderId}&status=${status}`),
  }
}

export const ordersPath = '/api/cafe/orders/'

/** A café at work: people who take orders, cook and take money, and the dishes they serve. */
export async function startService(t: Teardown, kind: DatabaseKind) {
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
  const read = async (id: string) => (await waiter.get<OrderRead>(`${ordersPath}${id}/`)).body
  return { ...service, cafe, database, owner, waiter, cashier, cook, soup, tea, cake, read }
}
