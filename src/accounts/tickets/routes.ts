import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errorReplies, Instant } from '../../http/schemas.ts'
import type { AccountsDeps } from '../deps.ts'
import { issueTicket } from './service.ts'

const TicketReply = Type.Object({ ticket: Type.String(), expires_at: Instant() })

/** `/api/ws-tickets/`: one-time tickets for browsers, which cannot send headers with a socket. */
export const ticketsRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/api/ws-tickets/',
      {
        config: { access: 'signed-in', idempotency: false },
        schema: {
          tags: ['login'],
          summary: 'A ticket that opens one socket within 30 seconds: `?ticket=`',
          response: { 201: TicketReply, ...errorReplies },
        },
      },
      async (request, reply) => {
        const { actor, tokenExpiresAt: expiresAt } = request
        reply.header('cache-control', 'no-store')
        return reply.code(201).send(await issueTicket(deps, { actor, expiresAt: expiresAt! }))
      },
    )
  }
