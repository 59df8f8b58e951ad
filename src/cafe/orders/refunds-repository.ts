import { and, eq, inArray, isNotNull, sum } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { refunds } from '../../db/schema/index.ts'
import type { RefundedUnits } from './order-state.ts'

/** Refunded units of the lines of orders. Nothing is refunded of an order without payments, so those are not read. */
export async function unitsRefunded(
  tx: Tx,
  companyId: string,
  orders: readonly { readonly id: string; readonly paidAmount: number }[],
): Promise<RefundedUnits> {
  const ids = new Set(orders.flatMap(({ id, paidAmount }) => (paidAmount > 0 ? [id] : [])))
  if (ids.size === 0) return new Map()
  const rows = await tx
    .select({ line: refunds.orderItemId, units: sum(refunds.quantity).mapWith(Number) })
    .from(refunds)
    .where(
      and(
        eq(refunds.companyId, companyId),
        inArray(refunds.orderId, [...ids]),
        isNotNull(refunds.orderItemId),
      ),
    )
    .groupBy(refunds.orderItemId)
  return new Map(rows.map(({ line, units }) => [line!, units]))
}
