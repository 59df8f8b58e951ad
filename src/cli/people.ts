import { Type } from 'typebox'
import { NewPassword } from '../accounts/employees/schema.ts'
import { setLogin } from '../accounts/employees/service.ts'
import { companyOf, listPeople } from '../accounts/import/repository.ts'
import { hashOfNew } from '../accounts/passwords/policy.ts'
import { normalEmail, revokeTokens } from '../accounts/user-repository.ts'
import { terminalLanguage } from '../config/terminal-language.ts'
import type { Database, Tx } from '../db/database.ts'
import { ApiError } from '../http/errors.ts'
import { commandTexts } from './texts.ts'
import type { CommandTexts } from './texts.ts'
import { asLanguage, translate } from '../i18n/translate.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Command, Surroundings } from './command.ts'
import { readArguments } from './command.ts'
import { bodyWithPassword, naming } from './option-errors.ts'
import { useCurrentDatabase } from './with-database.ts'

const email = { email: { type: 'string' } } as const
const emailDetails = '  --email <e-mail>     what they log in with\n'

/** The commands about people who have a login already. */
export const peopleCommands: Readonly<Record<string, Command>> = {
  'list-users': {
    summary: 'show who has a login in a company',
    synopsis: '--company <slug>',
    details: '  --company <slug>     short name of the company',
    async run(args, { print, readConfig }) {
      const { company } = readArguments('list-users', args, { company: { type: 'string' } }).values
      if (!company) throw new StartupError('list-users: name the company; see list-users --help')
      const people = await useCurrentDatabase(readConfig(), (database) =>
        database.withRole('accounts', (tx) => listPeople(tx, company)),
      )
      if (!people) throw new StartupError(`there is no company with the slug ${company}`)
      const texts = textsFor(people.language)
      for (const { email: address, role, firstName, lastName, isActive } of people.rows)
        print(
          [
            address.padEnd(28),
            role.padEnd(8),
            `${firstName} ${lastName}`.trim(),
            isActive ? '' : texts.disabled,
          ]
            .join(' ')
            .trimEnd() + '\n',
        )
    },
  },
  'reset-password': {
    summary: 'give somebody another password, and end all of their logins',
    synopsis: '--email <e-mail>',
    details: `${emailDetails}
The new password is asked for, or read from the first line of standard input: never from an argument, which everybody
on the machine can see. It shows nobody the old one, and works for an owner who forgot theirs.`,
    run: (args, surroundings) =>
      onPerson('reset-password', args, surroundings, async (address) => {
        const { password } = await bodyWithPassword(
          Type.Object({ password: NewPassword() }),
          {},
          surroundings.askPassword,
        )
        const passwordHash = await hashOfNew(password, { field: 'password', email: address })
        return async (tx, companyId, id) => {
          await setLogin(tx, companyId, id, { passwordHash }, new Date())
          return (texts) => texts.passwordReset(address)
        }
      }),
  },
  'disable-user': {
    summary: 'close a login at once; what they did stays on record',
    synopsis: '--email <e-mail>',
    details: `${emailDetails}
enable-user opens it again.`,
    run: (args, surroundings) => setActive('disable-user', args, surroundings, false),
  },
  'enable-user': {
    summary: 'open a login again that was closed',
    synopsis: '--email <e-mail>',
    details: emailDetails.trimEnd(),
    run: (args, surroundings) => setActive('enable-user', args, surroundings, true),
  },
  'revoke-tokens': {
    summary: 'end all logins of somebody, on every device, at once',
    synopsis: '--email <e-mail>',
    details: `${emailDetails}
They may log in again with their password.`,
    run: (args, surroundings) =>
      onPerson('revoke-tokens', args, surroundings, async (address) => async (tx, _companyId, id) => {
        await revokeTokens(tx, id, new Date())
        return (texts) => texts.tokensRevoked(address)
      }),
  },
}

const setActive = (name: string, args: readonly string[], surroundings: Surroundings, is_active: boolean) =>
  onPerson(name, args, surroundings, async (address) => async (tx, companyId, id) => {
    await setLogin(tx, companyId, id, { is_active }, new Date())
    return (texts) => (is_active ? texts.userEnabled(address) : texts.userDisabled(address))
  })

type Change = (tx: Tx, companyId: string, userId: string) => Promise<(texts: CommandTexts) => string>

/**
 * Changes the person whom --email names, in a transaction of their company.
 * @param prepare what is to be known before the database is opened, such as a new password
 */
async function onPerson(
  name: string,
  args: readonly string[],
  { print, readConfig }: Surroundings,
  prepare: (address: string) => Promise<Change>,
): Promise<void> {
  const { values } = readArguments(name, args, email)
  if (!values.email) throw new StartupError(`${name}: name the person by --email; see ${name} --help`)
  const address = normalEmail(values.email)
  await naming({ password: 'the password' }, async () => {
    const change = await prepare(address)
    await useCurrentDatabase(readConfig(), async (database) => {
      const { companyId, userId, language } = await find(database, address)
      const said = await database
        .inCompany(companyId, (tx) => change(tx, companyId, userId))
        .catch(explained(language))
      print(`${said(textsFor(language))}\n`)
    })
  })
}

async function find(database: Database, address: string) {
  const found = await database.withRole('accounts', (tx) => companyOf(tx, address))
  const texts = textsFor(found?.language ?? null)
  if (!found) throw new StartupError(texts.nobody(address))
  if (!found.companyId) throw new StartupError(texts.noCompany(address))
  return { ...found, companyId: found.companyId }
}

/** What the API would answer, as a sentence. */
const explained =
  (language: string | null) =>
  (error: unknown): never => {
    if (error instanceof ApiError)
      throw new StartupError(
        translate(asLanguage(language) ?? terminalLanguage(), error.code, error.options.params),
        { cause: error },
      )
    throw error
  }

const textsFor = (language: string | null): CommandTexts =>
  commandTexts[terminalLanguage() === 'ru' || language === 'ru' ? 'ru' : 'en']
