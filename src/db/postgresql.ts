import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Config } from '../config.ts'
import { companySetting, oneMoment } from './database.ts'
import type { Database, Tx } from './database.ts'
import { migrationLock, migrationsFolder, pendingMigrations } from './migrations.ts'
import { openPool } from './pool.ts'
import { alongside, withRetries } from './transactions.ts'

/** PostgreSQL ≥ 15 over the network, by postgres.js. Connections open when the first statement needs them. */
export function openPostgresql(config: Config, url: string): Database {
  // the server's own limits do nothing for who waits while the server is frozen or the path to it swallows everything
  const limitMs = config.dbConnectTimeoutMs + config.dbStatementTimeoutMs + config.dbLockTimeoutMs
  const pool = openPool(() => connect(config, url, config.dbPoolMax), { limitMs, prepare: config.dbPrepare })

  const transaction = <T>(
    setup: (tx: Tx) => PromiseLike<unknown>[],
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> =>
    withRetries(() =>
      pool.transaction((session) => {
        const tx = drizzle(session) as unknown as Tx
        return alongside(setup(tx), () => work(tx))
      }),
    )
  const limits = sql`select set_config('statement_timeout', ${`${config.dbStatementTimeoutMs}`}, true), set_config('lock_timeout', ${`${config.dbLockTimeoutMs}`}, true)`

  return {
    kind: 'postgresql',
    inCompany: (companyId, work) =>
      transaction((tx) => [tx.execute(limits), tx.execute(companySetting(companyId))], work),
    snapshot: (companyId, work) =>
      transaction(
        (tx) => [tx.execute(oneMoment), tx.execute(limits), tx.execute(companySetting(companyId))],
        work,
      ),
    acrossCompanies: (work) => transaction((tx) => [tx.execute(limits)], work),
    async migrate() {
      const migrator = connect(config, url, 2)
      try {
        await migrator.begin(async (holder) => {
          // held until commit on a connection of its own: drizzle creates its bookkeeping outside of any transaction
          await holder`select pg_advisory_xact_lock(${migrationLock})`
          await migrate(drizzle(migrator), { migrationsFolder })
        })
      } finally {
        await migrator.end({ timeout: 5 })
      }
    },
    pendingMigrations: () => pendingMigrations(drizzle(pool.client)),
    async ping() {
      await pool.client`select 1`
    },
    close: () => pool.close(),
  }
}

function connect(config: Config, url: string, max: number): postgres.Sql {
  return postgres(url, {
    max,
    connect_timeout: Math.ceil(config.dbConnectTimeoutMs / 1000),
    idle_timeout: 60,
    // the driver's own waits grow to twenty seconds: as long, requests would hang once PostgreSQL is back
    backoff: (attempts) => Math.min(0.5, 0.01 * 2 ** attempts) * (0.5 + Math.random() / 2),
    prepare: config.dbPrepare,
    onnotice: () => {},
    connection: { application_name: 'cafe-realtime' },
  })
}
