import { readFile } from 'node:fs/promises'
import { importUsers as importPeople } from '../accounts/import/service.ts'
import { textsOf } from './texts.ts'
import { StartupError } from '../config/startup-error.ts'
import { companyCalled } from './choices.ts'
import type { Command } from './command.ts'
import { needed, readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

const options = { company: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const

export const importUsers: Command = {
  async run(args, surroundings) {
    const { language, print, pathOf } = surroundings
    const { values, positionals } = readArguments(args, surroundings, options, { needed: ['file'] })
    const dryRun = values['dry-run'] ?? false
    const slug = needed(values.company, surroundings, 'company')
    const file = pathOf(positionals[0]!)
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw new StartupError(textsOf(language).cannotRead(file, error.message))
    })
    await useDatabase(surroundings, surroundings.readConfig(), async ({ database }) => {
      const { companyId, texts } = await companyCalled(database, slug, language)
      const { count, faults } = await importPeople(database, { companyId, text, dryRun })
      for (const { line, fault } of faults) print(`${texts.line(line, fault)}\n`)
      if (faults.length > 0) throw new StartupError(texts.faultsFound(faults.length))
      print(`${dryRun ? texts.canBeImported(count) : texts.imported(count)}\n`)
    })
  },
}
