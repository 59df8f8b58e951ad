import type { Role } from '../../db/enums.ts'
import { ApiError, fieldError, unknownReference } from '../../http/errors.ts'
import { openedBy } from '../access.ts'
import type { AccessChoices, AccessFlag } from '../access.ts'
import type { Actor } from '../actor.ts'
import { allows } from '../permissions.ts'

/**
 * Only an owner makes, changes or dismisses owners.
 * @throws ApiError `permission_denied`
 */
export function refuseTouchingOwners(actor: Role, ...touched: (Role | undefined)[]): void {
  if (actor !== 'owner' && touched.includes('owner')) throw new ApiError('permission_denied')
}

/**
 * Nobody gives to others what they may not do themselves.
 * @throws ApiError `permission_denied`
 */
export function mayGrant(actor: Pick<Actor, 'permissions'>, access: AccessChoices): void {
  if (openedBy(access).some((permission) => !allows(actor, permission))) {
    throw new ApiError('permission_denied')
  }
}

/** What decides the permissions of an employee, as far as a request changes it. */
interface RoleChange {
  role?: Role
  customRoleId?: string | null
  access: AccessChoices
}

interface Changed {
  readonly id: string
  readonly role: Role
  readonly customRole: { readonly id: string } | null
  readonly access: AccessChoices
}

/**
 * Only an owner changes their own permissions, and nobody gives what they do not hold. To send back what is there is no
 * change.
 * @throws ApiError `permission_denied`
 */
export function mayChange(
  actor: Pick<Actor, 'userId' | 'role' | 'permissions'>,
  before: Changed,
  { role, customRoleId, access }: RoleChange,
): void {
  const flags = Object.fromEntries(
    Object.entries(access).filter(([flag, value]) => before.access[flag as AccessFlag] !== value),
  )
  const others =
    (role !== undefined && role !== before.role) ||
    (customRoleId !== undefined && customRoleId !== (before.customRole?.id ?? null)) ||
    Object.keys(flags).length > 0
  if (others && actor.userId === before.id && actor.role !== 'owner') throw new ApiError('permission_denied')
  mayGrant(actor, flags)
}

/** A role of the company's own, as far as it decides about an employee. */
interface CustomRole {
  readonly id: string
  readonly role: Role
}

interface WantedRole {
  role?: Role | null
  custom_role?: string | null
}

/**
 * The role of somebody after a change. A custom role brings the one it rests on; to name a role of the service alone
 * ends the custom one. Undefined: stays as it is.
 * @param found the custom role that is named, when the company has it
 * @throws FieldError on `role` when both are named and do not fit, on `custom_role` when the company has no such role
 */
export function roleAfter(
  { role, custom_role: named }: WantedRole,
  found: CustomRole | null,
): { role?: Role; customRoleId?: string | null } {
  if (!named) {
    const ends = named === null || (role !== undefined && role !== null)
    return { role: role ?? undefined, customRoleId: ends ? null : undefined }
  }
  if (!found) throw unknownReference('custom_role', named)
  if (role && role !== found.role) throw fieldError('role', 'role_of_custom_role', { role: found.role })
  return { role: found.role, customRoleId: found.id }
}

interface WantedBranches {
  branch_ids?: readonly string[]
  /** The name under which the client sent them, for errors. */
  listName?: 'branch_ids' | 'branches'
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
  if (foreign !== undefined) throw unknownReference(wanted.listName ?? 'branch_ids', foreign)
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
