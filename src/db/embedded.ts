import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { Config } from '../config/config.ts'
import { StartupError } from '../config/startup-error.ts'
import { roleSetting, loginBypassesRowSecurity, snapshotMode } from './database.ts'
import type { Database, Tx } from './database.ts'
import { lockFolder } from './folder-lock.ts'
import { migrationsFolder, pendingMigrations } from './migrations.ts'
import { grantRights, prepareRoles } from './grants.ts'
import { normalizeOldPhones } from './diagnose/phones.ts'
import type { DatabaseRole } from './roles.ts'
import { withSetup, withRetries } from './transactions.ts'
import { createSerialQueue } from './serial-queue.ts'

/**
 * PGlite: PostgreSQL inside this process, with its files in DATA_DIR. Two processes can open one folder without an error
 * and then lose committed rows, so the folder is locked before anything is opened.
 */
export async function openEmbedded({ dataDir }: Pick<Config, 'dataDir'>): Promise<Database> {
  const unlock = await lockFolder(dataDir)
  try {
    const database = await openFiles(join(dataDir, databaseFolder))
    return {
      ...database,
      async close() {
        await database.close()
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw new StartupError(`cannot open the embedded database in ${dataDir}: ${(error as Error).message}`)
  }
}

/** Subfolder of the data folder with the database files. */
export const databaseFolder = 'postgres'

/**
 * The same for a caller that holds the lock.
 * @param copy a dump to load into a new folder
 */
export async function openFiles(folder: string, copy?: Blob): Promise<Database> {
  const pglite = await PGlite.create({ dataDir: folder, ...(copy && { loadDataDir: copy }) })
  const orm = drizzle(pglite)
  const enqueue = createSerialQueue()
  const transaction = <T>(
    setup: (tx: Tx) => PromiseLike<unknown>[],
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> =>
    withRetries(() =>
      enqueue(() =>
        orm.transaction((inner) => {
          const tx = inner as unknown as Tx
          return withSetup(setup(tx), () => work(tx))
        }),
      ),
    )
  const beginAs = (tx: Tx, role: DatabaseRole, companyId?: string) =>
    tx.execute(sql`select ${roleSetting(role, companyId)}`)

  return {
    kind: 'embedded',
    inCompany: (companyId, work) => transaction((tx) => [beginAs(tx, 'company', companyId)], work),
    snapshot: (companyId, work) =>
      transaction((tx) => [tx.execute(snapshotMode), beginAs(tx, 'company', companyId)], work),
    withRole: (role, work) => transaction((tx) => [beginAs(tx, role)], work),
    acrossCompanies: (work) => transaction((tx) => [beginAs(tx, 'upkeep')], work),
    asLogin: (work) => transaction(() => [], work),
    async migrate() {
      await prepareRoles(orm, superuser)
      await migrate(orm, { migrationsFolder })
      await grantRights(orm, superuser)
      while (await transaction((tx) => [beginAs(tx, 'upkeep')], normalizeOldPhones));
    },
    bypassesRowSecurity: () => loginBypassesRowSecurity(orm),
    pendingMigrations: () => pendingMigrations(orm),
    async ping() {
      await pglite.query('select 1')
    },
    async dump() {
      const copy = await enqueue(async () => {
        await pglite.exec('checkpoint')
        return pglite.dumpDataDir('gzip')
      })
      return Readable.fromWeb(copy.stream() as ReadableStream<Uint8Array>)
    },
    close: () => pglite.close(),
  }
}

/** The login of PGlite; transactions of the service still set the roles of `roles.ts`. */
const superuser = 'postgres'
