import { and, eq, sql } from 'drizzle-orm'
import type { CountryCode } from 'libphonenumber-js/min'
import type { Tx } from '../../db/database.ts'
import { branches, companies } from '../../db/schema/index.ts'
import { countryOf, isCountry, phoneLine } from '../../http/phones.ts'

/** A phone number in one line, read by the rules of the company's country; undefined when none is given. */
export const phoneLineHere = async (
  tx: Tx,
  companyId: string,
  typed: string | undefined,
  field: string,
): Promise<string | undefined> =>
  typed === undefined
    ? undefined
    : phoneLine(typed, await countryHere(tx, { companyId, branchId: null }), field)

/**
 * The country whose phone numbers are written without a country code: that of the branch, else that of its time zone.
 * Without a branch, the time zone of the company decides.
 */
export async function countryHere(
  tx: Tx,
  { companyId, branchId }: { companyId: string; branchId: string | null },
): Promise<CountryCode> {
  const [row] = await tx
    .select({ country: branches.country, branchZone: branches.timezone, zone: companies.timezone })
    .from(companies)
    .leftJoin(
      branches,
      and(eq(branches.companyId, companies.id), branchId ? eq(branches.id, branchId) : sql`false`),
    )
    .where(eq(companies.id, companyId))
  const country = row?.country
  return country && isCountry(country) ? country : countryOf(row?.branchZone ?? row?.zone ?? '')
}
