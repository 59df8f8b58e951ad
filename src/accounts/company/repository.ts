import { and, asc, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../db/database.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { companies, users } from '../../db/schema/index.ts'
import { fieldError } from '../../http/errors.ts'
import { phoneLineHere } from '../branches/country-repository.ts'
import { savedZone } from '../time-zone.ts'
import type { CompanyPatch } from './schema.ts'

type Company = typeof companies.$inferSelect
type Owner = Pick<
  typeof users.$inferSelect,
  'id' | 'email' | 'firstName' | 'lastName' | 'phoneNumber' | 'avatar'
>

export interface OwnedCompany {
  company: Company
  /** The oldest owner; null in a company without one. */
  owner: Owner | null
}

export async function findCompany(tx: Tx, id: string): Promise<OwnedCompany | null> {
  const [[company], [owner]] = await Promise.all([
    tx.select().from(companies).where(eq(companies.id, id)),
    tx
      .select({
        id: users.id,
        email: users.email,
        firstName: users.firstName,
        lastName: users.lastName,
        phoneNumber: users.phoneNumber,
        avatar: users.avatar,
      })
      .from(users)
      .where(and(eq(users.companyId, id), eq(users.role, 'owner'), eq(users.isActive, true)))
      .orderBy(asc(users.createdAt), asc(users.id))
      .limit(1),
  ])
  return company ? { company, owner: owner ?? null } : null
}

/** Whether another company has this short name. Needs the database role that sees all companies. */
export async function isSlugTaken(tx: Tx, slug: string, exceptCompanyId: string): Promise<boolean> {
  return (await tx.$count(companies, and(eq(companies.slug, slug), ne(companies.id, exceptCompanyId)))) > 0
}

/**
 * Changes only the keys given.
 * @throws FieldError on `slug` when another company has it
 */
export async function updateCompany(
  tx: Tx,
  id: string,
  patch: CompanyPatch,
  now: Date,
): Promise<OwnedCompany | null> {
  await tx
    .update(companies)
    .set({
      name: patch.name,
      slug: patch.slug,
      phone: await phoneLineHere(tx, id, patch.phone, 'phone'),
      language: patch.language,
      waiterDiscountLimit: patch.discount_limits?.waiter,
      cashierDiscountLimit: patch.discount_limits?.cashier,
      timezone: await savedZone(tx, patch.timezone),
      updatedAt: now,
    })
    .where(eq(companies.id, id))
    .catch((error: unknown) => {
      throw brokenUnique(error) === 'companies_slug_unique' ? fieldError('slug', 'slug_taken') : error
    })
  return findCompany(tx, id)
}
