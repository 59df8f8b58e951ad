import { EmployeeBody } from '../accounts/employees/schema.ts'
import { employ } from '../accounts/employees/service.ts'
import { branchCodes, takenEmails } from '../accounts/import/repository.ts'
import { hashOfNew } from '../accounts/passwords/policy.ts'
import { normalEmail } from '../accounts/user-repository.ts'
import { StartupError } from '../config/startup-error.ts'
import { companyCalled, pickBranch } from './choices.ts'
import type { Command } from './command.ts'
import { requireOption, readArguments } from './command.ts'
import {
  bodyWithPassword,
  fieldsFrom,
  passwordOptions,
  personOptionOf,
  personOptions,
  withOptionNames,
} from './option-errors.ts'
import { useCurrentDatabase } from './with-database.ts'

const options = {
  company: { type: 'string' },
  email: { type: 'string' },
  role: { type: 'string' },
  branch: { type: 'string', multiple: true },
  ...personOptions,
  ...passwordOptions,
} as const

const optionOf = { email: '--email', role: '--role', ...personOptionOf }

export const createUser: Command = {
  async run(args, context) {
    const { values } = readArguments(args, context, options)
    const slug = requireOption(values.company, context, 'company')
    const config = context.readConfig()
    const fields = fieldsFrom(optionOf, values)
    const named = { ...optionOf, branch_ids: '--branch' }
    await withOptionNames(context.language, named, async () => {
      const { body, saying } = await bodyWithPassword(EmployeeBody, fields, context, values)
      const passwordHash = await hashOfNew(body.password, { field: 'password', email: body.email })
      await useCurrentDatabase(context, config, async ({ database }) => {
        const { companyId, texts } = await companyCalled(database, slug, context.language)
        const address = normalEmail(body.email)
        if ((await database.withRole('accounts', (tx) => takenEmails(tx, [address]))).has(address))
          throw new StartupError(`--email: ${texts.hasLogin(address)}`)
        const person = await database.inCompany(companyId, async (tx) => {
          const there = await branchCodes(tx, companyId)
          const chosen = values.branch && {
            branch_ids: values.branch.map((name) => pickBranch(there, name, texts, '--branch: ').id),
          }
          return employ(tx, companyId, { ...body, ...chosen }, passwordHash)
        })
        context.print(`${texts.userMade(person.email, slug, person.role)}\n${saying}`)
      })
    })
  },
}
