import type { Tx } from '../db/database.ts'
import { pipelined } from '../db/pipelining.ts'
import { ApiError } from '../http/errors.ts'
import type { IdempotentRequest } from './key.ts'
import { claimKey, saveAnswer } from './repository.ts'

/** What a request is answered with. */
export interface Answer<Body = unknown> {
  readonly status: number
  readonly body: Body
  /** The first request with this key was answered so; this one changed nothing. */
  readonly replayed?: boolean
}

/** Answer to a request that made something. */
export const created = <Body>(body: Body): Answer<Body> => ({ status: 201, body })

/** Answer to a request that did something. */
export const done = <Body>(body: Body): Answer<Body> => ({ status: 200, body })

/**
 * Carries out a request once, however often it arrives: the key is the first thing its transaction writes and the answer
 * the last, so they are there exactly when the change is, whatever crashes between the commit and the reply. Another
 * request with the same key waits until this transaction has ended, then gets the same answer; when it was rolled back,
 * the next one does the work. Null: the client sent no key.
 * @throws ApiError `idempotency_key_reused` when the key was used for something else, `idempotency_in_progress` when the
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
