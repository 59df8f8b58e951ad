import type { Config } from '../config/config.ts'
import { explain } from '../db/diagnose/server.ts'
import { isRefused, isUnavailable } from '../db/pg-errors.ts'
import { FolderInUseError } from '../db/folder-lock.ts'
import { textsOf } from './texts.ts'
import { StartupError } from '../config/startup-error.ts'
import type { CommandContext, CommandDatabase } from './command.ts'

type Place = Pick<CommandContext, 'language' | 'open'>

/** Opens the database for one piece of work and always closes it. */
export const useDatabase = <T>(
  context: Place,
  config: Config,
  work: (place: CommandDatabase) => Promise<T>,
): Promise<T> =>
  explaining(context, async () => {
    const place = await context.open(config)
    try {
      return await work(place)
    } finally {
      await place.close()
    }
  })

/** Translates errors of a database for the person at the terminal. */
export async function explaining<T>(
  { language }: Pick<CommandContext, 'language'>,
  work: () => Promise<T>,
): Promise<T> {
  const texts = textsOf(language)
  try {
    return await work()
  } catch (error) {
    if (error instanceof FolderInUseError)
      throw new StartupError(texts.folderInUse(error.folder), { cause: error })
    if (isUnavailable(error)) throw new StartupError(texts.unreachable, { cause: error })
    if (isRefused(error)) throw new StartupError(explain(error, language), { cause: error })
    throw error
  }
}

/** The same with a current schema: migrated if a start would migrate it, else refused. */
export const useCurrentDatabase = <T>(
  context: Place,
  config: Config,
  work: (place: CommandDatabase) => Promise<T>,
): Promise<T> =>
  useDatabase(context, config, async (place) => {
    const { database, serves } = place
    if (!serves) {
      if (config.migrateOnStart) await database.migrate()
      else if ((await database.pendingMigrations()) > 0)
        throw new StartupError(textsOf(context.language).schemaIsOlder)
    }
    return work(place)
  })
