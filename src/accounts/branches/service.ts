import type { Tx } from '../../db/database.ts'
import type { Emit } from '../../events/changes.ts'
import { continueInBranch } from '../../events/log-first-branch.ts'
import { isFirstBranch } from './unassigned-repository.ts'
import { moveIntoFirstBranch } from './first-branch-repository.ts'
import type { BranchBody, BranchOpened } from './schema.ts'
import { createBranch } from './repository.ts'

/**
 * Creates a branch. The first branch of a company takes over everything without a branch in the same transaction:
 * tables, orders (past ones too) and staff. Menu, kitchens, categories and clients stay the company's.
 * @throws FieldError on `name` when the company has a branch of this name
 */
export async function openBranch(
  tx: Tx,
  emit: Emit,
  companyId: string,
  body: BranchBody,
): Promise<BranchOpened> {
  const isFirst = await isFirstBranch(tx, companyId)
  const branch = await createBranch(tx, companyId, body)
  if (!isFirst) return { ...branch, moved: null }
  const moved = await moveIntoFirstBranch(tx, companyId, branch.id)
  await continueInBranch(tx, companyId, branch.id)
  const data = { branch, moved, company_id: companyId, branch_id: branch.id }
  // the last event of the company's stream and, under the same number, the next one of the branch's
  emit(null, 'first_branch_created', data)
  emit(branch.id, 'first_branch_created', data)
  return { ...branch, moved }
}
