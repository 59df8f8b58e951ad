import type { Role } from '../../db/enums.ts'
import { ApiError, fieldError, unknownReference } from '../../http/errors.ts'
import { requireGrantable } from '../access.ts'
import type { AccessChoices, AccessFlag } from '../access.ts'
import type { Actor } from '../actor.ts'

/**
 * Only an owner creates, changes or deactivates owners.
 * @throws ApiError `permission_denied`
 */
export function refuseTouchingOwners(actor: Role, ...touched: (Role | undefined)[]): void {
  if (actor !== 'owner' && touched.includes('owner')) throw new ApiError('permission_denied')
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
 * Only an owner changes their own permissions. An actor grants only permissions that it holds. Sending the current
 * values is no change.
 * @throws ApiError `permission_denied`
 */
export function requireRoleChange(
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
  requireGrantable(actor, flags)
}

/** The parts of a custom role that decide an employee's role and access. */
interface CustomRole {
  readonly id: string
  readonly role: Role
}

interface WantedRole {
  role?: Role | null
  custom_role?: string | null
}

/**
 * The role of an employee after a change. A custom role brings its base role. A built-in role alone removes the
 * custom role. Undefined: no change.
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
 * The branches of an employee after a change, primary one first. The primary branch is the given one, else the
 * present one, else the first of the list.
 * @throws FieldError on `branch_ids` or `primary_branch_id` for a branch of another company
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
  // with a list the primary branch must be in it; without one it is added to the present branches
  if (named !== undefined && !(given ?? companyBranchIds).includes(named)) {
    throw unknownReference('primary_branch_id', named)
  }
  const ids = given ?? current
  const kept = current[0] !== undefined && ids.includes(current[0]) ? [current[0]] : []
  return [...new Set([...(named === undefined ? kept : [named]), ...ids])]
}

/**
 * Staff need a branch in a company that has branches.
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
