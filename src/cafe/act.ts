import type { FastifyRequest } from 'fastify'
import type { Tx } from '../db/database.ts'
import type { Emit } from '../events/changes.ts'
import { askerOf } from './asker.ts'
import type { Asker } from './asker.ts'
import type { CafeParts } from './parts.ts'

/** One change in progress: its transaction, where its events go, who makes it and when. */
export interface Act {
  readonly tx: Tx
  readonly emit: Emit
  readonly actor: Asker
  readonly now: Date
}

/** Runs the change a request asks for in a transaction of the actor's company. */
export const actFor =
  ({ changes, clock }: CafeParts) =>
  <T>(request: FastifyRequest, work: (act: Act) => Promise<T>): Promise<T> => {
    const actor = askerOf(request)
    return changes.change(actor.scope.companyId, (tx, emit) => work({ tx, emit, actor, now: clock() }))
  }
