import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isDisconnected } from '../../http/client-disconnected.ts'
import { createPositionReader } from '../../events/log-position.ts'
import { errorReplies } from '../../http/schemas.ts'
import { noteReadings } from '../orders/line-list/last-seen-repository.ts'
import type { CafeDeps } from '../deps.ts'
import { inOneBranch, readSnapshot } from './service.ts'
import { Snapshot } from './schema.ts'

/**
 * `/api/cafe/snapshot/`: the start of any screen. Read it, then connect a socket with `since` set to its position: no
 * event is missed in between.
 */
export const snapshotRoutes =
  ({ database, clock }: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const withPositions = createPositionReader()
    app.get(
      '/snapshot/',
      {
        config: { access: 'orders.read' },
        schema: {
          tags: ['snapshot'],
          summary:
            'Floor, open orders and kitchen tasks of one moment, with the stream position of that moment',
          response: { ...errorReplies, 200: Snapshot },
        },
      },
      async (request) => {
        const actor = inOneBranch(request.cafe)
        const { companyId } = actor.scope
        const snapshot = await withPositions((positionOf) =>
          database.snapshot(companyId, (tx) => readSnapshot(tx, actor, positionOf, clock())),
        )
        if (!isDisconnected(request))
          await database.inCompany(companyId, (tx) => noteReadings(tx, actor, snapshot.orders))
        return snapshot
      },
    )
  }
