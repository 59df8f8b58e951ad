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
 * Tables whose rows move to the first branch. Not among them: `user_branches`, which is written again, and
 * `audit_log`, which records the past.
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

/** Moves everything that belongs to no branch, and the staff, to the first branch of a company. */
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

/** Binds staff to the branch. Owners and admins keep working in all branches. */
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
