import { stat } from 'node:fs/promises'
import { restoreDatabase, RestoreRefused } from '../db/restore.ts'
import { textsOf } from './texts.ts'
import type { CommandTexts } from './texts.ts'
import { StartupError } from '../config/startup-error.ts'
import { toolError } from './backup.ts'
import type { Command } from './command.ts'
import { readArguments } from './command.ts'
import { progress } from './progress.ts'
import { explaining } from './with-database.ts'

export const restore: Command = {
  alone: true,
  async run(args, context) {
    const { language, print, pathOf, readConfig } = context
    const options = { replace: { type: 'boolean' } } as const
    const { values, positionals } = readArguments(args, context, options, { needed: ['file'] })
    const texts = textsOf(language)
    const config = readConfig()
    const file = pathOf(positionals[0]!)
    const { size } = await stat(file).catch((error: Error) => {
      throw new StartupError(texts.cannotRead(file, error.message))
    })
    print(`${texts.restoring(file, texts.size(size))}\n`)
    const onRead = progress((bytes) =>
      print(`${texts.read(texts.size(bytes), Math.floor((100 * bytes) / size))}\n`),
    )
    const { kept, ...found } = await explaining(context, () =>
      restoreDatabase(config, file, { replace: values.replace ?? false, onRead })
        .catch(refusal(texts, file, config.databaseUrl !== undefined))
        .catch(toolError(texts)),
    )
    print(`${texts.restored(found)}\n`)
    if (kept) print(`${texts.kept(kept)}\n`)
    print(`${texts.afterRestore}\n`)
  },
}

const refusal =
  (texts: CommandTexts, file: string, toPostgresql: boolean) =>
  (error: unknown): never => {
    if (!(error instanceof RestoreRefused)) throw error
    const sentences = {
      not_empty: texts.notEmpty(error.companies),
      not_ours: texts.notOurs,
      other_kind: texts.otherKind[toPostgresql ? 'embedded' : 'postgresql'],
      no_backup: texts.noBackup(file),
    }
    throw new StartupError(sentences[error.reason], { cause: error })
  }
