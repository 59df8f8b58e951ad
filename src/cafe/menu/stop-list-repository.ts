import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { branches, menuStops } from '../../db/schema/index.ts'
import { everyBranch } from '../announce-repository.ts'
import { onSale, sameStop, stopAfter } from './rules.ts'
import type { Stop } from './rules.ts'

/** The stop of a dish in a branch; null in a company without branches. */
interface BranchStop {
  branchId: string | null
  stop: Stop
}

/**
 * Changes the stop of a dish in the actor's branch, or company-wide in every branch, and returns the changed
 * branches. The caller holds the lock of the dish, so that two changes run one after the other.
 */
export async function changeStops(
  tx: Tx,
  scope: Scope,
  menuItemId: string,
  wanted: Partial<Stop>,
): Promise<BranchStop[]> {
  const { companyId } = scope
  const [branchIds, rows] = await Promise.all([
    scope.companyWide ? everyBranch(tx, companyId) : [scope.branchId],
    stopRows(tx, companyId, menuItemId).for('update'),
  ])
  const changed = branchIds.flatMap((branchId) => {
    const current = rows.find((row) => row.branchId === branchId) ?? onSale
    const stop = stopAfter(current, wanted)
    return sameStop(current, stop) ? [] : [{ branchId, stop }]
  })
  if (changed.length === 0) return []
  await tx
    .insert(menuStops)
    .values(changed.map(({ branchId, stop }) => ({ companyId, branchId, menuItemId, ...stop })))
    .onConflictDoUpdate({
      target: [menuStops.companyId, menuStops.branchId, menuStops.menuItemId],
      set: {
        stopped: sql`excluded.stopped`,
        portionsLeft: sql`excluded.portions_left`,
        updatedAt: sql`now()`,
      },
    })
  return changed
}

/**
 * Stops per dish in the actor's scope, to join by dish. Company-wide a dish is stopped when every branch has stopped
 * it, and its portions are the fewest of any branch.
 */
export function stopsSeenBy(tx: Tx, { companyId, branchId, companyWide }: Scope) {
  const ofCompany = eq(menuStops.companyId, companyId)
  if (!companyWide) {
    const here = branchId === null ? isNull(menuStops.branchId) : eq(menuStops.branchId, branchId)
    return tx
      .select({
        menuItemId: menuStops.menuItemId,
        stopped: sql<boolean>`${menuStops.stopped}`.as('stopped'),
        portionsLeft: sql<number | null>`${menuStops.portionsLeft}`.as('portions_left'),
      })
      .from(menuStops)
      .where(and(ofCompany, here))
      .as('stops')
  }
  const branchCount = sql`(select count(*) from ${branches} where ${branches.companyId} = ${companyId})`
  return tx
    .select({
      menuItemId: menuStops.menuItemId,
      stopped: sql<boolean>`(count(*) filter (where ${menuStops.stopped}) = ${branchCount})`.as('stopped'),
      portionsLeft: sql<number | null>`min(${menuStops.portionsLeft})`.as('portions_left'),
    })
    .from(menuStops)
    .where(and(ofCompany, isNotNull(menuStops.branchId)))
    .groupBy(menuStops.menuItemId)
    .as('stops')
}

/** The stop of a dish in every branch, in a fixed order; `branchId` is null in a company without branches. */
export async function stopsOf(tx: Tx, companyId: string, menuItemId: string): Promise<BranchStop[]> {
  const [branchIds, rows] = await Promise.all([
    everyBranch(tx, companyId),
    stopRows(tx, companyId, menuItemId),
  ])
  return branchIds.map((branchId) => ({
    branchId,
    stop: rows.find((row) => row.branchId === branchId) ?? onSale,
  }))
}

const stopRows = (tx: Tx, companyId: string, menuItemId: string) =>
  tx
    .select()
    .from(menuStops)
    .where(and(eq(menuStops.companyId, companyId), eq(menuStops.menuItemId, menuItemId)))
    .$dynamic()
