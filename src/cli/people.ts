import { Type } from 'typebox'
import { EmployeePatch } from '../accounts/employees/schema.ts'
import { setLogin, rename } from '../accounts/employees/service.ts'
import { companyOf, listPeople } from '../accounts/import/repository.ts'
import { hashOfNew } from '../accounts/passwords/policy.ts'
import { NewPassword } from '../accounts/passwords/schema.ts'
import { normalEmail } from '../accounts/user-repository.ts'
import type { Database, Tx } from '../db/database.ts'
import { languageOf, textsOf } from './texts.ts'
import type { CommandTexts } from './texts.ts'
import type { Language } from '../i18n/messages.ts'
import { checkBody } from '../http/validation/check-body.ts'
import { StartupError } from '../config/startup-error.ts'
import { companyCalled } from './choices.ts'
import type { Command, CommandContext } from './command.ts'
import { usageError, requireOption, readArguments } from './command.ts'
import {
  bodyWithPassword,
  definedFields,
  fieldsFrom,
  passwordOptions,
  personOptionOf,
  personOptions,
  withOptionNames,
} from './option-errors.ts'
import { useCurrentDatabase } from './with-database.ts'

const email = { email: { type: 'string' } } as const

/** Commands for people who already have a login. */
export const peopleCommands = {
  'list-users': {
    async run(args, context) {
      const { values } = readArguments(args, context, { company: { type: 'string' } })
      const slug = requireOption(values.company, context, 'company')
      await useCurrentDatabase(context, context.readConfig(), async ({ database }) => {
        const { companyId, texts } = await companyCalled(database, slug, context.language)
        const people = await database.withRole('accounts', (tx) => listPeople(tx, companyId))
        for (const { email: address, role, firstName, lastName, isActive } of people) {
          const name = `${firstName} ${lastName}`.trim()
          const words = [address.padEnd(28), role.padEnd(8), name, isActive ? '' : texts.disabled]
          context.print(`${words.join(' ').trimEnd()}\n`)
        }
      })
    },
  },
  'rename-user': {
    async run(args, context) {
      const { values } = readArguments(args, context, {
        ...email,
        'new-email': { type: 'string' },
        ...personOptions,
      })
      const patch = definedFields(fieldsFrom(optionOf, values))
      if (Object.keys(patch).length === 0)
        throw usageError(context, textsOf(context.language).nothingToChange)
      await changePerson(values.email, context, async () => {
        checkBody(NamesPatch, patch)
        return async (tx, companyId, id) => {
          await rename(tx, companyId, id, patch, new Date())
          return (texts, address) => texts.userRenamed(address)
        }
      })
    },
  },
  'reset-password': {
    async run(args, context) {
      const { values } = readArguments(args, context, { ...email, ...passwordOptions })
      await changePerson(values.email, context, async (address) => {
        const schema = Type.Object({ password: NewPassword() })
        const { body, saying } = await bodyWithPassword(schema, {}, context, values)
        const passwordHash = await hashOfNew(body.password, { field: 'password', email: address })
        return async (tx, companyId, id) => {
          await setLogin(tx, companyId, id, { passwordHash }, new Date())
          return (texts) => `${texts.passwordReset(address)}\n${saying}`.trimEnd()
        }
      })
    },
  },
  'disable-user': { run: (args, context) => setActive(args, context, false) },
  'enable-user': { run: (args, context) => setActive(args, context, true) },
} as const satisfies Record<string, Command>

const NamesPatch = Type.Pick(EmployeePatch, ['email', 'first_name', 'last_name', 'phone_number'])

const optionOf = { email: '--new-email', ...personOptionOf }

const setActive = (args: readonly string[], context: CommandContext, is_active: boolean) =>
  changePerson(
    readArguments(args, context, email).values.email,
    context,
    async () => async (tx, companyId, id) => {
      await setLogin(tx, companyId, id, { is_active }, new Date())
      return (texts, address) => (is_active ? texts.userEnabled(address) : texts.userDisabled(address))
    },
  )

type Change = (
  tx: Tx,
  companyId: string,
  userId: string,
) => Promise<(texts: CommandTexts, address: string) => string>

/**
 * Changes the person named by --email, in a transaction of their company.
 * @param prepare what must be known before the database is opened, such as a new password
 */
export async function changePerson(
  named: string | undefined,
  context: CommandContext,
  prepare: (address: string) => Promise<Change>,
): Promise<void> {
  const address = normalEmail(requireOption(named, context, 'person'))
  const change = await withOptionNames(context.language, optionOf, () => prepare(address))
  await useCurrentDatabase(context, context.readConfig(), async ({ database, forget }) => {
    const { companyId, userId, language } = await find(database, address, context.language)
    await withOptionNames(language, optionOf, async () => {
      const said = await database.inCompany(companyId, (tx) => change(tx, companyId, userId))
      forget({ userId })
      context.print(`${said(textsOf(language), address)}\n`)
    })
  })
}

async function find(database: Database, address: string, terminal: Language) {
  const found = await database.withRole('accounts', (tx) => companyOf(tx, address))
  const language = languageOf(terminal, found?.language)
  const texts = textsOf(language)
  if (!found) throw new StartupError(texts.nobody(address))
  const { companyId, userId } = found
  if (!companyId) throw new StartupError(texts.noCompany(address))
  return { companyId, userId, language }
}
