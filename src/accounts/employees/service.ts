import type { Tx } from '../../db/database.ts'
import type { Role } from '../../db/enums.ts'
import { ApiError, fieldError, notFound } from '../../http/errors.ts'
import { created, runOnce } from '../../idempotency/run-once.ts'
import type { Answer } from '../../idempotency/run-once.ts'
import type { IdempotentRequest } from '../../idempotency/key.ts'
import type { Actor } from '../actor.ts'
import type { AccountsDeps } from '../deps.ts'
import { phoneLineHere } from '../branches/country-repository.ts'
import { generatedPassword, hashOfNew } from '../passwords/policy.ts'
import { revokeTokens } from '../user-repository.ts'
import type { Person } from '../user-repository.ts'
import { accessIn, requireGrantable } from '../access.ts'
import type { AccessChoices } from '../access.ts'
import { findCustomRole } from '../roles/repository.ts'
import { branchesAfter, requireRoleChange, refuseTouchingOwners, requireBranch, roleAfter } from './rules.ts'
import type { EmployeeBody, EmployeeHired, EmployeePatch, EmployeeRead, HireBody } from './schema.ts'
import { createEmployee, findEmployee, hasOtherOwner, lockStaff, updateEmployee } from './repository.ts'

/**
 * Creates a login in the actor's company, once per `idempotentRequest`; `present` makes the answer. Without a password the
 * service generates one. The answer shows it once: it is not stored, so a repeated request does not return it.
 */
export async function hire(
  { database }: AccountsDeps,
  actor: Actor,
  body: HireBody,
  idempotentRequest: IdempotentRequest | null,
  present: (person: Person) => EmployeeRead,
): Promise<Answer<EmployeeHired>> {
  const companyId = actor.company!.id
  const generated = body.password === undefined ? generatedPassword() : undefined
  const passwordHash = await hashOfNew(body.password ?? generated!, { field: 'password', email: body.email })
  const access = accessIn(body)
  requireGrantable(actor, access)
  const answer = await database.inCompany(companyId, (tx) =>
    runOnce(tx, idempotentRequest, async () => {
      const { role, customRoleId } = await wantedRole(tx, companyId, body)
      if (!role) throw fieldError('role', 'required')
      refuseTouchingOwners(actor.role, role)
      const { first_name, last_name, phone_number, email } = body
      const employee = { email, first_name, last_name, phone_number, role, customRoleId, access }
      return created(present(await employ(tx, companyId, { ...employee, ...placesIn(body) }, passwordHash)))
    }),
  )
  if (generated === undefined || answer.replayed) return answer
  return { ...answer, body: { ...answer.body, generated_password: generated } }
}

/** The role of a request. Its custom role, if any, is locked until commit. */
async function wantedRole(tx: Tx, companyId: string, wanted: Pick<HireBody, 'role' | 'custom_role'>) {
  const named = wanted.custom_role?.toLowerCase()
  return roleAfter(wanted, named ? await findCustomRole(tx, companyId, named, 'key share') : null)
}

/** @throws FieldError on `branches` when both fields are sent with different branches */
function placesIn({
  branches,
  branch_ids = branches,
  primary_branch_id,
}: Pick<EmployeePatch, 'branches' | 'branch_ids' | 'primary_branch_id'>) {
  const [one, other] = [new Set(branch_ids), new Set(branches ?? branch_ids)]
  if (one.size !== other.size || [...one].some((id) => !other.has(id)))
    throw fieldError('branches', 'two_names', { name: 'branch_ids' })
  return { branch_ids, primary_branch_id, listName: branches ? ('branches' as const) : undefined }
}

/**
 * Creates a login in a company and binds it to branches.
 * @throws FieldError on `email` when it is taken, on `branch_ids` when a branch is unknown or missing
 */
export async function employ(
  tx: Tx,
  companyId: string,
  body: Omit<EmployeeBody, 'password'> & {
    listName?: 'branches'
    customRoleId?: string | null
    access?: AccessChoices
  },
  passwordHash: string,
): Promise<Person> {
  const companyBranchIds = await lockStaff(tx, companyId)
  const branchIds = branchesAfter(companyBranchIds, [], body)
  requireBranch(body.role, companyBranchIds, branchIds, body)
  const { email, role, customRoleId, access, first_name, last_name, phone_number } = body
  const employee = {
    email,
    passwordHash,
    role,
    customRoleId,
    access,
    firstName: first_name,
    lastName: last_name,
    phoneNumber: await phoneLineHere(tx, companyId, phone_number, 'phone_number'),
  }
  return createEmployee(tx, companyId, employee, branchIds)
}

/**
 * Changes an employee. A new password or a deactivation ends every session at once. A new role or branch takes effect
 * with the next request.
 */
export async function changeEmployee(
  { database, clock, authenticator }: AccountsDeps,
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
    const { role, customRoleId } = await wantedRole(tx, companyId, patch)
    const given = accessIn(patch)
    refuseTouchingOwners(actor.role, before.role, role)
    requireRoleChange(actor, before, { role, customRoleId, access: given })
    const access = { ...before.access, ...given }
    await requireOtherOwner(tx, companyId, before, { role, is_active: patch.is_active })
    const branchIds = changedBranches(companyBranchIds, before, { role, ...placesIn(patch) })
    const dismissed = patch.is_active === false && before.isActive
    if (dismissed || passwordHash !== undefined) await revokeTokens(tx, id, clock())
    return updateEmployee(
      tx,
      companyId,
      id,
      { ...patch, passwordHash, role, customRoleId, access },
      branchIds,
      clock(),
    )
  })
  authenticator.forget(id)
  return person!
}

/**
 * Sets the password of an employee, or deactivates or activates the login, from the command line. No role is checked.
 * A new password or a deactivation ends every session.
 * @throws ApiError `last_owner`
 */
export async function setLogin(
  tx: Tx,
  companyId: string,
  id: string,
  login: { passwordHash: string } | { is_active: boolean },
  now: Date,
): Promise<void> {
  await lockStaff(tx, companyId)
  const before = await findEmployee(tx, companyId, id)
  if (!before) throw notFound()
  const opens = 'is_active' in login && login.is_active
  if (!opens) await revokeTokens(tx, id, now)
  if ('is_active' in login) await requireOtherOwner(tx, companyId, before, login)
  await updateEmployee(tx, companyId, id, login, null, now)
}

/**
 * Changes the name, phone and e-mail of a user, from the command line.
 * @throws FieldError on `email` when another person logs in with it
 */
export async function rename(
  tx: Tx,
  companyId: string,
  id: string,
  names: Pick<EmployeePatch, 'email' | 'first_name' | 'last_name' | 'phone_number'>,
  now: Date,
): Promise<void> {
  if (!(await updateEmployee(tx, companyId, id, names, null, now))) throw notFound()
}

/** Null when the change touches neither role nor branches. */
function changedBranches(
  companyBranchIds: readonly string[],
  before: Person,
  patch: ReturnType<typeof placesIn> & { role?: Role },
): string[] | null {
  const { role, branch_ids, primary_branch_id } = patch
  if (role === undefined && branch_ids === undefined && primary_branch_id === undefined) return null
  const branchIds = branchesAfter(companyBranchIds, before.branchIds, patch)
  requireBranch(role ?? before.role, companyBranchIds, branchIds, patch)
  return branchIds
}

async function requireOtherOwner(
  tx: Tx,
  companyId: string,
  before: Person,
  patch: { role?: Role; is_active?: boolean },
): Promise<void> {
  const owns = before.role === 'owner' && before.isActive
  const role: Role = patch.role ?? before.role
  const stays = role === 'owner' && (patch.is_active ?? before.isActive)
  if (!owns || stays || (await hasOtherOwner(tx, companyId, before.id))) return
  throw new ApiError('last_owner')
}
