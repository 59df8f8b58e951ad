import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Tx } from '../../db/database.ts'
import { fieldError } from '../../http/errors.ts'
import { listReply } from '../../http/pagination.ts'
import { errorReplies } from '../../http/schemas.ts'
import type { CafeActor } from '../../accounts/actor.ts'
import type { CafeDeps } from '../deps.ts'
import { summaryOf } from './presenter.ts'
import { shiftDay } from './rules.ts'
import type { Days } from './sales-sql.ts'
import { dayRange, SalesSummary, SoldCategories, SoldItems, soldQuery, timeRange } from './schema.ts'
import { dayFigures, latestDay, methodFigures, soldCategories, soldItems } from './repository.ts'

const tags = ['analytics']
const config = { access: 'analytics.read' } as const
const description =
  'Bills of these business days of their branches: closed ones, and those settled while the order is open; cancelled ones ' +
  'only where they are counted. Discounts and refunds count on the day of their bill, whenever money was given back; ' +
  'on items and categories they are shared out, so that revenues add up to net_total.'

/** `/api/cafe/analytics/sales/`: sales reports. */
export const analyticsRoutes =
  ({ database, clock }: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    /** A report reads one snapshot of the database, so that its parts agree. */
    const report = <T>(
      actor: CafeActor,
      query: DayQuery,
      read: (tx: Tx, days: Days) => Promise<T>,
    ): Promise<T> =>
      database.snapshot(actor.scope.companyId, async (tx) =>
        read(tx, await daysOf(tx, actor, query, clock())),
      )

    app.get(
      '/analytics/sales/summary/',
      {
        config,
        schema: {
          tags,
          summary: 'Totals of sales, by way of payment and by business day',
          description,
          querystring: Type.Object({ ...dayRange, ...timeRange }),
          response: { ...errorReplies, 200: SalesSummary },
        },
      },
      (request) => {
        const actor = request.cafe
        return report(actor, request.query, async (tx, days) => {
          const [figures, methods] = await Promise.all([
            dayFigures(tx, actor.scope, days),
            methodFigures(tx, actor.scope, days),
          ])
          return summaryOf(days, figures, methods)
        })
      },
    )
    app.get(
      '/analytics/sales/items/',
      {
        config,
        schema: {
          tags,
          summary: 'What every dish brought',
          description,
          querystring: soldQuery,
          response: { ...errorReplies, 200: SoldItems },
        },
      },
      (request) => {
        const actor = request.cafe
        return report(actor, request.query, async (tx, days) => ({
          ...datesOf(days),
          ...listReply(request, await soldItems(tx, actor.scope, days, request.query)),
        }))
      },
    )
    app.get(
      '/analytics/sales/categories/',
      {
        config,
        schema: {
          tags,
          summary: 'What the dishes of every category brought',
          description,
          querystring: soldQuery,
          response: { ...errorReplies, 200: SoldCategories },
        },
      },
      (request) => {
        const actor = request.cafe
        return report(actor, request.query, async (tx, days) => ({
          ...datesOf(days),
          ...listReply(request, await soldCategories(tx, actor.scope, days, request.query)),
        }))
      },
    )
  }

interface DayQuery {
  date_from?: string
  date_to?: string
  time_from?: string
  time_to?: string
}

/** @throws FieldError on `date_from` when it is after the last day */
async function daysOf(tx: Tx, { scope }: CafeActor, query: DayQuery, now: Date): Promise<Days> {
  const { date_from, date_to } = query
  if (date_from && date_to && date_from > date_to)
    throw fieldError('date_from', 'date_after_last', { last: date_to })
  const to = date_to ?? (await latestDay(tx, scope, now))
  return {
    from: date_from ?? shiftDay(to, -29),
    to,
    timeFrom: query.time_from,
    timeTo: query.time_to,
  }
}

const datesOf = ({ from, to }: Days) => ({ date_from: from, date_to: to })
