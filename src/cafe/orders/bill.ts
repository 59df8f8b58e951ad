import type { orderArchive } from '../../db/schema/index.ts'
import type { References } from './references.ts'
import { isLive, isSettled } from './rules.ts'
import type { OrderChange } from './order-state.ts'

export type ArchiveRow = typeof orderArchive.$inferSelect

/**
 * The bill to archive after a change: of every order that is finished, holds money, is reopened or deleted. Null for
 * other open orders. An order deleted while open was never sold, so its bill is cancelled.
 */
export function archiveRowOf(
  { before, after, mergedInto }: OrderChange,
  { tables, zoneTitles, clientNames, people }: References,
  actor: { userId: string },
  now: Date,
): ArchiveRow | null {
  const { order, items } = (after ?? before)!
  const isKept = !after || order.status !== 'open' || isSettled(order)
  const wasKept = before !== undefined && before.order.status !== 'open'
  if ((!isKept && !wasKept) || (before && after && order === before.order && items === before.items))
    return null
  const table = order.tableId ? tables.get(order.tableId) : undefined
  const isDropped = !after && order.status === 'open'
  return {
    ...order,
    ...(isDropped && { status: 'cancelled', canceledAt: now, canceledBy: actor.userId }),
    tableNumber: table?.number ?? null,
    zoneId: table?.zoneId ?? null,
    zoneTitle: (table?.zoneId && zoneTitles.get(table.zoneId)) || null,
    clientName: (order.clientId && clientNames.get(order.clientId)) || '',
    waiterLabel: (order.waiterId && people.get(order.waiterId)?.label) || '',
    lines: items.filter(isLive).map(({ id, menuItemId, title, price, saleUnit, quantity, note }) => ({
      id,
      menuItemId,
      title,
      price,
      saleUnit,
      quantity,
      note,
    })),
    deletedAt: after ? null : now,
    mergedInto: mergedInto ?? null,
    archivedAt: now,
  }
}
