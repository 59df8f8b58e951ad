import type { Config } from '../config/config.ts'
import { explain } from '../db/diagnose/server.ts'
import type { Database } from '../db/database.ts'
import { isRefused, isUnavailable } from '../db/pg-errors.ts'
import { openDatabase } from '../db/open.ts'
import { StartupError } from '../config/startup-error.ts'

/** Opens the database for one piece of work and closes it, whatever comes of that. */
export async function useDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(config)
  try {
    return await work(database)
  } catch (error) {
    if (isUnavailable(error))
      throw new StartupError('the database cannot be reached; `doctor` says what is wrong', { cause: error })
    if (isRefused(error)) throw new StartupError(explain(error), { cause: error })
    throw error
  } finally {
    await database.close()
  }
}

/** The same with a schema as this build needs it: brought up to date where a start would do so. */
export const useCurrentDatabase = <T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> =>
  useDatabase(config, async (database) => {
    if (config.migrateOnStart) await database.migrate()
    else if ((await database.pendingMigrations()) > 0)
      throw new StartupError(
        'the database schema is older than this build; run `node dist/main.js migrate` first',
      )
    return work(database)
  })
