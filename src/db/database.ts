import type { Readable } from 'node:stream'
import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { auditContextSetting } from './audit-context.ts'
import { roleNames } from './roles.ts'
import type { DatabaseRole, NarrowRole } from './roles.ts'

/** A transaction in progress. Every statement of a use case runs on the one it was given. */
export type Tx = PgDatabase<PgQueryResultHKT>

/** Where the truth is kept: PostgreSQL over the network, or PGlite inside this process. Both speak the same SQL. */
export interface Database {
  readonly kind: 'postgresql' | 'embedded'
  /**
   * Runs `work` in one transaction of one company: committed when it resolves, rolled back when it throws.
   * Statements issued together (`Promise.all`) share a round trip. A transaction that PostgreSQL broke off to resolve a
   * deadlock or a serialisation conflict is run again, so `work` must have no effect outside of it. PostgreSQL shows it
   * the rows of that company and no others, whatever its statements say.
   */
  inCompany<T>(companyId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** Reads of one company that all see the same moment, however many statements they are. */
  snapshot<T>(companyId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same for what begins before a company is known or is about many: `roles.ts` says what each may do. */
  withRole<T>(role: NarrowRole, work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same with all rows of all companies. For the doctor and the demo café: no request and no socket may use it. */
  acrossCompanies<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** As the login itself, before the roles are there: for the doctor alone, who looks at the server and at no rows. */
  asLogin<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Brings the schema up to date; safe when many replicas do it at once. */
  migrate(): Promise<void>
  /**
   * Whether the login could do everything if a statement left its role: a superuser, or one that bypasses row-level security.
   * @throws StartupError when it may not take the roles it needs
   */
  bypassesRowSecurity(): Promise<boolean>
  /** How many migrations this build knows that the database does not have yet. */
  pendingMigrations(): Promise<number>
  /**
   * A copy of one moment of everything in it, made while people work, for `restore.ts`. The stream ends with an error when
   * it is not whole.
   */
  dump(): Promise<Readable>
  /** Resolves when the database answers, rejects when it does not within the time limit of a connection. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Rows of a hand-written statement, whichever driver ran it. */
export async function rowsOf<Row extends Record<string, unknown>>(tx: Tx, statement: SQL): Promise<Row[]> {
  const result: unknown = await tx.execute(statement)
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[]
}

/** First statement of a transaction whose statements all see one moment, and that changes nothing. */
export const snapshotMode: SQL = sql`set transaction isolation level repeatable read, read only`

/**
 * To select in the first statement of a transaction: as whom it acts, and for which company, until it ends. It is `SET
 * LOCAL ROLE` as a function, so that it shares a statement and leaves nothing behind on the connection of a pooler.
 */
export const roleSetting = (role: DatabaseRole, companyId = ''): SQL =>
  sql`set_config('role', ${roleNames[role]}, true), set_config('cafe.company_id', ${companyId}, true), ${auditContextSetting()}`

/** What to say of one, to whoever runs the service. */
export const superuserWarning =
  'the login of the database is a superuser or bypasses row-level security: transactions leave these rights aside, but a login without them is safer (docs/operations.md)'

/** Whether a login could do everything if a statement left its role. */
export async function loginBypassesRowSecurity(tx: Tx): Promise<boolean> {
  const [row] = await rowsOf<{ unbound: boolean }>(
    tx,
    sql`select rolsuper or rolbypassrls as unbound from pg_roles where rolname = session_user`,
  )
  return row!.unbound
}
