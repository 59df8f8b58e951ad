import { AsyncLocalStorage } from 'node:async_hooks'
import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { Span } from '../tracing/tracing.ts'

/** Who makes the changes of a request, as the audit log writes it down. */
export interface AuditContext {
  /** Null while nobody is signed in. */
  readonly userId: string | null
  /** Method and route: `PATCH /api/cafe/orders/:id/`. */
  readonly request: string
  readonly requestId: string
  readonly device: string
  readonly address: string
  /** Ids of the events that its committed transactions appended, for the log line of the request. */
  readonly caused: string[]
  /** The span of the request; null where it is not traced. */
  readonly span: Span | null
}

const acting = new AsyncLocalStorage<AuditContext>()

/** Runs `work`; every transaction it begins writes into the audit log that it was this one. */
export const runWithAuditContext = <T>(who: AuditContext, work: () => T): T => acting.run(who, work)

/** The request that the present work is done for, where it is for one that may change something. */
export const currentAuditContext = (): AuditContext | undefined => acting.getStore()

/**
 * To select in the first statement of a transaction: who acts, until it ends. Triggers of the tables that are watched read
 * it (`audit_change`, in the migrations), so no change is without it, whichever use case makes it.
 */
export const auditContextSetting = (): SQL =>
  sql`set_config('cafe.acting', ${JSON.stringify(setting(acting.getStore()))}, true)`

function setting(who: AuditContext | undefined): object {
  if (!who) return {}
  const { userId, request, requestId, device, address } = who
  return { userId, request, requestId, device, address }
}
