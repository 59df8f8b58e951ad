import { AsyncLocalStorage } from 'node:async_hooks'
import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'

/** Who makes the changes of a request, as the audit log writes it down. */
export interface Acting {
  /** Null while nobody is signed in. */
  readonly userId: string | null
  /** Method and route: `PATCH /api/cafe/orders/:id/`. */
  readonly request: string
  readonly requestId: string
  readonly device: string
  readonly address: string
}

const acting = new AsyncLocalStorage<Acting>()

/** Runs `work`; every transaction it begins writes into the audit log that it was this one. */
export const actingFor = <T>(who: Acting, work: () => T): T => acting.run(who, work)

/**
 * To select in the first statement of a transaction: who acts, until it ends. Triggers of the tables that are watched read
 * it (`audit_change`, in the migrations), so no change is without it, whichever use case makes it.
 */
export const actorSetting = (): SQL =>
  sql`set_config('cafe.acting', ${JSON.stringify(acting.getStore() ?? {})}, true)`
