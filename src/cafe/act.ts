import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Tx } from '../db/database.ts'
import { mustBeWaitedFor } from '../client-left.ts'
import type { Emit } from '../events/changes.ts'
import { once } from '../idempotency/once.ts'
import type { Answer } from '../idempotency/once.ts'
import { sendAnswer } from '../plugins/idempotency.ts'
import { askerOf } from './asker.ts'
import type { Asker } from './asker.ts'
import type { CafeParts } from './parts.ts'
import { versionsIn } from './version.ts'
import type { Versions } from './version.ts'

/** One change in progress: its transaction, where its events go, who makes it and when. */
export interface Act {
  readonly tx: Tx
  readonly emit: Emit
  readonly actor: Asker
  readonly now: Date
  /** The versions of the object that the client allows to be changed (`If-Match`); null: any. */
  readonly ifMatch: Versions | null
}

/** Runs the change a request asks for in a transaction of the actor's company, unless its sender has left before. */
export const actFor =
  ({ changes, clock }: CafeParts) =>
  <T>(request: FastifyRequest, work: (act: Act) => Promise<T>): Promise<T> => {
    const actor = askerOf(request)
    const ifMatch = versionsIn(request.headers['if-match'])
    return changes.change(actor.scope.companyId, (tx, emit) => {
      mustBeWaitedFor(request)
      return work({ tx, emit, actor, now: clock(), ifMatch })
    })
  }

/**
 * The same for a POST, and answers it: carried out once, however often it arrives with the same Idempotency-Key. What
 * `work` returns is kept as the answer, so it must be all that the client gets.
 */
export const answerFor = (parts: CafeParts) => {
  const act = actFor(parts)
  return async (
    request: FastifyRequest,
    reply: Pick<FastifyReply, 'code' | 'header'>,
    work: (act: Act) => Promise<Answer>,
  ): Promise<FastifyReply> => {
    const answer = await act(request, (inProgress) =>
      once(inProgress.tx, request.repeatable, () => work(inProgress)),
    )
    return sendAnswer(reply as FastifyReply, answer)
  }
}
