import type { Role } from '../../db/values.ts'
import { ApiError, fieldError, unknownReference } from '../../errors.ts'

/**
 * Only an owner makes, changes or dismisses owners.
 * @throws ApiError `permission_denied`
 */
export function refuseTouchingOwners(actor: Role, ...touched: (Role | undefined)[]): void {
  if (actor !== 'owner' && touched.includes('owner')) throw new ApiError('permission_denied')
}

interface WantedBranches {
  branch_ids?: readonly string[]
  primary_branch_id?: string | null
}

/**
 * The branches somebody works in after a change, primary one first. The primary one is the one named, else the one they
 * had, else the first given.
 * @throws FieldError on `branch_ids` or `primary_branch_id` for a branch that is none of the company's
 */
export function branchesAfter(
  companyBranchIds: readonly string[],
  current: readonly string[],
  wanted: WantedBranches,
): string[] {
  const given = wanted.branch_ids?.map((id) => id.toLowerCase())
  const named = wanted.primary_branch_id?.toLowerCase()
  const foreign = given?.find((id) => !companyBranchIds.includes(id))
  if (foreign !== undefined) throw unknownReference('branch_ids', foreign)
  // beside an explicit list the primary one must be of it; alone it joins the branches they have
  if (named !== undefined && !(given ?? companyBranchIds).includes(named)) {
    throw unknownReference('primary_branch_id', named)
  }
  const ids = given ?? current
  const kept = current[0] !== undefined && ids.includes(current[0]) ? [current[0]] : []
  return [...new Set([...(named === undefined ? kept : [named]), ...ids])]
}

/**
 * Staff are bound to a branch, so in a company that has branches each of them needs one.
 * @throws FieldError on `branch_ids`
 */
export function requireBranch(
  role: Role,
  companyBranchIds: readonly string[],
  branchIds: readonly string[],
  wanted: WantedBranches,
): void {
  const bound = role !== 'owner' && role !== 'admin'
  if (!bound || companyBranchIds.length === 0 || branchIds.length > 0) return
  throw wanted.branch_ids
    ? fieldError('branch_ids', 'too_few', { limit: 1 })
    : fieldError('branch_ids', 'required')
}
