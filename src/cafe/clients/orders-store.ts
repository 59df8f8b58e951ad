import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { clients, orders } from '../../db/schema.ts'
import type { OrderStatus } from '../../db/values.ts'
import { formatMoney } from '../../money.ts'
import { within } from '../scope-sql.ts'
import type { OrderBrief } from './schema.ts'

/** How many orders are shown under each client. */
const shown = 10

/** The latest orders of each client that the actor may see, of one status or of any; one query for all clients. */
export async function latestOrders(
  tx: Tx,
  scope: Scope,
  clientIds: readonly string[],
  status?: OrderStatus,
): Promise<Map<string, OrderBrief[]>> {
  const latest = new Map<string, OrderBrief[]>(clientIds.map((id) => [id, []]))
  if (clientIds.length === 0) return latest
  const ofClient = tx
    .select()
    .from(orders)
    .where(
      and(
        within(scope, orders),
        eq(orders.clientId, clients.id),
        status === undefined ? undefined : eq(orders.status, status),
      ),
    )
    .orderBy(desc(orders.createdAt), desc(orders.id))
    .limit(shown)
    .as('of_client')
  const rows = await tx
    .select({
      clientId: clients.id,
      id: ofClient.id,
      number: ofClient.number,
      status: ofClient.status,
      totalAmount: ofClient.totalAmount,
      createdAt: ofClient.createdAt,
    })
    .from(clients)
    .crossJoinLateral(ofClient)
    .where(and(eq(clients.companyId, scope.companyId), inArray(clients.id, [...clientIds])))
    .orderBy(desc(ofClient.createdAt), desc(ofClient.id))
  for (const { clientId, totalAmount, createdAt, ...order } of rows) {
    latest.get(clientId)!.push({
      ...order,
      total_amount: formatMoney(totalAmount),
      created_at: createdAt.toISOString(),
    })
  }
  return latest
}
