import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { idParam, idParams } from '../../../http/params.ts'
import { errorReplies } from '../../../http/schemas.ts'
import { created, done } from '../../../idempotency/run-once.ts'
import { replyInTransaction } from '../../unit-of-work.ts'
import type { CafeDeps } from '../../deps.ts'
import { tagVersion } from '../../../http/etag.ts'
import { patchOrder } from '../edit-order.ts'
import { OrderRead } from '../schema.ts'
import { OrderMerge, OrderMove, OrderSplit, SplitReply } from './schema.ts'
import { mergeOrders, splitOrder } from './service.ts'

const path = { params: idParams, tags: ['orders'] }
const config = {
  access: 'orders.write',
  raises: ['order_not_open', 'already_paid', 'version_conflict'],
} as const

/** `/api/cafe/orders/:id/move/`, `merge/` and `split/`. */
export const mergeSplitRoutes =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const answer = replyInTransaction(deps)
    app.addHook('preSerialization', tagVersion)

    app.post(
      '/orders/:id/move/',
      {
        config,
        schema: {
          ...path,
          summary: 'Move an order to another table',
          description: 'The same as PATCH of `table`: both tables turn free or busy by what is left on them.',
          body: OrderMove,
          response: { ...errorReplies, 200: OrderRead },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        const { table } = request.body
        return answer(request, response, async (uow) => done(await patchOrder(uow, id, { table })))
      },
    )
    app.post(
      '/orders/:id/merge/',
      {
        config,
        schema: {
          ...path,
          summary: 'Merge other orders into this one',
          description:
            'Lines, kitchen tasks, guests and discounts of the others become this order’s, with their ids, prices and ' +
            'progress, and their notes; the others are deleted. Notes that are too long together are refused. All must be open and unpaid, of one branch. Answers with this order.',
          body: OrderMerge,
          response: { ...errorReplies, 200: OrderRead },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        return answer(request, response, async (uow) => done(await mergeOrders(uow, id, request.body)))
      },
    )
    app.post(
      '/orders/:id/split/',
      {
        config: { ...config, raises: [...config.raises, 'branch_closed'] },
        schema: {
          ...path,
          summary: 'Split units off into a new order',
          description:
            'The new order gets the named units with their prices and kitchen tasks, a number of its own, the same ' +
            'note and waiter and, unless `table` says otherwise, the same table. The discount is divided in proportion, to the ' +
            'minor unit. Something must be left. Answers with both orders.',
          body: OrderSplit,
          response: { ...errorReplies, 201: SplitReply },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        return answer(request, response, async (uow) => created(await splitOrder(uow, id, request.body)))
      },
    )
  }
