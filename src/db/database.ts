import type { Readable } from 'node:stream'
import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { auditContextSetting } from './audit-context.ts'
import { roleNames } from './roles.ts'
import type { DatabaseRole, NarrowRole } from './roles.ts'

/** An open transaction. Every statement of a use case runs on the one it was given. */
export type Tx = PgDatabase<PgQueryResultHKT>

/** The database: PostgreSQL over the network, or PGlite inside this process, with the same SQL. */
export interface Database {
  readonly kind: 'postgresql' | 'embedded'
  /**
   * Runs `work` in one transaction of one company: committed when it resolves, rolled back when it throws.
   * Statements issued together (`Promise.all`) share a round trip. A transaction that PostgreSQL aborts because of a
   * deadlock or a serialisation conflict is retried, so `work` must have no effects outside of it. PostgreSQL shows it
   * only the rows of that company, whatever its statements are.
   */
  inCompany<T>(companyId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same, read-only: all statements see the same snapshot. */
  snapshot<T>(companyId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same before the company is known, or for many companies: `roles.ts` lists the rights of each role. */
  withRole<T>(role: NarrowRole, work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same with all rows of all companies. For the doctor and the demo café; never for a request or socket. */
  acrossCompanies<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** As the login itself, before the roles exist: for the doctor, backup and restore, which read no company rows with it. */
  asLogin<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Applies pending migrations; safe when many replicas do it at once. */
  migrate(): Promise<void>
  /**
   * Whether the login is a superuser or bypasses row-level security, so that it sees every row without a role.
   * @throws StartupError when it may not set the roles it needs
   */
  bypassesRowSecurity(): Promise<boolean>
  /** Number of this build's migrations that the database does not have yet. */
  pendingMigrations(): Promise<number>
  /**
   * A consistent copy of the database for `restore.ts`, made while the service runs. The stream fails when the copy is
   * incomplete.
   */
  dump(): Promise<Readable>
  /** Resolves when the database answers; rejects when it does not within the connection time-out. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Rows of a raw SQL statement, for both drivers. */
export async function rowsOf<Row extends Record<string, unknown>>(tx: Tx, statement: SQL): Promise<Row[]> {
  const result: unknown = await tx.execute(statement)
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[]
}

/** First statement of a read-only transaction whose statements all see the same snapshot. */
export const snapshotMode: SQL = sql`set transaction isolation level repeatable read, read only`

/**
 * An expression to select in the first statement of a transaction: sets its role and company. `set_config` is `SET LOCAL
 * ROLE` as a function, so it shares a statement and leaves no state on the connection of a pooler.
 */
export const roleSetting = (role: DatabaseRole, companyId = ''): SQL =>
  sql`set_config('role', ${roleNames[role]}, true), set_config('cafe.company_id', ${companyId}, true), ${auditContextSetting()}`

/** Whether the login is a superuser or bypasses row-level security. */
export async function loginBypassesRowSecurity(tx: Tx): Promise<boolean> {
  const [row] = await rowsOf<{ unbound: boolean }>(
    tx,
    sql`select rolsuper or rolbypassrls as unbound from pg_roles where rolname = session_user`,
  )
  return row!.unbound
}
