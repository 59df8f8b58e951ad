import type { Tx } from '../../db/database.ts'
import { orderArchive } from '../../db/schema.ts'
import type { ArchiveRow } from './snapshot.ts'

/** Keeps the bills as they are now; money already taken for them stays tied to them. */
export function* archiveOrders(tx: Tx, rows: readonly ArchiveRow[]): Generator<Promise<unknown>> {
  for (const row of rows) {
    yield tx
      .insert(orderArchive)
      .values(row)
      .onConflictDoUpdate({ target: [orderArchive.companyId, orderArchive.id], set: row })
      .execute()
  }
}
