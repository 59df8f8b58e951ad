import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { taskStatuses } from '../../db/enums.ts'
import { listQuery, listReply, sliceOf } from '../../http/pagination.ts'
import { errorReplies, Page } from '../../http/schemas.ts'
import type { CafeDeps } from '../deps.ts'
import { cookFigures, waiterFigures } from './monitor-repository.ts'
import { CookFigures, dayFilters, taskFilters, TaskRead, WaiterFigures } from './schema.ts'
import { listTasks } from './repository.ts'

const tags = ['kitchen']
const config = { access: 'tasks.monitor' } as const
const { page, page_size } = listQuery

const figures = (summary: string) => ({
  tags,
  summary,
  description:
    'By business day of the branch. Lead time runs from the order to the ready dish, cooking time from the claim; ' +
    'seconds, null without a ready dish.',
  querystring: Type.Object({ page, page_size, ...dayFilters }),
})

/** `/api/cafe/kitchen/tasks/monitor/` and `/api/cafe/kitchen/analytics/`: kitchen figures for owners. */
export const kitchenMonitorRoutes =
  ({ database }: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/kitchen/tasks/monitor/',
      {
        config,
        schema: {
          tags,
          summary: 'List tasks of every status, oldest first',
          querystring: Type.Object({ ...listQuery, ...taskFilters }),
          response: { ...errorReplies, 200: Page(TaskRead) },
        },
      },
      async (request) => {
        const actor = request.cafe
        const query = { status: [...taskStatuses], ...request.query }
        const listed = await database.inCompany(actor.scope.companyId, (tx) => listTasks(tx, actor, query))
        return listReply(request, listed)
      },
    )
    app.get(
      '/kitchen/analytics/cooks/',
      {
        config,
        schema: {
          ...figures('How much every cook cooked, and how fast'),
          response: { ...errorReplies, 200: Page(CookFigures) },
        },
      },
      async (request) => {
        const actor = request.cafe
        const rows = await database.inCompany(actor.scope.companyId, (tx) =>
          cookFigures(tx, actor, request.query),
        )
        return listReply(request, pageOf(rows, request.query))
      },
    )
    app.get(
      '/kitchen/analytics/waiters/',
      {
        config,
        schema: {
          ...figures('How long the guests of every waiter waited for their dishes'),
          response: { ...errorReplies, 200: Page(WaiterFigures) },
        },
      },
      async (request) => {
        const actor = request.cafe
        const rows = await database.inCompany(actor.scope.companyId, (tx) =>
          waiterFigures(tx, actor, request.query),
        )
        return listReply(request, pageOf(rows, request.query))
      },
    )
  }

/** One row per employee: counted here, not in the database. */
function pageOf<Row>(rows: Row[], query: { page?: number; page_size?: number }) {
  const { limit, offset } = sliceOf(query)
  return { count: rows.length, rows: rows.slice(offset, offset + limit) }
}
