import { and, eq } from 'drizzle-orm'
import type { Tx } from '../db/database.ts'
import { isLockTimeout } from '../db/pg-errors.ts'
import { idempotencyKeys } from '../db/schema/index.ts'
import { ApiError } from '../http/errors.ts'
import type { IdempotentRequest } from './key.ts'

interface SavedAnswer {
  readonly fingerprint: string
  readonly status: number
  readonly body: string
}

/**
 * Claims a key in this transaction. Null when the key is new, else the saved answer. Because of the unique index a second
 * transaction waits for the end of the first one; its second statement sees what was committed.
 * @throws ApiError `idempotency_in_progress` when that takes longer than the lock time-out
 */
export async function claimKey(tx: Tx, request: IdempotentRequest): Promise<SavedAnswer | null> {
  const [claimed, [kept]] = await Promise.all([
    tx
      .insert(idempotencyKeys)
      .values(request)
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key })
      .catch(refusedClaim),
    tx
      .select({
        fingerprint: idempotencyKeys.fingerprint,
        status: idempotencyKeys.status,
        body: idempotencyKeys.body,
      })
      .from(idempotencyKeys)
      .where(of(request)),
  ])
  if (claimed.length > 0) return null
  // retention removed the row between the two statements
  if (!kept) return claimKey(tx, request)
  return { fingerprint: kept.fingerprint, status: kept.status!, body: kept.body! }
}

/** Saves the answer of a request whose key this transaction has claimed. */
export async function saveAnswer(
  tx: Tx,
  request: IdempotentRequest,
  status: number,
  body: string,
): Promise<void> {
  await tx.update(idempotencyKeys).set({ status, body }).where(of(request))
}

const of = ({ companyId, userId, route, key }: IdempotentRequest) =>
  and(
    eq(idempotencyKeys.companyId, companyId),
    eq(idempotencyKeys.userId, userId),
    eq(idempotencyKeys.route, route),
    eq(idempotencyKeys.key, key),
  )

function refusedClaim(error: unknown): never {
  throw isLockTimeout(error) ? new ApiError('idempotency_in_progress', { cause: error }) : error
}
