import { readFile } from 'node:fs/promises'
import { importUsers as importPeople } from '../accounts/import/service.ts'
import { textsOf } from './texts.ts'
import { StartupError } from '../config/startup-error.ts'
import { companyCalled } from './choices.ts'
import type { Command } from './command.ts'
import { requireOption, readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

const options = { company: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const

export const importUsers: Command = {
  async run(args, context) {
    const { language, print, pathOf } = context
    const { values, positionals } = readArguments(args, context, options, { needed: ['file'] })
    const dryRun = values['dry-run'] ?? false
    const slug = requireOption(values.company, context, 'company')
    const file = pathOf(positionals[0]!)
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw new StartupError(textsOf(language).cannotRead(file, error.message))
    })
    await useDatabase(context, context.readConfig(), async ({ database }) => {
      const { companyId, texts } = await companyCalled(database, slug, language)
      const { count, errors } = await importPeople(database, { companyId, text, dryRun })
      for (const { line, message } of errors) print(`${texts.line(line, message)}\n`)
      if (errors.length > 0) throw new StartupError(texts.errorsFound(errors.length))
      print(`${dryRun ? texts.canBeImported(count) : texts.imported(count)}\n`)
    })
  },
}
