import { eq } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import { kitchenTasks, menuItems, orderArchive, orderItems, orders } from '../../src/db/schema/index.ts'
import type { OrderStatus } from '../../src/db/enums.ts'

interface Past {
  company: string
  branch: string | null
  status: OrderStatus
  table?: string
  client?: string
  menuItem?: string
  /** Minor units. */
  total?: number
  createdAt?: Date
}

let number = 1000

/** An order that was there before the test began; with a dish it also has its line and a task still to be cooked. */
export async function orderFromBefore(database: Database, past: Past): Promise<string> {
  const { company: companyId, branch: branchId, status, total: totalAmount = 0, createdAt } = past
  return await database.inCompany(companyId, async (tx) => {
    const [order] = await tx
      .insert(orders)
      .values({
        companyId,
        branchId,
        status,
        tableId: past.table,
        clientId: past.client,
        number: ++number,
        businessDay: '2024-01-01',
        totalAmount,
        discountAmount: 0,
        discountReason: '',
        createdAt,
      })
      .returning()
    if (status !== 'open') {
      const bill = { clientName: '', waiterLabel: '', lines: [], archivedAt: order!.updatedAt }
      await tx.insert(orderArchive).values({ ...order!, ...bill })
    }
    if (past.menuItem) {
      const [dish] = await tx.select().from(menuItems).where(eq(menuItems.id, past.menuItem))
      const [line] = await tx
        .insert(orderItems)
        .values({
          companyId,
          orderId: order!.id,
          menuItemId: dish!.id,
          title: dish!.title,
          price: 0,
          quantity: 1,
          position: 1,
        })
        .returning()
      await tx.insert(kitchenTasks).values({
        companyId,
        branchId,
        orderId: order!.id,
        orderItemId: line!.id,
        menuItemId: dish!.id,
        kitchenId: dish!.kitchenId,
        unitIndex: 1,
      })
    }
    return order!.id
  })
}

export const orderRow = async (database: Database, id: string) =>
  (await database.acrossCompanies((tx) => tx.select().from(orders).where(eq(orders.id, id))))[0]!
