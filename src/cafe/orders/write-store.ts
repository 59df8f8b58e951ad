import { and, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { kitchenTasks, orderItems, orders, tables } from '../../db/schema.ts'
import { groupBy } from '../../group-by.ts'
import type { TableRow } from '../tables/read-form.ts'
import { taskDifference } from './state.ts'
import type { OrderChange } from './state.ts'

/** Writes the difference between orders before and after, and the new status of tables, in one group of statements. */
export async function writeChanges(
  tx: Tx,
  changes: readonly OrderChange[],
  tableChanges: readonly TableRow[],
  now: Date,
): Promise<void> {
  await Promise.all([
    ...changes.flatMap((change) => [...writeOrder(tx, change)]),
    ...tableChanges.map(({ companyId, id, status }) =>
      tx
        .update(tables)
        .set({ status, updatedAt: now })
        .where(and(eq(tables.companyId, companyId), eq(tables.id, id))),
    ),
  ])
}

function* writeOrder(tx: Tx, change: OrderChange): Generator<Promise<unknown>> {
  const { before, after } = change
  const { companyId, id } = (after ?? before)!.order
  const here = and(eq(orders.companyId, companyId), eq(orders.id, id))
  if (!after) {
    yield tx.delete(orders).where(here).execute()
    return
  }
  if (!before) yield tx.insert(orders).values(after.order).execute()
  else if (after.order !== before.order) yield tx.update(orders).set(after.order).where(here).execute()

  const oldItems = new Map(before?.items.map((item) => [item.id, item]))
  const newItems = after.items.filter((item) => !oldItems.has(item.id))
  if (newItems.length > 0)
    yield tx
      .insert(orderItems)
      .values([...newItems])
      .execute()
  for (const item of after.items) {
    const old = oldItems.get(item.id)
    if (!old || old === item) continue
    const { quantity, note, removedAt, updatedAt } = item
    yield tx
      .update(orderItems)
      .set({ quantity, note, removedAt, updatedAt })
      .where(and(eq(orderItems.companyId, companyId), eq(orderItems.id, item.id)))
      .execute()
  }
  const { created, changed } = taskDifference(change)
  if (created.length > 0) yield tx.insert(kitchenTasks).values(created).execute()
  // tasks that get the same new values share a statement
  for (const alike of groupBy(changed, ({ status, version }) => `${status} ${version}`).values()) {
    const { status, version, updatedAt } = alike[0]!
    const ids = alike.map((task) => task.id)
    yield tx
      .update(kitchenTasks)
      .set({ status, version, updatedAt })
      .where(and(eq(kitchenTasks.companyId, companyId), inArray(kitchenTasks.id, ids)))
      .execute()
  }
}
