import { registerCompany } from '../accounts/registration/service.ts'
import { RegistrationBody } from '../accounts/registration/schema.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { bodyWithPassword, naming } from './option-errors.ts'
import { useCurrentDatabase } from './with-database.ts'

const options = {
  name: { type: 'string' },
  owner: { type: 'string' },
  'first-name': { type: 'string' },
  'last-name': { type: 'string' },
  phone: { type: 'string' },
  language: { type: 'string' },
  timezone: { type: 'string' },
} as const

const optionOf = {
  company_name: '--name',
  email: '--owner',
  password: 'the password',
  first_name: '--first-name',
  last_name: '--last-name',
  phone_number: '--phone',
  language: '--language',
  timezone: '--timezone',
}

export const createCompany: Command = {
  summary: 'make a company and the login of its owner',
  synopsis: '--name <name> --owner <e-mail> [--timezone <zone>] [--language ru|en] …',
  details: `  --name <name>        of the company: "Ala-Too"
  --owner <e-mail>     who logs in as its owner
  --first-name, --last-name, --phone
                       of the owner
  --language ru|en     of texts for its people; their own choice goes before
  --timezone <zone>    such as Asia/Bishkek: where its days begin

The password of the owner is asked for, or read from the first line of standard input: never from an argument, which
everybody on the machine can see. The short name (slug) that it answers names the company to other commands.`,
  async run(args, { print, askPassword, readConfig }) {
    const { values } = readArguments('create-company', args, options)
    const config = readConfig()
    const given = {
      company_name: values.name,
      email: values.owner,
      first_name: values['first-name'],
      last_name: values['last-name'],
      phone_number: values.phone,
      language: values.language,
      timezone: values.timezone,
    }
    const { slug, owner } = await naming(optionOf, async () => {
      const body = await bodyWithPassword(RegistrationBody, given, askPassword)
      return useCurrentDatabase(config, (database) => registerCompany(database, body))
    })
    print(`Company ${slug} is there, and ${owner.email} logs in as its owner.\n`)
  },
}
