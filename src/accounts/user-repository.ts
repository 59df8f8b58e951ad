import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'
import { sessions, users } from '../db/schema/index.ts'
import type { Role } from '../db/enums.ts'
import type { AccessChoices } from './access.ts'

/** A user as login, profile and employees show it. */
export interface Person {
  id: string
  companyId: string | null
  email: string
  role: Role
  /** The custom role of the person. */
  customRole: { id: string; name: string; access: AccessChoices } | null
  /** The person's own access flags. */
  access: AccessChoices
  firstName: string
  lastName: string
  phoneNumber: string
  avatar: string | null
  language: string | null
  isActive: boolean
  tokenVersion: number
  /** Primary branch first. */
  branchIds: string[]
  createdAt: Date
  updatedAt: Date
}

/** Columns of a `Person` to select from `users`. */
export const personColumns = {
  id: users.id,
  companyId: users.companyId,
  email: users.email,
  role: users.role,
  customRole: sql<Person['customRole']>`(
    select json_build_object('id', r.id, 'name', r.name, 'access', r.access)
    from custom_roles r where r.company_id = "users"."company_id" and r.id = "users"."custom_role_id")`,
  access: users.access,
  firstName: users.firstName,
  lastName: users.lastName,
  phoneNumber: users.phoneNumber,
  avatar: users.avatar,
  language: users.language,
  isActive: users.isActive,
  tokenVersion: users.tokenVersion,
  // full table names: drizzle drops them from columns when a statement selects from one table
  branchIds: sql<string[]>`(
    select coalesce(json_agg(b.branch_id order by b.is_primary desc, b.branch_id), '[]')
    from user_branches b where b.company_id = "users"."company_id" and b.user_id = "users"."id")`,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
}

/** Invalidates every token of a user. */
export async function revokeTokens(tx: Tx, userId: string, now: Date): Promise<void> {
  await Promise.all([
    tx
      .update(users)
      .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(eq(users.id, userId)),
    tx
      .update(sessions)
      .set({ revokedAt: now })
      .where(sql`${sessions.userId} = ${userId} and ${sessions.revokedAt} is null`),
  ])
}

/**
 * Invalidates every token of a company, or with null of all companies.
 * @returns the number of users
 */
export async function revokeAllTokens(tx: Tx, companyId: string | null, now: Date): Promise<number> {
  const people = companyId === null ? undefined : eq(users.companyId, companyId)
  const open = isNull(sessions.revokedAt)
  const theirs = tx.select({ id: users.id }).from(users).where(people)
  const [changed] = await Promise.all([
    tx
      .update(users)
      .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
      .where(people)
      .returning({ id: users.id }),
    tx
      .update(sessions)
      .set({ revokedAt: now })
      .where(companyId === null ? open : and(open, inArray(sessions.userId, theirs))),
  ])
  return changed.length
}

/** E-mail addresses are compared and stored in lower case. */
export const normalEmail = (email: string): string => email.trim().toLowerCase()
