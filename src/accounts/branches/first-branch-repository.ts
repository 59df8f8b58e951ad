import { and, eq, getTableName, notInArray, sql } from 'drizzle-orm'
import { rowsOf } from '../../db/database.ts'
import type { Tx } from '../../db/database.ts'
import {
  bookings,
  kitchenTasks,
  menuStops,
  notifications,
  orderArchive,
  orderNumbers,
  orders,
  payments,
  refunds,
  tables,
  userBranches,
  users,
  zones,
} from '../../db/schema/index.ts'
import type { Moved } from './schema.ts'

/**
 * Tables whose rows belong to a branch as soon as there is one. Not among them: `user_branches`, which staff gets anew, and
 * `audit_log`, which tells what was.
 */
export const movedTables = {
  zones,
  tables,
  menu_stops: menuStops,
  bookings,
  orders,
  order_numbers: orderNumbers,
  kitchen_tasks: kitchenTasks,
  notifications,
  order_archive: orderArchive,
  payments,
  refunds,
} as const

/** Makes a company's first branch the home of everything that belonged to none, and of its staff. */
export async function moveIntoFirstBranch(tx: Tx, companyId: string, branchId: string): Promise<Moved> {
  const rowsMoved = async (table: (typeof movedTables)[keyof typeof movedTables]) => {
    const [row] = await rowsOf<{ moved: number }>(
      tx,
      sql`
        with moved as (
          update ${table} set branch_id = ${branchId}::uuid
          where company_id = ${companyId}::uuid and branch_id is null
          returning 1
        )
        select count(*)::int as moved from moved`,
    )
    return [getTableName(table), row!.moved] as const
  }
  const ofBranch = and(eq(orders.companyId, companyId), eq(orders.branchId, branchId))
  const [counts, employees, openOrders] = await Promise.all([
    Promise.all(Object.values(movedTables).map(rowsMoved)),
    bindStaff(tx, companyId, branchId),
    tx.$count(orders, and(ofBranch, eq(orders.status, 'open'))),
  ])
  const { order_numbers: _counters, ...moved } = Object.fromEntries(counts) as Record<
    keyof typeof movedTables,
    number
  >
  return { ...moved, open_orders: openOrders, employees }
}

/** Staff works in its branches alone; owners and admins go on working everywhere. */
async function bindStaff(tx: Tx, companyId: string, branchId: string): Promise<number> {
  const staff = await tx
    .insert(userBranches)
    .select(
      tx
        .select({
          companyId: sql<string>`${users.companyId}`.as('company_id'),
          userId: users.id,
          branchId: sql<string>`${branchId}::uuid`.as('branch_id'),
          isPrimary: sql<boolean>`true`.as('is_primary'),
        })
        .from(users)
        .where(and(eq(users.companyId, companyId), notInArray(users.role, ['owner', 'admin']))),
    )
    .returning({ userId: userBranches.userId })
  return staff.length
}
