import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { branches, companies, users } from '../../db/schema/index.ts'

/** A company by its slug. */
export async function findCompanyId(tx: Tx, slug: string): Promise<string | null> {
  const [company] = await tx.select({ id: companies.id }).from(companies).where(eq(companies.slug, slug))
  return company?.id ?? null
}

/** The branches where people work, with the codes and names that files and commands name them by. */
export const branchCodes = (
  tx: Tx,
  companyId: string,
): Promise<{ id: string; code: string; name: string }[]> =>
  tx
    .select({ id: branches.id, code: branches.code, name: branches.name })
    .from(branches)
    .where(and(eq(branches.companyId, companyId), eq(branches.isActive, true)))
    .execute()

/** Which of these addresses, in lower case, have a login already, in whatever company. */
export async function takenEmails(tx: Tx, emails: readonly string[]): Promise<Set<string>> {
  if (emails.length === 0) return new Set()
  const rows = await tx
    .select({ email: users.email })
    .from(users)
    .where(inArray(users.email, [...emails]))
  return new Set(rows.map(({ email }) => email))
}

/** Whose login an address is, and the language of their company; null when there is none. */
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

/** Everybody of a company by e-mail address, and its language; null when there is no such company. */
export async function listPeople(tx: Tx, slug: string) {
  const [company] = await tx
    .select({ id: companies.id, language: companies.language })
    .from(companies)
    .where(eq(companies.slug, slug))
  if (!company) return null
  const rows = await tx
    .select({
      email: users.email,
      role: users.role,
      firstName: users.firstName,
      lastName: users.lastName,
      isActive: users.isActive,
    })
    .from(users)
    .where(eq(users.companyId, company.id))
    .orderBy(asc(users.email))
  return { language: company.language, rows }
}
