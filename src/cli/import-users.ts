import { readFile } from 'node:fs/promises'
import { importUsers as importPeople } from '../accounts/import/service.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { useDatabase } from './with-database.ts'

export const importUsers: Command = {
  summary: 'give people a login with the password hashes that Django kept',
  synopsis: '<file> --company <slug> [--dry-run]',
  details: `  <file>               JSON lines, one for each of them; docs/migrating.md says how to make it
  --company <slug>     short name of their company
  --dry-run            look at everything and change nothing

All of them, or none when anything is wrong.`,
  async run(args, { print, readConfig }) {
    const { values, positionals } = readArguments(
      'import-users',
      args,
      { company: { type: 'string' }, 'dry-run': { type: 'boolean' } },
      ['file'],
    )
    const { company, 'dry-run': dryRun = false } = values
    const [file] = positionals
    if (!company) throw new StartupError('import-users: name the company; see import-users --help')
    const text = await readFile(file!, 'utf8').catch((error: Error) => {
      throw new StartupError(`cannot read ${file}: ${error.message}`)
    })
    const result = await useDatabase(readConfig(), (database) =>
      importPeople(database, { company, text, dryRun }),
    )
    if (!result) throw new StartupError(`there is no company with the slug ${company}`)
    const { count, faults } = result
    for (const { line, fault } of faults) print(`line ${line}: ${fault}\n`)
    if (faults.length > 0) throw new StartupError(`${faults.length} faults; nobody was imported`)
    print(`${count} people ${dryRun ? 'can be imported; nothing was changed' : 'imported'}.\n`)
  },
}
