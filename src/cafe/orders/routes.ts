import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isDisconnected } from '../../http/client-disconnected.ts'
import { listQuery, listReply } from '../../http/pagination.ts'
import { ignoredInLines, ignoring } from '../../http/unknown-fields/ignored.ts'
import { errorReplies, Page } from '../../http/schemas.ts'
import { created } from '../../idempotency/run-once.ts'
import { inTransaction, replyInTransaction } from '../unit-of-work.ts'
import type { CafeDeps } from '../deps.ts'
import { orNotFound, idParam, idParams, lineIdParam, lineParams } from '../../http/params.ts'
import { takeOrder } from './take-order.ts'
import {
  addOrderLines,
  deleteOrder,
  patchOrder,
  patchOrderLine,
  removeOrderLine,
  addOneLine,
} from './edit-order.ts'
import {
  LinePatch,
  NewLine,
  OrderCreate,
  OrderPatch,
  OrderPatched,
  OrderRead,
  orderFilters,
} from './schema.ts'
import { findClientId } from './reference-repository.ts'
import { findOrder, listOrders } from './repository.ts'
import type { OrderQuery } from './repository.ts'
import { noteReadings } from './line-list/last-seen-repository.ts'
import { tagVersion } from '../../http/etag.ts'

const tags = ['orders']
const reply = { 200: OrderRead, ...errorReplies }
const path = { params: idParams, tags }
const linePath = { params: lineParams, tags }
const read = { access: 'orders.read' } as const
const write = { access: 'orders.write' } as const
const taking = { ...write, raises: ['branch_closed', 'discount_above_limit', 'id_taken'] } as const
const edit = {
  ...write,
  raises: ['order_not_open', 'already_paid', 'discount_above_limit', 'version_conflict'],
} as const

/** `/api/cafe/orders/`: orders and their lines. */
export const ordersRoutes =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { database } = deps
    const change = inTransaction(deps)

    const answer = replyInTransaction(deps)
    app.addHook('preSerialization', tagVersion)

    /** The client in the path, or 404. */
    const clientOf = async (request: FastifyRequest): Promise<string> => {
      const { companyId } = request.cafe.scope
      const id = idParam(request)
      return orNotFound(await database.inCompany(companyId, (tx) => findClientId(tx, companyId, id)))
    }
    const list = async (request: FastifyRequest, fixed: OrderQuery = {}) => {
      const actor = request.cafe
      const query = { ...(request.query as OrderQuery), ...fixed }
      const listed = await database.inCompany(actor.scope.companyId, async (tx) => {
        const page = await listOrders(tx, actor, query)
        if (!isDisconnected(request)) await noteReadings(tx, actor, page.rows)
        return page
      })
      return listReply(request, listed)
    }
    const listSchema = (summary: string) => ({
      tags,
      summary,
      querystring: Type.Object({ ...listQuery, ...orderFilters }),
      response: { ...reply, 200: Page(OrderRead) },
    })

    app.get('/orders/', { config: read, schema: listSchema('List orders, newest first') }, (request) =>
      list(request),
    )
    app.get('/orders/closed/', { config: read, schema: listSchema('List closed orders') }, (request) =>
      list(request, { status: 'closed' }),
    )
    app.get(
      '/clients/:id/orders/',
      { config: read, schema: { ...listSchema("List a client's orders"), params: idParams } },
      async (request) => list(request, { client: await clientOf(request) }),
    )
    app.post(
      '/clients/:id/orders/',
      {
        config: taking,
        schema: {
          ...path,
          summary: 'Take an order of a client',
          body: OrderCreate,
          response: { ...reply, 201: OrderRead },
        },
      },
      async (request, response) => {
        const body = { ...request.body, client: await clientOf(request) }
        return answer(request, response, (uow) => takeOrder(uow, body))
      },
    )
    app.post(
      '/orders/',
      {
        config: taking,
        schema: {
          tags,
          summary: 'Take an order',
          body: OrderCreate,
          response: { ...reply, 201: OrderRead },
        },
      },
      async (request, response) => answer(request, response, (uow) => takeOrder(uow, request.body)),
    )
    app.get(
      '/orders/:id/',
      { config: read, schema: { ...path, summary: 'Read an order', response: reply } },
      async (request) => {
        const actor = request.cafe
        const id = idParam(request)
        return database.inCompany(actor.scope.companyId, async (tx) => {
          const order = orNotFound(await findOrder(tx, actor, id))
          if (!isDisconnected(request)) await noteReadings(tx, actor, [order])
          return order
        })
      },
    )
    app.route({
      method: ['PATCH', 'PUT'],
      url: '/orders/:id/',
      config: { ...edit, raises: [...edit.raises, 'illegal_transition', 'order_on_debt', 'list_incomplete'] },
      schema: {
        ...path,
        summary: 'Change an order: fields, the whole list of lines, status; what is not sent stays',
        body: OrderPatch,
        response: { ...reply, 200: OrderPatched },
      },
      handler: async (request) => {
        const id = idParam(request)
        return change(request, (uow) => patchOrder(uow, id, request.body))
      },
    })
    app.delete(
      '/orders/:id/',
      {
        config: {
          access: 'orders.delete',
          raises: ['already_paid', 'in_use', 'order_on_debt', 'version_conflict'],
        },
        schema: { ...path, summary: 'Delete an order', response: { ...errorReplies, 204: Type.Null() } },
      },
      async (request, response) => {
        const id = idParam(request)
        await change(request, (uow) => deleteOrder(uow, id))
        return response.code(204).send(null)
      },
    )
    app.post(
      '/orders/:id/items/',
      {
        config: edit,
        schema: {
          ...path,
          summary: 'Add lines to an order, one or several; lines of others stay untouched',
          body: Type.Union([
            Type.Object(
              { ...NewLine.properties, items: Type.Optional(Type.Never()) },
              ignoring(ignoredInLines),
            ),
            Type.Object({ items: Type.Array(NewLine, { minItems: 1, maxItems: 200 }) }),
          ]),
          response: { ...errorReplies, 201: OrderRead },
        },
      },
      async (request, response) => {
        const id = idParam(request)
        const { body } = request
        return answer(request, response, async (uow) =>
          created(await (body.items ? addOrderLines(uow, id, body.items) : addOneLine(uow, id, body))),
        )
      },
    )
    app.patch(
      '/orders/:id/items/:line/',
      {
        config: edit,
        schema: { ...linePath, summary: 'Change one line of an order', body: LinePatch, response: reply },
      },
      async (request) => {
        const [id, line] = [idParam(request), lineIdParam(request)]
        return change(request, (uow) => patchOrderLine(uow, id, line, request.body))
      },
    )
    app.delete(
      '/orders/:id/items/:line/',
      { config: edit, schema: { ...linePath, summary: 'Take a line off an order', response: reply } },
      async (request) => {
        const [id, line] = [idParam(request), lineIdParam(request)]
        return change(request, (uow) => removeOrderLine(uow, id, line))
      },
    )
  }
