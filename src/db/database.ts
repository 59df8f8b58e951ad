import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** A transaction in progress. Every statement of a use case runs on the one it was given. */
export type Tx = PgDatabase<PgQueryResultHKT>

/** Where the truth is kept: PostgreSQL over the network, or PGlite inside this process. Both speak the same SQL. */
export interface Database {
  readonly kind: 'postgresql' | 'embedded'
  /**
   * Runs `work` in one transaction of one company: committed when it resolves, rolled back when it throws.
   * Statements issued together (`Promise.all`) share a round trip. A transaction that PostgreSQL broke off to resolve a
   * deadlock or a serialisation conflict is run again, so `work` must have no effect outside of it.
   */
  inCompany<T>(companyId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** Reads of one company that all see the same moment, however many statements they are. */
  snapshot<T>(companyId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same for what no company owns: logins, migrations, the follower that reads heads of many companies. */
  acrossCompanies<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Brings the schema up to date; safe when many replicas do it at once. */
  migrate(): Promise<void>
  /** How many migrations this build knows that the database does not have yet. */
  pendingMigrations(): Promise<number>
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
export const oneMoment: SQL = sql`set transaction isolation level repeatable read, read only`

/** SQL that names the company of a transaction; row-level policies can read it. */
export const companySetting = (companyId: string): SQL =>
  sql`select set_config('cafe.company_id', ${companyId}, true)`
