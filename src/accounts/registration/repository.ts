import type { Tx } from '../../db/database.ts'
import { companies } from '../../db/schema/index.ts'

interface NewCompany {
  id: string
  name: string
  phone?: string
  language?: string | null
  timezone?: string
}

/**
 * Creates a company with the first free short name; the last candidate must be unique.
 * @returns the short name
 */
export async function createCompany(tx: Tx, company: NewCompany, slugs: readonly string[]): Promise<string> {
  for (const slug of slugs) {
    const made = await tx
      .insert(companies)
      .values({ ...company, slug })
      .onConflictDoNothing({ target: companies.slug })
      .returning({ id: companies.id })
    if (made.length > 0) return slug
  }
  throw new Error(`no short name is free for company ${company.id}`)
}
