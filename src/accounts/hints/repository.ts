import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { companies, users } from '../../db/schema/index.ts'

/** The hashes of those of the addresses that may log in. */
export async function hashesOf(tx: Tx, emails: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .select({ email: users.email, hash: users.passwordHash })
    .from(users)
    .where(and(inArray(users.email, [...emails]), eq(users.isActive, true)))
  return new Map(rows.map(({ email, hash }) => [email, hash]))
}

/** Two of the companies at most, the oldest first: enough to tell one café of one's own from many. */
export const firstCompanies = (tx: Tx): Promise<{ name: string; slug: string; language: string | null }[]> =>
  tx
    .select({ name: companies.name, slug: companies.slug, language: companies.language })
    .from(companies)
    .orderBy(asc(companies.createdAt))
    .limit(2)
