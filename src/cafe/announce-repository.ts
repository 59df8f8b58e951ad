import { eq } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'
import { branches } from '../db/schema/index.ts'
import type { EventType } from '../events/catalogue.ts'
import type { Emit } from '../events/changes.ts'

/** The company and the branch of an object; null: it belongs to the whole company. */
interface Owner {
  readonly companyId: string
  readonly branchId: string | null
}

/** Emits an event about an object: in its branch, or in every branch when it belongs to the whole company. */
export async function announce(
  tx: Tx,
  emit: Emit,
  { companyId, branchId }: Owner,
  type: EventType,
  data: object,
): Promise<void> {
  const branchIds = branchId === null ? await everyBranch(tx, companyId) : [branchId]
  for (const id of branchIds) emit(id, type, { ...data, company_id: companyId, branch_id: id })
}

/** The branches of a company, in a fixed order; null alone for a company without branches. */
export async function everyBranch(tx: Tx, companyId: string): Promise<(string | null)[]> {
  const rows = await tx
    .select({ id: branches.id })
    .from(branches)
    .where(eq(branches.companyId, companyId))
    .orderBy(branches.id)
  return rows.length > 0 ? rows.map(({ id }) => id) : [null]
}
