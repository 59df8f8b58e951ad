import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { ClientDisconnectedError, refuseDisconnected } from '../http/client-disconnected.ts'
import { ApiError, fieldError } from '../http/errors.ts'
import type { ErrorCode } from '../http/errors.ts'
import { errorReplies } from '../http/schemas.ts'
import type { Infer } from '../http/schemas.ts'
import { requireScope } from '../plugins/auth.ts'
import { reauthenticate } from './authentication.ts'
import type { CloseReason } from './close-codes.ts'
import { EventStream } from './event-stream.ts'
import { Poll } from './poll.ts'
import type { PollAnswer } from './poll.ts'
import { Events, eventStreamBody, mostStreams, pollQuery, streamQuery } from './schema.ts'
import type { Subscriber } from './subscriber.ts'

const about =
  'Order, groups, positions and rights are those of the sockets: docs/realtime.md. Owners and admins of companies with ' +
  `more than ${mostStreams} branches name one.`

/** `/api/cafe/events/`: the log for clients without sockets, as answers and as a stream of server-sent events. */
export const eventsRoutes =
  (config: Config): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { subscribers, authenticator } = app
    const { metrics } = subscribers.deps
    const pollDeps = { ...subscribers.deps, opened: metrics.polls }
    const streamDeps = {
      ...subscribers.deps,
      opened: metrics.eventStreams,
      queueBytes: config.socketQueueBytes,
    }
    app.addHook('onRequest', requireScope)
    app.addHook('preHandler', async ({ cafe }) => {
      if (cafe.scope.companyWide && cafe.company.branchIds.length > mostStreams)
        throw fieldError('branch', 'branch_needed')
    })

    /** Takes in whoever sent a request, until its connection closes. */
    function follow(request: FastifyRequest, reply: FastifyReply, subscriber: Subscriber): Promise<void> {
      const { branch, since } = request.query as Infer<typeof pollQuery>
      const lastEventId = request.headers['last-event-id']
      const position = typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : since
      const { userId, sessionId, tokenVersion } = request.actor
      const login = {
        userId,
        sessionId,
        tokenVersion,
        requestedBranch: branch,
        expiresAt: request.tokenExpiresAt!,
      }
      reply.raw.once('close', () => {
        subscriber.terminate()
        subscribers.gone(subscriber)
      })
      return subscribers.accept(subscriber, { since: position, resume: false }, () =>
        reauthenticate(authenticator, login),
      )
    }

    app.get(
      '/events/',
      {
        config: { access: 'orders.read', waits: true, raises: ['branch_closed', 'too_many_streams'] },
        schema: {
          tags: ['events'],
          summary: 'Events after a position; waits for the first one if asked to',
          description: about,
          querystring: pollQuery,
          response: { ...errorReplies, 200: Events },
        },
      },
      async (request, reply) => {
        refuseDisconnected(request)
        const { group, wait = 0 } = request.query
        const answer = await new Promise<PollAnswer>((resolve, reject) => {
          const refuse = (reason: CloseReason) => reject(new ApiError(errorOf(reason)))
          const poll = new Poll({ answer: resolve, refuse }, group, pollDeps, wait * 1000)
          reply.raw.once('close', () => reject(new ClientDisconnectedError('the client has left')))
          void follow(request, reply, poll).then(() => poll.wait())
        })
        reply.header('cache-control', 'no-store').type('application/json; charset=utf-8')
        // the events are written as they are kept, unread
        return bodyOf(answer) as unknown as Events
      },
    )

    app.get(
      '/events/stream/',
      {
        config: {
          access: 'orders.read',
          ticket: true,
          waits: true,
          raises: ['branch_closed', 'too_many_streams'],
        },
        schema: {
          tags: ['events'],
          summary: 'Events as they happen, as server-sent events; `Last-Event-ID` goes on after a position',
          description: about,
          querystring: streamQuery,
          response: { ...errorReplies, 200: eventStreamBody },
        },
      },
      async (request, reply) => {
        refuseDisconnected(request)
        reply.headers(streamHeaders)
        if (request.method === 'HEAD') return reply.send('')
        await new Promise<void>((begun, failed) => {
          const begin = () => {
            reply.hijack()
            reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders)
            begun()
            return reply.raw
          }
          const refuse = (reason: CloseReason) => failed(new ApiError(errorOf(reason)))
          const stream = new EventStream({ begin, refuse }, request.query.group, streamDeps)
          reply.raw.once('close', () => failed(new ClientDisconnectedError('the client has left')))
          void follow(request, reply, stream)
        })
        return reply
      },
    )
  }

/** No proxy may keep, change, compress or collect what is written. */
const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

function bodyOf({ companyId, branchId, group, events, position, resync }: PollAnswer): string {
  const head = JSON.stringify({ company_id: companyId, branch_id: branchId, group, position })
  return `${head.slice(0, -1)},"events":[${events.join(',')}],"resync_required":${resync}}`
}

/** What a request is answered where a socket would be closed. */
const errorOf = (reason: CloseReason): ErrorCode => errors[reason] ?? 'unavailable'

const errors: Partial<Record<CloseReason, ErrorCode>> = {
  not_authenticated: 'token_not_valid',
  token_expired: 'token_not_valid',
  no_company: 'no_company',
  branch_closed: 'branch_closed',
  too_many_sockets: 'too_many_streams',
}
