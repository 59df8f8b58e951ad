import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { ApiError, unknownReference } from '../../../http/errors.ts'
import { listQuery, listReply } from '../../../http/pagination.ts'
import { errorReplies, Page } from '../../../http/schemas.ts'
import { created } from '../../../idempotency/run-once.ts'
import { inTransaction, replyInTransaction } from '../../unit-of-work.ts'
import { patchOrderLine, removeOrderLine, addOneLine } from '../edit-order.ts'
import { LinePatch } from '../schema.ts'
import type { CafeDeps } from '../../deps.ts'
import { orNotFound, idParam, idParams } from '../../../http/params.ts'
import { lineFilters, LineCreate, LineRead } from './schema.ts'
import { findLine, listLines } from './repository.ts'
import type { LineQuery } from './repository.ts'

const tags = ['order-items']
const path = { params: idParams, tags }
const reply = { 200: LineRead, ...errorReplies }
const read = { access: 'orders.read' } as const
const write = {
  access: 'orders.write',
  raises: ['order_not_open', 'already_paid', 'discount_above_limit', 'version_conflict'],
} as const

/** `/api/cafe/order-items/`: lines of orders as a flat resource; each write is an edit of its order. */
export const orderItemsRoutes =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { database } = deps
    const change = inTransaction(deps)
    const answer = replyInTransaction(deps)

    app.get(
      '/order-items/',
      {
        config: read,
        schema: {
          tags,
          summary: 'List order lines, newest first',
          querystring: Type.Object({ ...listQuery, ...lineFilters }),
          response: { ...reply, 200: Page(LineRead) },
        },
      },
      async (request) => {
        const actor = request.cafe
        const listed = await database.inCompany(actor.scope.companyId, (tx) =>
          listLines(tx, actor, request.query as LineQuery),
        )
        return listReply(request, listed)
      },
    )
    app.post(
      '/order-items/',
      {
        config: write,
        schema: {
          tags,
          summary: 'Add a line to an order',
          body: LineCreate,
          response: { ...errorReplies, 201: LineRead },
        },
      },
      async (request, response) => {
        return answer(request, response, async (uow) => {
          const orderId = request.body.order.toLowerCase()
          const { items } = await addOneLine(uow, orderId, request.body).catch((error: unknown) => {
            if (error instanceof ApiError && error.code === 'not_found')
              throw unknownReference('order', orderId)
            throw error
          })
          return created(orNotFound(await findLine(uow.tx, uow.actor, items.at(-1)!.id)))
        })
      },
    )
    app.get(
      '/order-items/:id/',
      { config: read, schema: { ...path, summary: 'Read an order line', response: reply } },
      async (request) => {
        const actor = request.cafe
        const id = idParam(request)
        return orNotFound(await database.inCompany(actor.scope.companyId, (tx) => findLine(tx, actor, id)))
      },
    )
    app.route({
      method: ['PATCH', 'PUT'],
      url: '/order-items/:id/',
      config: write,
      schema: { ...path, summary: 'Change an order line', body: LinePatch, response: reply },
      handler: async (request) => {
        const id = idParam(request)
        return change(request, async (uow) => {
          const line = orNotFound(await findLine(uow.tx, uow.actor, id))
          await patchOrderLine(uow, line.order, id, request.body)
          return orNotFound(await findLine(uow.tx, uow.actor, id, 'all'))
        })
      },
    })
    app.delete(
      '/order-items/:id/',
      {
        config: write,
        schema: {
          ...path,
          summary: 'Take a line off its order',
          response: { ...errorReplies, 204: Type.Null() },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        await change(request, async (uow) => {
          const line = orNotFound(await findLine(uow.tx, uow.actor, id))
          await removeOrderLine(uow, line.order, id)
        })
        return response.code(204).send(null)
      },
    )
  }
