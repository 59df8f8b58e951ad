import type { Actor, CafeActor, Scope } from './actor.ts'

/** Why an actor has no scope, or may not use the branch it asked for. */
export type ScopeError = 'no_company' | 'no_branch' | 'unknown_branch'

/** Owners and admins may work in every branch of their company. */
export const worksEverywhere = (actor: Actor): boolean => actor.role === 'owner' || actor.role === 'admin'

/**
 * The part of the café an actor works in. Staff always work in their primary branch; owners and admins choose one of
 * their company's branches or work company-wide.
 */
export function scopeOf(actor: Actor, wantedBranch?: string): Scope | ScopeError {
  const { company } = actor
  if (!company) return 'no_company'
  const companyId = company.id
  if (!worksEverywhere(actor)) {
    const [branchId] = actor.branchIds
    if (branchId) return { companyId, branchId, companyWide: false }
    return company.branchIds.length > 0 ? 'no_branch' : { companyId, branchId: null, companyWide: false }
  }
  if (!wantedBranch) return { companyId, branchId: null, companyWide: company.branchIds.length > 0 }
  const branchId = wantedBranch.toLowerCase()
  return company.branchIds.includes(branchId) ? { companyId, branchId, companyWide: false } : 'unknown_branch'
}

/** The actor of a café request. The actor must have a company. */
export const inScope = (
  actor: Actor,
  scope: Scope,
  answer: Pick<CafeActor, 'language' | 'baseUrl'>,
): CafeActor => ({ ...actor, ...answer, company: actor.company!, scope })
