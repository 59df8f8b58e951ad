import { uuidv7 } from 'uuidv7'
import type { Database } from '../../db/database.ts'
import { fieldError, unknownReference } from '../../http/errors.ts'
import { companyFactIds } from '../company/presenter.ts'
import { countryOf, phoneLine } from '../../http/phones.ts'
import { createEmployee } from '../employees/repository.ts'
import { hashOfNew } from '../passwords/policy.ts'
import type { Person } from '../user-repository.ts'
import { savedZone } from '../time-zone.ts'
import { slugOf } from './rules.ts'
import type { RegistrationBody } from './schema.ts'
import { createCompany } from './repository.ts'

/**
 * Creates a company and its owner.
 * @throws FieldError on `email` when it is taken, on `password` when it is easy to guess, on `timezone` when there is
 *   no such zone
 */
export async function registerCompany(
  database: Database,
  body: RegistrationBody,
): Promise<{ owner: Person; slug: string }> {
  if (body.password2 !== undefined && body.password2 !== body.password)
    throw fieldError('password2', 'passwords_differ')
  requireKnown('company_sector_id', body.company_sector_id, companyFactIds.sector)
  requireKnown('subscription_plan_id', body.subscription_plan_id, companyFactIds.plan)
  const phone =
    body.phone_number === undefined
      ? undefined
      : phoneLine(body.phone_number, countryOf(body.timezone ?? ''), 'phone_number')
  const passwordHash = await hashOfNew(body.password, { field: 'password', email: body.email })
  const companyId = uuidv7()
  const slug = slugOf(body.company_name)
  return database.inCompany(companyId, async (tx) => {
    const company = {
      id: companyId,
      name: body.company_name,
      phone,
      language: body.language,
      timezone: await savedZone(tx, body.timezone),
    }
    const unique = `${slug || 'company'}-${companyId.slice(-12)}`
    const name = await createCompany(tx, company, slug ? [slug, unique] : [unique])
    const person = {
      email: body.email,
      passwordHash,
      role: 'owner' as const,
      firstName: body.first_name,
      lastName: body.last_name,
      phoneNumber: phone,
    }
    return { owner: await createEmployee(tx, companyId, person, []), slug: name }
  })
}

function requireKnown(field: string, id: string | null | undefined, known: string): void {
  if (id && id.toLowerCase() !== known) throw unknownReference(field, id)
}
