import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { menuStops } from '../../db/schema/index.ts'
import type { Emit } from '../../events/changes.ts'
import { menuItemStopChanged } from './presenter.ts'
import { stopAfter } from './rules.ts'
import type { Stop } from './rules.ts'
import { dishesWithTitles } from './repository.ts'

/** The branch, or the company without branches, whose portions are counted. */
interface Counted {
  companyId: string
  branchId: string | null
}

/**
 * Locks the counters of these dishes in one branch until the end of the transaction, in a fixed order. Uncounted
 * dishes have no counter, so their orders do not wait.
 */
export const lockPortions = (tx: Tx, counted: Counted, menuItemIds: readonly string[]): Promise<unknown> =>
  tx
    .select({ id: menuStops.id })
    .from(menuStops)
    .where(and(stopsOf(counted, menuItemIds), isNotNull(menuStops.portionsLeft)))
    .orderBy(asc(menuStops.menuItemId))
    .for('update')
    .execute()

/**
 * Counts down (or up, for negative numbers) the portions of dishes and emits the new counts. `stops` holds the stops
 * as read under the lock. A dish without portions is stopped; one that gets a portion back is on sale again.
 */
export async function countPortions(
  tx: Tx,
  emit: Emit,
  counted: Counted,
  taken: ReadonlyMap<string, number>,
  stops: ReadonlyMap<string, Stop>,
): Promise<void> {
  const changed = [...taken].flatMap(([menuItemId, portions]) => {
    const stop = stops.get(menuItemId)
    if (portions === 0 || stop === undefined || stop.portionsLeft === null) return []
    const portionsLeft = stop.portionsLeft - portions
    return [{ menuItemId, stop: stopAfter(stop, { portionsLeft }) }]
  })
  if (changed.length === 0) return
  const ids = changed.map(({ menuItemId }) => menuItemId)
  const [dishes] = await Promise.all([
    dishesWithTitles(tx, counted.companyId, ids),
    ...changed.map(({ menuItemId, stop }) =>
      tx
        .update(menuStops)
        .set({ ...stop, updatedAt: sql`now()` })
        .where(stopsOf(counted, [menuItemId]))
        .execute(),
    ),
  ])
  for (const { menuItemId, stop } of changed) {
    const dish = dishes.find(({ item }) => item.id === menuItemId)!
    const type = stop.stopped ? 'menu_item_stopped' : 'menu_item_resumed'
    emit(counted.branchId, type, menuItemStopChanged(dish, stop, counted.branchId))
  }
}

const stopsOf = ({ companyId, branchId }: Counted, menuItemIds: readonly string[]): SQL =>
  and(
    eq(menuStops.companyId, companyId),
    sql`${menuStops.branchId} is not distinct from ${branchId}::uuid`,
    inArray(menuStops.menuItemId, [...menuItemIds]),
  )!
