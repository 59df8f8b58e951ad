import type { Tx } from '../../db/database.ts'
import type { Role } from '../../db/values.ts'
import { ApiError, notFound } from '../../errors.ts'
import { created, once } from '../../idempotency/once.ts'
import type { Answer } from '../../idempotency/once.ts'
import type { Repeatable } from '../../idempotency/repeatable.ts'
import type { Actor } from '../actor.ts'
import type { AccountsParts } from '../parts.ts'
import { hashOfNew } from '../new-password.ts'
import { revokeTokens } from '../people-store.ts'
import type { Person } from '../people-store.ts'
import { branchesAfter, refuseTouchingOwners, requireBranch } from './rules.ts'
import type { EmployeeBody, EmployeePatch } from './schema.ts'
import { createEmployee, findEmployee, hasOtherOwner, lockStaff, updateEmployee } from './store.ts'

/** Gives somebody a login in the actor's company, once per `repeatable`; `readForm` makes the answer of it. */
export async function hire<Body>(
  { database }: AccountsParts,
  actor: Actor,
  body: EmployeeBody,
  repeatable: Repeatable | null,
  readForm: (person: Person) => Body,
): Promise<Answer<Body>> {
  refuseTouchingOwners(actor.role, body.role)
  const companyId = actor.company!.id
  const passwordHash = await hashOfNew(body.password, { field: 'password', email: body.email })
  const carryOut = async (tx: Tx) => created(readForm(await employ(tx, companyId, body, passwordHash)))
  return database.inCompany(companyId, (tx) => once(tx, repeatable, () => carryOut(tx)))
}

/**
 * Makes the login of somebody in a company, and binds them to their branches.
 * @throws FieldError on `email` when it has a login already, on `branch_ids` when a branch is unknown or missing
 */
export async function employ(
  tx: Tx,
  companyId: string,
  body: Omit<EmployeeBody, 'password'>,
  passwordHash: string,
): Promise<Person> {
  const companyBranchIds = await lockStaff(tx, companyId)
  const branchIds = branchesAfter(companyBranchIds, [], body)
  requireBranch(body.role, companyBranchIds, branchIds, body)
  const { email, role, first_name, last_name, phone_number } = body
  const employee = {
    email,
    passwordHash,
    role,
    firstName: first_name?.trim(),
    lastName: last_name?.trim(),
    phoneNumber: phone_number?.trim(),
  }
  return createEmployee(tx, companyId, employee, branchIds)
}

/**
 * Changes an employee. A new password and a dismissal end every login of theirs at once; a new role or branch is read
 * with the next request.
 */
export async function changeEmployee(
  { database, clock, authenticator }: AccountsParts,
  actor: Actor,
  id: string,
  { password, ...patch }: EmployeePatch,
): Promise<Person> {
  const companyId = actor.company!.id
  const passwordHash =
    password === undefined ? undefined : await hashOfNew(password, { field: 'password', email: patch.email })
  const person = await database.inCompany(companyId, async (tx) => {
    const companyBranchIds = await lockStaff(tx, companyId)
    const before = await findEmployee(tx, companyId, id)
    if (!before) throw notFound()
    refuseTouchingOwners(actor.role, before.role, patch.role)
    await keepAnOwner(tx, companyId, before, patch)
    const branchIds = changedBranches(companyBranchIds, before, patch)
    const dismissed = patch.is_active === false && before.isActive
    if (dismissed || passwordHash !== undefined) await revokeTokens(tx, id, clock())
    return updateEmployee(tx, companyId, id, { ...patch, passwordHash }, branchIds, clock())
  })
  authenticator.forget(id)
  return person!
}

/** Null when the change touches neither role nor branches. */
function changedBranches(
  companyBranchIds: readonly string[],
  before: Person,
  patch: EmployeePatch,
): string[] | null {
  const { role, branch_ids, primary_branch_id } = patch
  if (role === undefined && branch_ids === undefined && primary_branch_id === undefined) return null
  const branchIds = branchesAfter(companyBranchIds, before.branchIds, patch)
  requireBranch(role ?? before.role, companyBranchIds, branchIds, patch)
  return branchIds
}

async function keepAnOwner(tx: Tx, companyId: string, before: Person, patch: EmployeePatch): Promise<void> {
  const owns = before.role === 'owner' && before.isActive
  const role: Role = patch.role ?? before.role
  const stays = role === 'owner' && (patch.is_active ?? before.isActive)
  if (!owns || stays || (await hasOtherOwner(tx, companyId, before.id))) return
  throw new ApiError('last_owner')
}
