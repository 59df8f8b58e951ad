import { and, eq, inArray } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Tx } from '../../db/database.ts'
import { kitchenTasks, orderArchive, orderItems, orders, tables } from '../../db/schema/index.ts'
import { groupBy } from '../../lib/group-by.ts'
import type { ArchiveRow } from './bill.ts'
import { changedColumns } from '../../db/changed-columns.ts'
import type { TableRow } from '../tables/presenter.ts'
import type { Difference, OrderChange, OrderRow } from './order-state.ts'
import { writeReadings } from './line-list/last-seen-repository.ts'

interface Writing {
  changes: readonly OrderChange[]
  difference: Difference
  /** Bills of finished, paid or deleted orders. */
  archived: readonly ArchiveRow[]
  /** Tables with their new status. */
  tables: readonly TableRow[]
  /** The session that makes the changes. */
  sessionId: string
  now: Date
}

/**
 * Writes the difference between orders before and after in one group of statements, in an order that keeps every
 * reference valid: lines and tasks move before their old order is deleted.
 */
export async function writeChanges(tx: Tx, writing: Writing): Promise<void> {
  await Promise.all([
    ...writeOrders(tx, writing.changes),
    ...writeItems(tx, writing.difference.items),
    ...writeTasks(tx, writing.difference.tasks),
    ...archiveOrders(tx, writing.archived),
    ...deleteOrders(tx, writing.changes),
    ...writeReadings(tx, writing.sessionId, writing.changes),
    ...writeTables(tx, writing),
  ])
}

type Row = { companyId: string; id: string }
type Statements = Generator<Promise<unknown>>

const rowIn = (table: { companyId: PgColumn; id: PgColumn }, { companyId, id }: Row): SQL =>
  and(eq(table.companyId, companyId), eq(table.id, id))!

function* writeOrders(tx: Tx, changes: readonly OrderChange[]): Statements {
  const created = changes.flatMap(({ before, after }): OrderRow[] => (!before && after ? [after.order] : []))
  if (created.length > 0) yield tx.insert(orders).values(created).execute()
  for (const { before, after } of changes) {
    if (!before || !after || after.order === before.order) continue
    yield tx.update(orders).set(after.order).where(rowIn(orders, after.order)).execute()
  }
}

function* writeItems(tx: Tx, { created, changed }: Difference['items']): Statements {
  if (created.length > 0)
    yield tx
      .insert(orderItems)
      .values([...created])
      .execute()
  for (const { before, after } of changed) {
    const columns = changedColumns(before, after)
    if (columns) yield tx.update(orderItems).set(columns).where(rowIn(orderItems, after)).execute()
  }
}

function* writeTasks(tx: Tx, { created, changed }: Difference['tasks']): Statements {
  if (created.length > 0)
    yield tx
      .insert(kitchenTasks)
      .values([...created])
      .execute()
  // tasks with the same new values share a statement
  const alike = groupBy(changed, ({ before, after }) => JSON.stringify(changedColumns(before, after)))
  for (const group of alike.values()) {
    const { before, after } = group[0]!
    const columns = changedColumns(before, after)
    if (!columns) continue
    const ids = group.map((task) => task.after.id)
    yield tx
      .update(kitchenTasks)
      .set(columns)
      .where(and(eq(kitchenTasks.companyId, after.companyId), inArray(kitchenTasks.id, ids)))
      .execute()
  }
}

function* deleteOrders(tx: Tx, changes: readonly OrderChange[]): Statements {
  for (const { before, after } of changes) {
    if (before && !after) yield tx.delete(orders).where(rowIn(orders, before.order)).execute()
  }
}

function* writeTables(tx: Tx, { tables: rows, now }: Writing): Statements {
  for (const row of rows) {
    const columns = { status: row.status, updatedAt: now }
    yield tx.update(tables).set(columns).where(rowIn(tables, row)).execute()
  }
}

/** Stores the bills as they are now. Their payments keep referring to them. */
function* archiveOrders(tx: Tx, rows: readonly ArchiveRow[]): Statements {
  for (const row of rows) {
    yield tx
      .insert(orderArchive)
      .values(row)
      .onConflictDoUpdate({ target: [orderArchive.companyId, orderArchive.id], set: row })
      .execute()
  }
}
