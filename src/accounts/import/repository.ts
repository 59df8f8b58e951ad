import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { branches, companies, users } from '../../db/schema/index.ts'

/** A company by its slug, and its language. */
export async function companyNamed(
  tx: Tx,
  slug: string,
): Promise<{ id: string; language: string | null } | null> {
  const [company] = await tx
    .select({ id: companies.id, language: companies.language })
    .from(companies)
    .where(eq(companies.slug, slug))
  return company ?? null
}

/** The ids of all companies. */
export async function everyCompany(tx: Tx): Promise<string[]> {
  return (await tx.select({ id: companies.id }).from(companies)).map(({ id }) => id)
}

/** The branches of a company, closed ones too, in the order in which they were opened. */
export const everyBranch = (tx: Tx, companyId: string) =>
  tx
    .select({
      id: branches.id,
      code: branches.code,
      name: branches.name,
      isActive: branches.isActive,
      timezone: sql<string>`coalesce(${branches.timezone}, ${companies.timezone})`,
    })
    .from(branches)
    .innerJoin(companies, eq(companies.id, branches.companyId))
    .where(eq(branches.companyId, companyId))
    .orderBy(asc(branches.createdAt), asc(branches.id))
    .execute()

/** The branches of a company, with the codes and names that files and commands use. */
export const branchCodes = (
  tx: Tx,
  companyId: string,
): Promise<{ id: string; code: string; name: string }[]> =>
  tx
    .select({ id: branches.id, code: branches.code, name: branches.name })
    .from(branches)
    .where(and(eq(branches.companyId, companyId), eq(branches.isActive, true)))
    .execute()

/** Which of these addresses (lower case) have a login in any company. */
export async function takenEmails(tx: Tx, emails: readonly string[]): Promise<Set<string>> {
  if (emails.length === 0) return new Set()
  const rows = await tx
    .select({ email: users.email })
    .from(users)
    .where(inArray(users.email, [...emails]))
  return new Set(rows.map(({ email }) => email))
}

/** The user of an e-mail address, with the company's language; null when there is none. */
export async function companyOf(
  tx: Tx,
  email: string,
): Promise<{ userId: string; companyId: string | null; language: string | null } | null> {
  const [found] = await tx
    .select({ userId: users.id, companyId: users.companyId, language: companies.language })
    .from(users)
    .leftJoin(companies, eq(companies.id, users.companyId))
    .where(eq(users.email, email))
  return found ?? null
}

/** Everybody of a company, by e-mail address. */
export const listPeople = (tx: Tx, companyId: string) =>
  tx
    .select({
      email: users.email,
      role: users.role,
      firstName: users.firstName,
      lastName: users.lastName,
      isActive: users.isActive,
    })
    .from(users)
    .where(eq(users.companyId, companyId))
    .orderBy(asc(users.email))
    .execute()
