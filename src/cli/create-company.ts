import { registerCompany } from '../accounts/registration/service.ts'
import { RegistrationBody } from '../accounts/registration/schema.ts'
import { textsOf } from './texts.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
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
  name: { type: 'string' },
  owner: { type: 'string' },
  ...personOptions,
  language: { type: 'string' },
  timezone: { type: 'string' },
  ...passwordOptions,
} as const

const optionOf = {
  company_name: '--name',
  email: '--owner',
  ...personOptionOf,
  language: '--language',
  timezone: '--timezone',
}

export const createCompany: Command = {
  async run(args, context) {
    const { values } = readArguments(args, context, options)
    const config = context.readConfig()
    const fields = fieldsFrom(optionOf, values)
    const { slug, owner, saying } = await withOptionNames(context.language, optionOf, async () => {
      const { body, saying } = await bodyWithPassword(RegistrationBody, fields, context, values)
      const made = await useCurrentDatabase(context, config, ({ database }) =>
        registerCompany(database, body),
      )
      return { ...made, saying }
    })
    const texts = textsOf(context.language, values.language)
    context.print(`${texts.companyMade(slug, owner.email)}\n${saying}`)
  },
}
