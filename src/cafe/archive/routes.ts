import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { orNotFound, idParam, idParams } from '../../http/params.ts'
import { listQuery, listReply } from '../../http/pagination.ts'
import { errorReplies, Page } from '../../http/schemas.ts'
import { findClientId } from '../orders/reference-repository.ts'
import type { CafeDeps } from '../deps.ts'
import { ArchivedOrder, archiveFilters } from './schema.ts'
import { listArchive } from './repository.ts'
import type { ArchiveQuery } from './repository.ts'

const read = { access: 'orders.read' } as const

/** `/api/cafe/orders/history/` and `/api/cafe/clients/:id/orders/history/`: bills, which outlive their orders. */
export const archiveRoutes =
  ({ database }: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const list = async (request: FastifyRequest, fixed: ArchiveQuery = {}) => {
      const actor = request.cafe
      const query = { ...(request.query as ArchiveQuery), ...fixed }
      const listed = await database.inCompany(actor.scope.companyId, (tx) => listArchive(tx, actor, query))
      return listReply(request, listed)
    }
    const schema = (summary: string) => ({
      tags: ['orders'],
      summary,
      description:
        'Finished orders with the titles and prices of their day, kept when an order is deleted. Not among them: ' +
        'reopened orders, and those that were merged into another one.',
      querystring: Type.Object({ ...listQuery, ...archiveFilters }),
      response: { ...errorReplies, 200: Page(ArchivedOrder) },
    })
    app.get(
      '/orders/history/',
      { config: read, schema: schema('List bills of finished orders, newest first') },
      (request) => list(request),
    )
    app.get(
      '/clients/:id/orders/history/',
      { config: read, schema: { ...schema("List a client's closed bills"), params: idParams } },
      async (request) => {
        const { companyId } = request.cafe.scope
        const id = idParam(request)
        const client = orNotFound(
          await database.inCompany(companyId, (tx) => findClientId(tx, companyId, id)),
        )
        return list(request, { client, status: 'closed' })
      },
    )
  }
