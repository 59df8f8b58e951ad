import { and, eq } from 'drizzle-orm'
import type { CafeActor } from '../accounts/actor.ts'
import type { Tx } from '../db/database.ts'
import { branches } from '../db/schema/index.ts'
import { fieldError, unknownReference } from '../http/errors.ts'

/**
 * The branch a new object belongs to: the actor's own or chosen one; for a company-wide actor the one of the object
 * it refers to (`implied`, undefined when nothing is referred to), else the one in the body, else the actor's primary
 * branch, else the company's oldest open branch. Null in a company without branches.
 * @throws FieldError on `branch` when the body names a branch of another company, or another than the implied one
 */
export async function branchForNew(
  tx: Tx,
  actor: CafeActor,
  named: string | null | undefined,
  implied?: string | null,
): Promise<string | null> {
  const { company, scope } = actor
  if (!scope.companyWide) return scope.branchId
  const wanted = named?.toLowerCase()
  if (wanted && !(await isBranchOf(tx, company, wanted))) throw unknownReference('branch', wanted)
  if (implied) {
    if (wanted && wanted !== implied) throw fieldError('branch', 'other_branch')
    return implied
  }
  if (wanted) return wanted
  return usualBranch(actor)
}

/** The default branch of an actor. */
function usualBranch({ branchIds: [primary], company }: CafeActor): string | null {
  const open = company.branchIds.filter((id) => !company.closedBranchIds.includes(id))
  if (primary !== undefined && open.includes(primary)) return primary
  return open[0] ?? company.branchIds[0] ?? null
}

/** Queries the database only for a branch that the cached actor does not know. */
async function isBranchOf(tx: Tx, { id, branchIds }: CafeActor['company'], wanted: string): Promise<boolean> {
  if (branchIds.includes(wanted)) return true
  const found = await tx
    .select({ id: branches.id })
    .from(branches)
    .where(and(eq(branches.companyId, id), eq(branches.id, wanted)))
  return found.length > 0
}
