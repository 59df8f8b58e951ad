import { everyCompany } from '../accounts/import/repository.ts'
import { revokeAllTokens, revokeTokens } from '../accounts/user-repository.ts'
import { textsOf } from './texts.ts'
import { companyCalled } from './choices.ts'
import type { Command, CommandContext } from './command.ts'
import { usageError, readArguments } from './command.ts'
import { changePerson } from './people.ts'
import { useCurrentDatabase } from './with-database.ts'

const options = {
  email: { type: 'string' },
  company: { type: 'string' },
  all: { type: 'boolean' },
} as const

/** Two commands revoke logins; the older one has no action. */
export const tokenCommands = {
  tokens: {
    async run(args, context) {
      const { values, positionals } = readArguments(args, context, options, { needed: ['action'] })
      const [action] = positionals
      if (action !== 'revoke')
        throw usageError(context, textsOf(context.language).unknownAction(action!, 'revoke'))
      await revoke(values, context)
    },
  },
  'revoke-tokens': {
    run: (args, context) => revoke(readArguments(args, context, options).values, context),
  },
} as const satisfies Record<string, Command>

interface Whose {
  readonly email?: string
  readonly company?: string
  readonly all?: boolean
}

async function revoke({ email, company, all }: Whose, context: CommandContext): Promise<void> {
  const { language, print } = context
  if ([email, company, all].filter(Boolean).length !== 1)
    throw usageError(context, textsOf(language).oneOf('--email, --company, --all'))
  if (email)
    return changePerson(email, context, async (address) => async (tx, _companyId, id) => {
      await revokeTokens(tx, id, new Date())
      return (texts) => texts.tokensRevoked(address)
    })
  await useCurrentDatabase(context, context.readConfig(), async ({ database, forget }) => {
    const found = company ? await companyCalled(database, company, language) : null
    const work = async (tx: Parameters<typeof revokeAllTokens>[0]) => ({
      people: await revokeAllTokens(tx, found?.companyId ?? null, new Date()),
      companies: found ? [found.companyId] : await everyCompany(tx),
    })
    const { people, companies } = found
      ? await database.inCompany(found.companyId, work)
      : await database.acrossCompanies(work)
    for (const companyId of companies) forget({ companyId })
    print(`${(found?.texts ?? textsOf(language)).everybodysTokensRevoked(people)}\n`)
  })
}
