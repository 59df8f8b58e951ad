import { AsyncLocalStorage } from 'node:async_hooks'
import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { Span } from '../tracing/tracing.ts'

/** Who makes the changes of a request, for the audit log. */
export interface AuditContext {
  /** Null without a signed-in user. */
  readonly userId: string | null
  /** Method and route: `PATCH /api/cafe/orders/:id/`. */
  readonly request: string
  readonly requestId: string
  readonly device: string
  readonly address: string
  /** Ids of the events that the request's committed transactions appended, for its log line. */
  readonly appendedEventIds: string[]
  /** The span of the request; null if it is not traced. */
  readonly span: Span | null
}

const acting = new AsyncLocalStorage<AuditContext>()

/** Runs `work` with this audit context; every transaction that it begins uses it. */
export const runWithAuditContext = <T>(who: AuditContext, work: () => T): T => acting.run(who, work)

/** The audit context of the current asynchronous work; undefined outside of a request that may change something. */
export const currentAuditContext = (): AuditContext | undefined => acting.getStore()

/**
 * An expression to select in the first statement of a transaction: stores the audit context until its end. The triggers
 * of audited tables (`audit_change`, in the migrations) read it, so every change has it.
 */
export const auditContextSetting = (): SQL =>
  sql`set_config('cafe.acting', ${JSON.stringify(setting(acting.getStore()))}, true)`

function setting(who: AuditContext | undefined): object {
  if (!who) return {}
  const { userId, request, requestId, device, address } = who
  return { userId, request, requestId, device, address }
}
