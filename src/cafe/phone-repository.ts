import type { SQL, SQLWrapper } from 'drizzle-orm'
import { or, sql } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'
import { countryHere } from '../accounts/branches/country-repository.ts'
import { digitsOf, digitsWithin, readPhone } from '../http/phones.ts'

interface PhoneColumns {
  phone: string
  phoneTyped: string
  phoneExtension: string
}

/**
 * The phone columns for a body; none when the body has no number, or the present one.
 * @throws FieldError on `phone`
 */
export async function phoneColumns(
  tx: Tx,
  place: { companyId: string; branchId: string | null },
  typed: string | undefined,
  row?: { phone: string; phoneExtension: string },
): Promise<Partial<PhoneColumns>> {
  if (typed === undefined || typed === row?.phone) return {}
  const { number, extension } = readPhone(typed, await countryHere(tx, place))
  if (number === row?.phone && extension === row.phoneExtension) return {}
  return { phone: number, phoneTyped: typed, phoneExtension: extension }
}

/** Matches rows whose phone number contains the search text, if the text can be part of a number. */
export function phoneHolds(phone: SQLWrapper, search: string | undefined): SQL | undefined {
  const digits = search === undefined ? null : digitsOf(search)
  return digits === null
    ? undefined
    : or(...digitsWithin(digits).map((part) => sql`strpos(${phone}, ${part}) > 0`))
}
