import { and, desc, eq, inArray } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { clients, orderArchive, orders } from '../../db/schema/index.ts'
import { formatMoney } from '../../money/money.ts'
import { isHistory } from '../archive/repository.ts'
import { within } from '../scope-sql.ts'
import type { OrderBrief } from './schema.ts'

/** How many orders are shown under each client. */
const shown = 10

type Briefs = Map<string, OrderBrief[]>

/** The latest orders of each client in the actor's scope, in one query. */
export const latestOrders = (tx: Tx, scope: Scope, clientIds: readonly string[]): Promise<Briefs> =>
  latestOf(tx, scope, clientIds, orders, within(scope, orders))

/** The latest closed bills of each client, including those of deleted orders. */
export const latestBills = (tx: Tx, scope: Scope, clientIds: readonly string[]): Promise<Briefs> =>
  latestOf(tx, scope, clientIds, orderArchive, and(isHistory(scope), eq(orderArchive.status, 'closed'))!)

async function latestOf(
  tx: Tx,
  scope: Scope,
  clientIds: readonly string[],
  table: typeof orders | typeof orderArchive,
  where: SQL,
): Promise<Briefs> {
  const latest: Briefs = new Map(clientIds.map((id) => [id, []]))
  if (clientIds.length === 0) return latest
  const ofClient = tx
    .select({
      id: table.id,
      number: table.number,
      status: table.status,
      totalAmount: table.totalAmount,
      createdAt: table.createdAt,
    })
    .from(table)
    .where(and(where, eq(table.clientId, clients.id)))
    .orderBy(desc(table.createdAt), desc(table.id))
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
