import type { Tx } from '../db/database.ts'
import { pipelined } from '../db/pipelining.ts'
import { ApiError } from '../http/errors.ts'
import type { IdempotentRequest } from './key.ts'
import { claimKey, saveAnswer } from './repository.ts'

/** Answer to a request. */
export interface Answer<Body = unknown> {
  readonly status: number
  readonly body: Body
  /** True for the saved answer of an earlier request with the same key; this request changed nothing. */
  readonly replayed?: boolean
}

/** Answer 201: the request created something. */
export const created = <Body>(body: Body): Answer<Body> => ({ status: 201, body })

/** Answer 200. */
export const done = <Body>(body: Body): Answer<Body> => ({ status: 200, body })

/**
 * Carries out a request once, however often it arrives. The transaction writes the key first and the answer last, so both
 * are committed with the change, even if the process crashes before it replies. A concurrent request with the same key
 * waits for this transaction and gets the same answer; after a rollback it does the work itself.
 * @param request null when the client sent no key
 * @throws ApiError `idempotency_key_reused` when the key was used for a different request, `idempotency_in_progress` when the
 *   first request holds it longer than the lock time-out
 */
export async function runOnce<Body>(
  tx: Tx,
  request: IdempotentRequest | null,
  work: () => Promise<Answer<Body>>,
): Promise<Answer<Body>> {
  if (!request) return work()
  const kept = await claimKey(tx, request)
  if (!kept) {
    const answer = await work()
    await pipelined(tx, saveAnswer(tx, request, answer.status, JSON.stringify(answer.body)))
    return answer
  }
  if (kept.fingerprint !== request.fingerprint) throw new ApiError('idempotency_key_reused')
  return { status: kept.status, body: JSON.parse(kept.body) as Body, replayed: true }
}
