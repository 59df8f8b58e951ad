import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { tryLock } from 'fs-native-extensions'
import type { Config } from '../config.ts'
import { StartupError } from '../startup-error.ts'
import { companySetting, oneMoment } from './database.ts'
import type { Database, Tx } from './database.ts'
import { migrationsFolder, pendingMigrations } from './migrations.ts'
import { alongside, withRetries } from './transactions.ts'

/**
 * PGlite: PostgreSQL inside this process, kept in DATA_DIR. One process at a time: two on one folder open without
 * complaint and lose acknowledged rows, so a lock of the operating system is taken before anything is opened. It goes
 * with the process, however that ends.
 */
export async function openEmbedded(config: Config): Promise<Database> {
  const unlock = await lockFolder(config.dataDir)
  let pglite: PGlite
  try {
    pglite = await PGlite.create(join(config.dataDir, 'postgres'))
  } catch (error) {
    await unlock()
    throw new StartupError(
      `cannot open the embedded database in ${config.dataDir}: ${(error as Error).message}`,
    )
  }
  const orm = drizzle(pglite)

  return {
    kind: 'embedded',
    inCompany: (companyId, work) =>
      withRetries(() =>
        orm.transaction((inner) => {
          const tx = inner as unknown as Tx
          return alongside([tx.execute(companySetting(companyId))], () => work(tx))
        }),
      ),
    snapshot: (companyId, work) =>
      withRetries(() =>
        orm.transaction((inner) => {
          const tx = inner as unknown as Tx
          return alongside([tx.execute(oneMoment), tx.execute(companySetting(companyId))], () => work(tx))
        }),
      ),
    acrossCompanies: (work) => withRetries(() => orm.transaction((tx) => work(tx as unknown as Tx))),
    migrate: () => migrate(orm, { migrationsFolder }),
    pendingMigrations: () => pendingMigrations(orm),
    async ping() {
      await pglite.query('select 1')
    },
    async close() {
      await pglite.close()
      await unlock()
    },
  }
}

/** @throws StartupError when the folder cannot be written or another process holds it */
async function lockFolder(folder: string): Promise<() => Promise<void>> {
  let file
  try {
    await mkdir(folder, { recursive: true })
    file = await open(join(folder, 'lock'), 'a')
  } catch (error) {
    throw new StartupError(`cannot write to the data folder ${folder}: ${(error as Error).message}`)
  }
  if (!tryLock(file.fd)) {
    await file.close()
    throw new StartupError(`the data folder ${folder} is in use by another cafe-realtime process`)
  }
  return () => file.close()
}
