import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { orNotFound, idParam, idParams } from '../../http/params.ts'
import { done } from '../../idempotency/run-once.ts'
import { listQuery, listReply } from '../../http/pagination.ts'
import { errorReplies } from '../../http/schemas.ts'
import { replyInTransaction } from '../unit-of-work.ts'
import type { CafeDeps } from '../deps.ts'
import { readNotifications } from './service.ts'
import { NotificationFilters, NotificationPage, NotificationRead, ReadBody, ReadReply } from './schema.ts'
import { countUnread, findNotification, listNotifications } from './repository.ts'

const tags = ['notifications']
const config = { access: 'notifications.read' } as const
const reply = { 200: NotificationRead, ...errorReplies }

/**
 * `/notifications/` below a prefix: the actor's own notifications. Registered under `/api/cafe/` and `/api/main/`,
 * where front ends expect them.
 */
export const notificationsRoutes =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { database } = deps
    const answer = replyInTransaction(deps)

    app.get(
      '/notifications/',
      {
        config,
        schema: {
          tags,
          summary: 'List one’s own notifications, newest first',
          querystring: Type.Object({ ...listQuery, ...NotificationFilters.properties }),
          response: { ...errorReplies, 200: NotificationPage },
        },
      },
      async (request) => {
        const actor = request.cafe
        const [listed, unread] = await database.inCompany(actor.scope.companyId, (tx) =>
          Promise.all([listNotifications(tx, actor, request.query), countUnread(tx, actor)]),
        )
        return { ...listReply(request, listed), unread_count: unread }
      },
    )
    app.get(
      '/notifications/:id/',
      { config, schema: { tags, summary: 'Read a notification', params: idParams, response: reply } },
      async (request) => {
        const actor = request.cafe
        const id = idParam(request)
        return orNotFound(
          await database.inCompany(actor.scope.companyId, (tx) => findNotification(tx, actor, id)),
        )
      },
    )
    app.post(
      '/notifications/:id/read/',
      {
        config,
        schema: { tags, summary: 'Mark a notification as read', params: idParams, response: reply },
      },
      async (request, response) => {
        const id = idParam(request)
        return answer(request, response, async (uow) => {
          await readNotifications(uow, [id])
          return done(orNotFound(await findNotification(uow.tx, uow.actor, id)))
        })
      },
    )
    for (const path of ['/notifications/read/', '/notifications/mark-all-read/']) {
      app.post(
        path,
        {
          config,
          schema: {
            tags,
            summary: 'Mark all of one’s own notifications as read, or those named',
            body: ReadBody,
            response: { ...errorReplies, 200: ReadReply },
          },
        },
        async (request, response) =>
          answer(request, response, async (uow) => done(await readNotifications(uow, request.body.ids))),
      )
    }
  }
