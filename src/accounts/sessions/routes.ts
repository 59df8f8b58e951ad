import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { idParam, idParams } from '../../http/params.ts'
import type { sessions } from '../../db/schema/index.ts'
import { notFound } from '../../http/errors.ts'
import { listReply } from '../../http/pagination.ts'
import { errorReplies, Page } from '../../http/schemas.ts'
import type { AccountsDeps } from '../deps.ts'
import { SessionQuery, SessionRead } from './schema.ts'
import { endSession, listSessions } from './repository.ts'

/** `/api/users/sessions/`: the actor's own sessions, one per device. */
export const sessionsRoutes =
  ({ database, clock, authenticator }: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const list = '/api/users/sessions/'
    const config = { access: 'signed-in' } as const
    const tags = ['login']

    app.get(
      list,
      {
        config,
        schema: {
          tags,
          summary: 'List one’s own logins, device by device',
          querystring: SessionQuery,
          response: { 200: Page(SessionRead), ...errorReplies },
        },
      },
      async (request) => {
        const { userId, sessionId } = request.actor
        const { count, rows } = await database.withRole('accounts', (tx) =>
          listSessions(tx, userId, request.query, clock()),
        )
        return listReply(request, { count, rows: rows.map((session) => toSession(session, sessionId)) })
      },
    )
    app.delete(
      `${list}:id/`,
      {
        config,
        schema: {
          tags,
          summary: 'End one of one’s own logins: its tokens and sockets end at once',
          params: idParams,
          response: { 204: Type.Null(), ...errorReplies },
        },
      },
      async (request, reply) => {
        const { userId } = request.actor
        const id = idParam(request)
        const ended = await database.withRole('accounts', (tx) => endSession(tx, userId, id, clock()))
        if (!ended) throw notFound()
        authenticator.forget(userId)
        return reply.code(204).send(null)
      },
    )
  }

const toSession = (session: typeof sessions.$inferSelect, currentId: string): SessionRead => ({
  id: session.id,
  device: session.device,
  address: session.address,
  created_at: session.createdAt.toISOString(),
  last_used_at: (session.lastUsedAt ?? session.createdAt).toISOString(),
  current: session.id === currentId,
})
