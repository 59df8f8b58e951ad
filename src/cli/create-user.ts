import { EmployeeBody } from '../accounts/employees/schema.ts'
import { employ } from '../accounts/employees/service.ts'
import { branchCodes, findCompanyId, takenEmails } from '../accounts/import/repository.ts'
import { hashOfNew } from '../accounts/passwords/policy.ts'
import { normalEmail } from '../accounts/user-repository.ts'
import { roles } from '../db/enums.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { bodyWithPassword, naming } from './option-errors.ts'
import { useCurrentDatabase } from './with-database.ts'

const options = {
  company: { type: 'string' },
  email: { type: 'string' },
  role: { type: 'string' },
  branch: { type: 'string', multiple: true },
  'first-name': { type: 'string' },
  'last-name': { type: 'string' },
  phone: { type: 'string' },
} as const

const optionOf = {
  email: '--email',
  password: 'the password',
  role: '--role',
  branch_ids: '--branch',
  first_name: '--first-name',
  last_name: '--last-name',
  phone_number: '--phone',
}

export const createUser: Command = {
  summary: 'give somebody a login in a company',
  synopsis: `--company <slug> --email <e-mail> --role <role> [--branch <branch>]… …`,
  details: `  --company <slug>     short name of the company
  --email <e-mail>     what they log in with
  --role <role>        ${roles.join(', ')}
  --branch <branch>    where they work, by code or name; again for each, the primary one first
  --first-name, --last-name, --phone

The password is asked for, or read from the first line of standard input: never from an argument, which everybody on
the machine can see.`,
  async run(args, { print, askPassword, readConfig }) {
    const { values } = readArguments('create-user', args, options)
    const { company, branch: wanted = [] } = values
    if (!company) throw new StartupError('create-user: name the company; see create-user --help')
    const config = readConfig()
    const given = {
      email: values.email,
      role: values.role,
      first_name: values['first-name'],
      last_name: values['last-name'],
      phone_number: values.phone,
    }
    const person = await naming(optionOf, async () => {
      const whole = await bodyWithPassword(EmployeeBody, given, askPassword)
      const passwordHash = await hashOfNew(whole.password, { field: 'password', email: whole.email })
      return useCurrentDatabase(config, async (database) => {
        const companyId = await database.withRole('accounts', (tx) => findCompanyId(tx, company))
        if (!companyId) throw new StartupError(`there is no company with the slug ${company}`)
        const address = normalEmail(whole.email)
        if ((await database.withRole('accounts', (tx) => takenEmails(tx, [address]))).has(address))
          throw new StartupError(
            `--email: ${address} has a login already; reset-password gives it another password`,
          )
        return database.inCompany(companyId, async (tx) => {
          const there = await branchCodes(tx, companyId)
          const named = wanted.length > 0 && { branch_ids: wanted.map((name) => pick(there, name)) }
          return employ(tx, companyId, { ...whole, ...named }, passwordHash)
        })
      })
    })
    print(`${person.email} logs in to ${company} as ${person.role}.\n`)
  },
}

/** @throws StartupError unless exactly one branch has this code or name */
function pick(branches: readonly { id: string; code: string; name: string }[], wanted: string): string {
  const byCode = branches.filter(({ code }) => code === wanted)
  const [found, other] = byCode.length > 0 ? byCode : branches.filter(({ name }) => name === wanted)
  if (found && !other) return found.id
  const names = branches.map(({ code, name }) => (code ? `${name} (${code})` : name)).join(', ')
  throw new StartupError(
    `--branch: ${found ? 'more than one branch is' : 'no branch is'} called ${wanted}; there are: ${names || 'none'}`,
  )
}
