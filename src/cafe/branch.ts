import type { CafeActor } from '../accounts/actor.ts'
import { fieldError, unknownReference } from '../errors.ts'

/**
 * The branch a new object belongs to: the actor's own or chosen one; for a company-wide actor the one of the object it
 * refers to (`implied`, undefined when nothing is referred to), else the one named in the body, else the company's only
 * one. Null in a company without branches.
 * @throws FieldError on `branch` when nothing tells, or the body names a branch of someone else
 */
export function branchForNew(
  { company, scope }: CafeActor,
  named: string | null | undefined,
  implied?: string | null,
): string | null {
  if (!scope.companyWide) return scope.branchId
  if (implied !== undefined && implied !== null) return implied
  if (named) {
    const id = named.toLowerCase()
    if (!company.branchIds.includes(id)) throw unknownReference('branch', named)
    return id
  }
  if (company.branchIds.length > 1) throw fieldError('branch', 'branch_needed')
  return company.branchIds[0] ?? null
}
