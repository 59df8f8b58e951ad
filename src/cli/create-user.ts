import { EmployeeBody } from '../accounts/employees/schema.ts'
import { employ } from '../accounts/employees/service.ts'
import { branchCodes, takenEmails } from '../accounts/import/repository.ts'
import { hashOfNew } from '../accounts/passwords/policy.ts'
import { normalEmail } from '../accounts/user-repository.ts'
import { StartupError } from '../config/startup-error.ts'
import { companyCalled, pickBranch } from './choices.ts'
import type { Command } from './command.ts'
import { requireOption, readArguments } from './command.ts'
import { bodyWithPassword, withOptionNames, passwordOptions } from './option-errors.ts'
import { useCurrentDatabase } from './with-database.ts'

const options = {
  company: { type: 'string' },
  email: { type: 'string' },
  role: { type: 'string' },
  branch: { type: 'string', multiple: true },
  'first-name': { type: 'string' },
  'last-name': { type: 'string' },
  phone: { type: 'string' },
  ...passwordOptions,
} as const

const optionOf = {
  email: '--email',
  role: '--role',
  branch_ids: '--branch',
  first_name: '--first-name',
  last_name: '--last-name',
  phone_number: '--phone',
}

export const createUser: Command = {
  async run(args, context) {
    const { values } = readArguments(args, context, options)
    const slug = requireOption(values.company, context, 'company')
    const config = context.readConfig()
    const fields = {
      email: values.email,
      role: values.role,
      first_name: values['first-name'],
      last_name: values['last-name'],
      phone_number: values.phone,
    }
    await withOptionNames(context.language, optionOf, async () => {
      const { body, saying } = await bodyWithPassword(EmployeeBody, fields, context, values)
      const passwordHash = await hashOfNew(body.password, { field: 'password', email: body.email })
      await useCurrentDatabase(context, config, async ({ database }) => {
        const { companyId, texts } = await companyCalled(database, slug, context.language)
        const address = normalEmail(body.email)
        if ((await database.withRole('accounts', (tx) => takenEmails(tx, [address]))).has(address))
          throw new StartupError(`--email: ${texts.hasLogin(address)}`)
        const person = await database.inCompany(companyId, async (tx) => {
          const there = await branchCodes(tx, companyId)
          const named = values.branch && {
            branch_ids: values.branch.map((name) => pickBranch(there, name, texts, '--branch: ').id),
          }
          return employ(tx, companyId, { ...body, ...named }, passwordHash)
        })
        context.print(`${texts.userMade(person.email, slug, person.role)}\n${saying}`)
      })
    })
  },
}
