import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Config } from '../config/config.ts'
import { roleSetting, loginBypassesRowSecurity, snapshotMode, rowsOf } from './database.ts'
import type { Database, Tx } from './database.ts'
import { dumpPostgresql } from './postgresql-copies.ts'
import { noDelaySocket } from './no-delay-socket.ts'
import { isRefused, postgresError } from './pg-errors.ts'
import { createLogin } from './login-role.ts'
import { migrationLock, migrationsFolder, pendingMigrations } from './migrations.ts'
import { openPool } from './guarded-pool.ts'
import { normalizeOldPhones } from './diagnose/phones.ts'
import { grantRights, prepareRoles, requireRoles } from './grants.ts'
import type { DatabaseRole } from './roles.ts'
import { StartupError } from '../config/startup-error.ts'
import { tlsOf } from './tls.ts'
import { withSetup, withRetries } from './transactions.ts'

/** PostgreSQL ≥ 15 over the network, by postgres.js. Connections open when the first statement needs them. */
export function openPostgresql(config: Config, url: string): Database {
  // the server's own time-outs do not help when the server is frozen or the network path is dead
  const limitMs = config.dbConnectTimeoutMs + config.dbStatementTimeoutMs + config.dbLockTimeoutMs
  const tls = tlsOf(url, config.databaseCaFile)
  const pool = openPool(() => connect(config, url, tls, config.dbPoolMax), {
    limitMs,
    prepare: config.dbPrepare,
  })

  const transaction = <T>(
    setup: (tx: Tx) => PromiseLike<unknown>[],
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> =>
    withRetries(() =>
      pool.transaction((session) => {
        const tx = drizzle(session) as unknown as Tx
        return withSetup(setup(tx), () => work(tx))
      }),
    )
  const limits = sql`set_config('statement_timeout', ${`${config.dbStatementTimeoutMs}`}, true), set_config('lock_timeout', ${`${config.dbLockTimeoutMs}`}, true)`
  const beginAs = (tx: Tx, role: DatabaseRole, companyId?: string) =>
    tx.execute(sql`select ${roleSetting(role, companyId)}, ${limits}`)
  const loginOf = async (tx: Tx) => {
    const [row] = await rowsOf<{ login: string }>(tx, sql`select session_user as login`)
    return row!.login
  }

  return {
    kind: 'postgresql',
    inCompany: (companyId, work) => transaction((tx) => [beginAs(tx, 'company', companyId)], work),
    snapshot: (companyId, work) =>
      transaction((tx) => [tx.execute(snapshotMode), beginAs(tx, 'company', companyId)], work),
    withRole: (role, work) => transaction((tx) => [beginAs(tx, role)], work),
    acrossCompanies: (work) => transaction((tx) => [beginAs(tx, 'upkeep')], work),
    asLogin: (work) => transaction(() => [], work),
    async migrate() {
      const ownerUrl = config.databaseMigrateUrl ?? url
      const migrator = connect(config, ownerUrl, tlsOf(ownerUrl, config.databaseCaFile), 2)
      const orm = drizzle(migrator)
      try {
        await migrator.begin(async (holder) => {
          // held on a separate connection until commit: drizzle creates its migrations table outside of any transaction
          await holder`select pg_advisory_xact_lock(${migrationLock})`
          const login = await loginOf(drizzle(pool.client)).catch(async (error: unknown) => {
            const isMade =
              ownerUrl !== url && isRefused(error) && (await orm.transaction((tx) => createLogin(tx, url)))
            if (!isMade) throw error
            return loginOf(drizzle(pool.client))
          })
          // replicas of the previous version run as the login, so it must get the roles before the policies apply
          for (const name of new Set([login, await loginOf(orm)])) await prepareRoles(orm, name)
          await withRetries(() => migrate(orm, { migrationsFolder }))
          await grantRights(orm, login)
        })
      } catch (error) {
        if (postgresError(error)?.code === '42501') throw ownsNothing(new URL(ownerUrl).username, error)
        throw error
      } finally {
        await migrator.end({ timeout: 5 })
      }
      while (await transaction((tx) => [beginAs(tx, 'upkeep')], normalizeOldPhones));
    },
    async bypassesRowSecurity() {
      const orm = drizzle(pool.client)
      await requireRoles(orm, await loginOf(orm))
      return loginBypassesRowSecurity(orm)
    },
    pendingMigrations: () => pendingMigrations(drizzle(pool.client)),
    async ping() {
      await pool.client`select 1`
    },
    dump: async () => dumpPostgresql(url, config.databaseCaFile),
    close: () => pool.close(),
  }
}

const ownsNothing = (login: string, cause: unknown): StartupError =>
  new StartupError(
    `the login ${login} does not own the database, so it cannot apply migrations: set DATABASE_MIGRATE_URL to the login of the owner, or run a migrate job (DB_MIGRATE_ON_START=false)`,
    { cause },
  )

function connect(config: Config, url: string, ssl: ReturnType<typeof tlsOf>, max: number): postgres.Sql {
  return postgres(url, {
    ...noDelaySocket(),
    max,
    ssl,
    connect_timeout: Math.ceil(config.dbConnectTimeoutMs / 1000),
    idle_timeout: 60,
    // the driver's default grows to 20 s: requests would wait that long after PostgreSQL is back
    backoff: (attempts) => Math.min(0.5, 0.01 * 2 ** attempts) * (0.5 + Math.random() / 2),
    prepare: config.dbPrepare,
    onnotice: () => {},
    connection: { application_name: 'cafe-realtime' },
  })
}
