import { and, asc, eq } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { customRoles, users } from '../../db/schema/index.ts'
import { fieldError } from '../../http/errors.ts'
import { refuseInUse } from '../../http/in-use.ts'
import { accessIn } from '../access.ts'
import type { CustomRoleBody, CustomRolePatch } from './schema.ts'

export type CustomRole = typeof customRoles.$inferSelect

/** The custom roles of a company, by name. */
export const listCustomRoles = (tx: Tx, companyId: string): Promise<CustomRole[]> =>
  tx
    .select()
    .from(customRoles)
    .where(eq(customRoles.companyId, companyId))
    .orderBy(asc(customRoles.name), asc(customRoles.id))

/** Null when the company has no such role. `lock` keeps it from being changed or removed until commit. */
export async function findCustomRole(
  tx: Tx,
  companyId: string,
  id: string,
  lock: 'key share' | 'update' | null = null,
): Promise<CustomRole | null> {
  const query = tx.select().from(customRoles).where(customRole(companyId, id))
  const [row] = await (lock ? query.for(lock) : query)
  return row ?? null
}

/** @throws FieldError on `name` when the company has a role of that name */
export async function createCustomRole(tx: Tx, companyId: string, body: CustomRoleBody): Promise<CustomRole> {
  const [row] = await tx
    .insert(customRoles)
    .values({ companyId, name: body.name, role: body.role ?? 'waiter', access: accessIn(body) })
    .returning()
    .catch(refusedName)
  return row!
}

/** Changes only the keys given. A new base role applies at once to everybody with the role. Null when there is none. */
export async function updateCustomRole(
  tx: Tx,
  companyId: string,
  id: string,
  patch: CustomRolePatch,
  now: Date,
): Promise<CustomRole | null> {
  const before = await findCustomRole(tx, companyId, id, 'update')
  if (!before) return null
  const [row] = await tx
    .update(customRoles)
    .set({
      name: patch.name,
      role: patch.role,
      access: { ...before.access, ...accessIn(patch) },
      updatedAt: now,
    })
    .where(customRole(companyId, id))
    .returning()
    .catch(refusedName)
  if (row!.role !== before.role) {
    const holders = and(eq(users.companyId, companyId), eq(users.customRoleId, id))
    await tx.update(users).set({ role: row!.role, updatedAt: now }).where(holders)
  }
  return row!
}

/**
 * False when the company has no such role.
 * @throws ApiError `in_use` while a user has it, former employees included
 */
export async function removeCustomRole(tx: Tx, companyId: string, id: string): Promise<boolean> {
  if (!(await findCustomRole(tx, companyId, id, 'update'))) return false
  const employees = await tx.$count(users, and(eq(users.companyId, companyId), eq(users.customRoleId, id)))
  refuseInUse({ employees })
  await tx.delete(customRoles).where(customRole(companyId, id))
  return true
}

const customRole = (companyId: string, id: string) =>
  and(eq(customRoles.companyId, companyId), eq(customRoles.id, id))

function refusedName(error: unknown): never {
  throw brokenUnique(error) === 'custom_roles_name_key' ? fieldError('name', 'not_unique') : error
}
