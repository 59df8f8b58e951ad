import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import { FieldError } from '../../http/errors.ts'
import { countryOf, readPhone } from '../../http/phones.ts'
import type { Database, Tx } from '../database.ts'
import { clients, companies } from '../schema/index.ts'

const perStep = 500

/**
 * Converts client phone numbers from before `phone_typed` to E.164, a few hundred at a time. A number that another client
 * of the company already has stays as typed, so that no client is lost; `findDuplicatePhones` reports it.
 * @returns whether there may be more
 */
export async function normalizeOldPhones(tx: Tx): Promise<boolean> {
  const rows = await tx
    .select({ id: clients.id, companyId: clients.companyId, phone: clients.phone, zone: companies.timezone })
    .from(clients)
    .innerJoin(companies, eq(companies.id, clients.companyId))
    .where(and(ne(clients.phone, ''), isNull(clients.phoneTyped)))
    .orderBy(clients.companyId, clients.id)
    .limit(perStep)
    .for('update', { of: clients, skipLocked: true })
  if (rows.length === 0) return false
  const ids = rows.map(({ id }) => id)
  const keyOf = (companyId: string, number: string) => `${companyId} ${number}`
  const wanted = rows.map((row) => ({ ...row, number: numberOf(row.phone, row.zone) }))
  const theirs = await tx
    .select({ companyId: clients.companyId, phone: clients.phone })
    .from(clients)
    .where(
      inArray(
        clients.phone,
        wanted.map(({ number }) => number),
      ),
    )
  const taken = new Set(theirs.map(({ companyId, phone }) => keyOf(companyId, phone)))
  const changed = wanted.filter(({ companyId, phone, number }) => {
    const key = keyOf(companyId, number)
    if (number === phone || taken.has(key)) return false
    taken.add(key)
    return true
  })
  await tx
    .update(clients)
    .set({ phoneTyped: sql`${clients.phone}` })
    .where(inArray(clients.id, ids))
  if (changed.length > 0) {
    const values = changed.map(
      ({ companyId, id, number }) => sql`(${companyId}::uuid, ${id}::uuid, ${number}::text)`,
    )
    await tx.execute(sql`update clients set phone = fresh.number
      from (values ${sql.join(values, sql`, `)}) as fresh (company_id, id, number)
      where clients.company_id = fresh.company_id and clients.id = fresh.id`)
  }
  return rows.length === perStep
}

interface Twins {
  company: string
  client: string
  other: string
}

/** Pairs of clients with the same number, written in two ways before numbers were normalised. */
export async function findDuplicatePhones(database: Database): Promise<Twins[]> {
  const rows = await database.acrossCompanies((tx) =>
    tx
      .select({
        id: clients.id,
        companyId: clients.companyId,
        phone: clients.phone,
        zone: companies.timezone,
      })
      .from(clients)
      .innerJoin(companies, eq(companies.id, clients.companyId))
      .where(ne(clients.phone, '')),
  )
  const byNumber = new Map(rows.map((row) => [`${row.companyId} ${row.phone}`, row.id]))
  return rows.flatMap(({ id, companyId, phone, zone }) => {
    const other = byNumber.get(`${companyId} ${numberOf(phone, zone)}`)
    return other && other !== id ? [{ company: companyId, client: id, other }] : []
  })
}

/** The number in E.164, or unchanged when it cannot be parsed. */
function numberOf(phone: string, zone: string): string {
  try {
    const { number, extension } = readPhone(phone, countryOf(zone))
    return extension ? phone : number
  } catch (error) {
    if (error instanceof FieldError) return phone
    throw error
  }
}
