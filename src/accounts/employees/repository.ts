import { and, eq, ne, sql } from 'drizzle-orm'
import { brokenReference, brokenUnique } from '../../db/pg-errors.ts'
import type { Tx } from '../../db/database.ts'
import { branches, companies, userBranches, users } from '../../db/schema/index.ts'
import { fieldError } from '../../http/errors.ts'
import { folded, orderingOf, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed } from '../../http/pagination.ts'
import { phoneLineHere } from '../branches/country-repository.ts'
import { normalEmail, personColumns } from '../user-repository.ts'
import type { Person } from '../user-repository.ts'
import type { EmployeePatch, EmployeeQuery } from './schema.ts'

export async function listEmployees(
  tx: Tx,
  companyId: string,
  query: EmployeeQuery,
): Promise<Listed<Person>> {
  const where = and(
    eq(users.companyId, companyId),
    eq(users.isActive, query.is_active ?? true),
    query.role ? eq(users.role, query.role) : undefined,
    query.custom_role ? eq(users.customRoleId, query.custom_role) : undefined,
    query.branch ? worksIn(query.branch) : undefined,
    searchIn(query.search, [folded(fullName), users.email, users.phoneNumber]),
  )
  const fields = {
    email: users.email,
    role: users.role,
    first_name: users.firstName,
    last_name: users.lastName,
    created_at: users.createdAt,
  }
  const { limit, offset } = sliceOf(query)
  const [rows, count] = await Promise.all([
    tx
      .select(personColumns)
      .from(users)
      .where(where)
      .orderBy(...orderingOf(query.ordering, fields, 'last_name,first_name', users.id))
      .limit(limit)
      .offset(offset),
    tx.$count(users, where),
  ])
  return { count, rows }
}

const fullName = sql`${users.firstName} || ' ' || ${users.lastName}`

const worksIn = (branchId: string) =>
  sql`exists (select 1 from user_branches b
    where b.company_id = "users"."company_id" and b.user_id = "users"."id" and b.branch_id = ${branchId})`

export async function findEmployee(tx: Tx, companyId: string, id: string): Promise<Person | null> {
  const [person] = await tx
    .select(personColumns)
    .from(users)
    .where(and(eq(users.companyId, companyId), eq(users.id, id)))
  return person ?? null
}

/**
 * Locks the staff of a company and returns the ids of its branches. Changes that depend on several people ("is this
 * the last owner?") run one after the other. Orders and tables are not blocked.
 */
export async function lockStaff(tx: Tx, companyId: string): Promise<string[]> {
  const [, rows] = await Promise.all([
    tx.select({ id: companies.id }).from(companies).where(eq(companies.id, companyId)).for('no key update'),
    tx.select({ id: branches.id }).from(branches).where(eq(branches.companyId, companyId)),
  ])
  return rows.map(({ id }) => id)
}

/** Whether the company has another active owner. */
export async function hasOtherOwner(tx: Tx, companyId: string, userId: string): Promise<boolean> {
  const owners = and(
    eq(users.companyId, companyId),
    eq(users.role, 'owner'),
    eq(users.isActive, true),
    ne(users.id, userId),
  )
  return (await tx.$count(users, owners)) > 0
}

export type NewEmployee = Pick<typeof users.$inferInsert, 'email' | 'passwordHash' | 'role'> &
  Partial<
    Pick<
      typeof users.$inferInsert,
      'id' | 'firstName' | 'lastName' | 'phoneNumber' | 'language' | 'customRoleId' | 'access'
    >
  >

/** @throws FieldError on `email` when a user of any company has it */
export async function createEmployee(
  tx: Tx,
  companyId: string,
  employee: NewEmployee,
  branchIds: readonly string[],
): Promise<Person> {
  const [row] = await tx
    .insert(users)
    .values({ ...employee, companyId, email: normalEmail(employee.email) })
    .returning({ id: users.id })
    .catch(refusedEmail)
  await bindToBranches(tx, companyId, row!.id, branchIds)
  return (await findEmployee(tx, companyId, row!.id))!
}

/** Changes only the keys given, and the branches when they are given (null: as they are). */
export async function updateEmployee(
  tx: Tx,
  companyId: string,
  id: string,
  patch: Pick<EmployeePatch, 'email' | 'first_name' | 'last_name' | 'phone_number' | 'is_active'> &
    Partial<Pick<typeof users.$inferInsert, 'passwordHash' | 'role' | 'customRoleId' | 'access'>>,
  branchIds: readonly string[] | null,
  now: Date,
): Promise<Person | null> {
  await tx
    .update(users)
    .set({
      email: patch.email === undefined ? undefined : normalEmail(patch.email),
      passwordHash: patch.passwordHash,
      role: patch.role,
      customRoleId: patch.customRoleId,
      access: patch.access,
      firstName: patch.first_name,
      lastName: patch.last_name,
      phoneNumber: await phoneLineHere(tx, companyId, patch.phone_number, 'phone_number'),
      isActive: patch.is_active,
      updatedAt: now,
    })
    .where(and(eq(users.companyId, companyId), eq(users.id, id)))
    .catch(refusedEmail)
  if (branchIds) {
    const bound = and(eq(userBranches.companyId, companyId), eq(userBranches.userId, id))
    await tx.delete(userBranches).where(bound)
    await bindToBranches(tx, companyId, id, branchIds)
  }
  return findEmployee(tx, companyId, id)
}

/** The first branch is the primary one. */
async function bindToBranches(
  tx: Tx,
  companyId: string,
  userId: string,
  branchIds: readonly string[],
): Promise<void> {
  if (branchIds.length === 0) return
  await tx
    .insert(userBranches)
    .values(branchIds.map((branchId, i) => ({ companyId, userId, branchId, isPrimary: i === 0 })))
    .catch((error: unknown) => {
      // a branch removed since the check
      throw brokenReference(error) === null ? error : fieldError('branch_ids', 'invalid')
    })
}

function refusedEmail(error: unknown): never {
  throw brokenUnique(error) === 'users_email_unique' ? fieldError('email', 'not_unique') : error
}
