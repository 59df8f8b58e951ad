import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { tryLock } from 'fs-native-extensions'
import type { Config } from '../config/config.ts'
import { StartupError } from '../config/startup-error.ts'
import { actingAs, loginIsUnbound, oneMoment } from './database.ts'
import type { Database, Tx } from './database.ts'
import { migrationsFolder, pendingMigrations } from './migrations.ts'
import { grantRights, prepareRoles } from './grants.ts'
import { readOldPhones } from './diagnose/phones.ts'
import type { DatabaseRole } from './roles.ts'
import { alongside, withRetries } from './transactions.ts'
import { createTurns } from './serial-queue.ts'

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
  const inTurn = createTurns()
  const transaction = <T>(
    setup: (tx: Tx) => PromiseLike<unknown>[],
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> =>
    withRetries(() =>
      inTurn(() =>
        orm.transaction((inner) => {
          const tx = inner as unknown as Tx
          return alongside(setup(tx), () => work(tx))
        }),
      ),
    )
  const begun = (tx: Tx, role: DatabaseRole, companyId?: string) =>
    tx.execute(sql`select ${actingAs(role, companyId)}`)

  return {
    kind: 'embedded',
    inCompany: (companyId, work) => transaction((tx) => [begun(tx, 'company', companyId)], work),
    snapshot: (companyId, work) =>
      transaction((tx) => [tx.execute(oneMoment), begun(tx, 'company', companyId)], work),
    withRole: (role, work) => transaction((tx) => [begun(tx, role)], work),
    acrossCompanies: (work) => transaction((tx) => [begun(tx, 'upkeep')], work),
    asLogin: (work) => transaction(() => [], work),
    async migrate() {
      await prepareRoles(orm, superuser)
      await migrate(orm, { migrationsFolder })
      await grantRights(orm, superuser)
      while (await transaction((tx) => [begun(tx, 'upkeep')], readOldPhones));
    },
    isUnbound: () => loginIsUnbound(orm),
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

/** As whom PGlite runs; transactions of the service take the roles of roles.ts all the same. */
const superuser = 'postgres'

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
    throw new StartupError(
      `the data folder ${folder} is in use by another cafe-realtime process: stop it first`,
    )
  }
  return () => file.close()
}
