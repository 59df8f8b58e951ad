import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Config } from '../config.ts'
import { companySetting, oneMoment } from './database.ts'
import type { Database, Tx } from './database.ts'
import { migrationLock, migrationsFolder, pendingMigrations } from './migrations.ts'
import { inTime } from '../time-limit.ts'
import { alongside, withRetries } from './transactions.ts'

/** PostgreSQL ≥ 15 over the network, by postgres.js. Connections open when the first statement needs them. */
export function openPostgresql(config: Config, url: string): Database {
  const client = connect(config, url, config.dbPoolMax)
  const orm = drizzle(client)
  // the server's own limits do nothing for who waits while the server is frozen or the path to it swallows everything
  const limitMs = config.dbConnectTimeoutMs + config.dbStatementTimeoutMs + config.dbLockTimeoutMs

  const transaction = <T>(
    setup: (tx: Tx) => PromiseLike<unknown>[],
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> =>
    withRetries(() => {
      const transaction = client.begin((connection) => {
        if (config.dbPrepare) preferPrepared(connection)
        // drizzle wants the client's options, which a connection in a transaction does not carry
        const session = Object.assign(connection, { options: client.options }) as unknown as postgres.Sql
        const tx = drizzle(session) as unknown as Tx
        return alongside(setup(tx), () => work(tx))
      }) as Promise<T>
      return inTime(limitMs, transaction)
    })
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
    pendingMigrations: () => pendingMigrations(orm),
    async ping() {
      await client`select 1`
    },
    close: () => client.end({ timeout: 5 }),
  }
}

function connect(config: Config, url: string, max: number): postgres.Sql {
  return postgres(url, {
    max,
    connect_timeout: Math.ceil(config.dbConnectTimeoutMs / 1000),
    idle_timeout: 60,
    prepare: config.dbPrepare,
    onnotice: () => {},
    connection: { application_name: 'cafe-realtime' },
  })
}

/** Lets every statement of a transaction be prepared once per connection: one round trip instead of two. */
function preferPrepared(connection: postgres.TransactionSql): void {
  const unsafe = connection.unsafe.bind(connection)
  connection.unsafe = ((query: string, parameters: [], options: object) =>
    unsafe(query, parameters, { ...options, prepare: true })) as typeof connection.unsafe
}
