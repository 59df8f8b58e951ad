import { cleanLine } from '../../text/clean-text.ts'
import type { Database } from '../../db/database.ts'
import { createEmployee, lockStaff } from '../employees/repository.ts'
import { normalEmail } from '../user-repository.ts'
import { parseImportFile } from './rules.ts'
import type { LineError } from './rules.ts'
import { branchCodes, takenEmails } from './repository.ts'

interface Import {
  companyId: string
  /** JSON lines. */
  text: string
  /** Check only; change nothing. */
  dryRun: boolean
}

/**
 * Imports the users of a file with their password hashes: all of them, or none when there is an error.
 * @returns how many there are, and what is wrong, by line
 */
export async function importUsers(
  database: Database,
  { companyId, text, dryRun }: Import,
): Promise<{ count: number; errors: LineError[] }> {
  const codes = await database.inCompany(companyId, (tx) => branchCodes(tx, companyId))
  const { people, errors } = parseImportFile(text, codes)
  const emails = people.map(({ email }) => normalEmail(email))
  const taken = await database.withRole('accounts', (tx) => takenEmails(tx, emails))
  for (const { email, line } of people)
    if (taken.has(normalEmail(email))) errors.push({ line, message: `${email} has a login already` })
  if (errors.length > 0 || dryRun) return { count: people.length, errors }
  return database.inCompany(companyId, async (tx) => {
    await lockStaff(tx, companyId)
    for (const person of people) {
      const { email, password: passwordHash, role, branchIds } = person
      const names = {
        firstName: cleanLine(person.first_name ?? ''),
        lastName: cleanLine(person.last_name ?? ''),
        phoneNumber: cleanLine(person.phone_number ?? ''),
      }
      await createEmployee(tx, companyId, { email, passwordHash, role, ...names }, branchIds)
    }
    return { count: people.length, errors }
  })
}
