import type { FastifyReply, FastifyRequest } from 'fastify'
import { HasBranches, hasNoBranches, requireNoBranches } from '../accounts/branches/unassigned-repository.ts'
import type { Tx } from '../db/database.ts'
import { refuseDisconnected } from '../http/client-disconnected.ts'
import { fieldError } from '../http/errors.ts'
import type { Emit } from '../events/changes.ts'
import { runOnce } from '../idempotency/run-once.ts'
import type { Answer } from '../idempotency/run-once.ts'
import { renewScope } from '../plugins/auth.ts'
import { sendAnswer } from '../idempotency/send-answer.ts'
import type { CafeActor } from '../accounts/actor.ts'
import type { CafeDeps } from './deps.ts'
import { versionsIn } from '../http/etag.ts'
import type { Versions } from '../http/etag.ts'

/** A change in progress: its transaction, events, actor and time. */
export interface UnitOfWork {
  readonly tx: Tx
  readonly emit: Emit
  readonly actor: CafeActor
  readonly now: Date
  /** The versions of the object that the client accepts (`If-Match`); null: any. */
  readonly ifMatch: Versions | null
}

/**
 * Runs the change of a request in a transaction of the actor's company. Does not run if the client has disconnected.
 * Runs again in the new branch if the company has just got its first branch.
 */
export const inTransaction =
  ({ changes, clock }: CafeDeps) =>
  async <T>(request: FastifyRequest, work: (uow: UnitOfWork) => Promise<T>): Promise<T> => {
    const ifMatch = versionsIn(request.headers['if-match'])
    const change = () => {
      const actor = request.cafe
      return changes.change(actor.scope.companyId, async (tx, emit) => {
        refuseDisconnected(request)
        if (hasNoBranches(actor.scope)) await requireNoBranches(tx, actor.scope.companyId)
        const result = await work({ tx, emit, actor, now: clock(), ifMatch })
        refuseOtherOwner(request, result)
        return result
      })
    }
    try {
      return await change()
    } catch (error) {
      if (!(error instanceof HasBranches)) throw error
      await renewScope(request)
      return change()
    }
  }

/**
 * Refuses a body that names another company or branch than the object's: objects never move. Its own company and
 * branch are accepted, since clients send back what they read. So is null.
 * @throws FieldError on `branch` or `company`
 */
function refuseOtherOwner({ method, body }: FastifyRequest, result: unknown): void {
  if (method !== 'PATCH' && method !== 'PUT') return
  for (const field of ['branch', 'company'] as const) {
    const named = (body as Owned | null)?.[field] ?? ''
    const actual = (result as Owned | null)?.[field]
    if (named === '' || actual === undefined) continue
    const same = typeof named === 'string' && named.toLowerCase() === actual
    if (!same) throw fieldError(field, 'cannot_change')
  }
}

interface Owned {
  readonly branch?: unknown
  readonly company?: unknown
}

/**
 * Runs the change of a POST and sends its answer. Requests with the same Idempotency-Key run once. The result of
 * `work` is stored as the answer, so it must be all that the client gets.
 */
export const replyInTransaction = (deps: CafeDeps) => {
  const change = inTransaction(deps)
  return async (
    request: FastifyRequest,
    reply: Pick<FastifyReply, 'code' | 'header'>,
    work: (uow: UnitOfWork) => Promise<Answer>,
  ): Promise<FastifyReply> => {
    const answer = await change(request, (uow) => runOnce(uow.tx, request.idempotentRequest, () => work(uow)))
    return sendAnswer(reply as FastifyReply, answer)
  }
}
