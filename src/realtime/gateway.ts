import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { BaseLogger } from 'pino'
import { Type } from 'typebox'
import type { Registry } from 'prom-client'
import { redeemTicket } from '../accounts/tickets/tickets.ts'
import type { TokenClaims } from '../accounts/tokens.ts'
import type { Authenticator } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import { QueryFlag, Uuid } from '../shapes.ts'
import { groups } from '../events/catalogue.ts'
import type { Group } from '../events/catalogue.ts'
import { createLogReader } from '../events/log-reader.ts'
import { createOriginCheck } from '../origins.ts'
import { chosenSubprotocol, tokenOf } from './admission.ts'
import type { Credential } from './admission.ts'
import { createHub } from './hub.ts'
import { createRealtimeMetrics } from './metrics.ts'
import { Outbox } from './outbox.ts'
import { createSockets } from './sockets.ts'
import type { Request, Sockets } from './sockets.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The sockets of this replica, where it serves any. */
    sockets?: Sockets
  }
}

type Asked = (group: Group, request: FastifyRequest) => Request

interface Parts {
  config: Config
  database: Database
  bus: Bus
  clock: Clock
  authenticator: Authenticator
  requestLimits: RequestLimits
  log: BaseLogger
  registry: Registry
}

/** Beyond this a message ends the socket; smaller ones that are still too big are ignored. */
const largestMessageBytes = 1024 * 1024
/** `closeTimeout`: how long, in milliseconds, a closed socket may take to answer; missing in the published types. */
const serverOptions: Parameters<typeof websocket>[1]['options'] & { closeTimeout: number } = {
  maxPayload: largestMessageBytes,
  perMessageDeflate: false,
  closeTimeout: 10_000,
  handleProtocols: chosenSubprotocol,
}

/**
 * The WebSocket paths: `/ws/cafe/orders/`, `/ws/cafe/tables/`, `/ws/cafe/kitchen/`. Every upgrade is accepted, and
 * faults close the socket with a code afterwards, because a refused upgrade shows nothing of its reason in browsers.
 */
export const gateway = (parts: Parts) =>
  fp(
    async (app) => {
      const { config, database, bus, clock, authenticator, requestLimits, log, registry } = parts
      const metrics = createRealtimeMetrics(registry)
      const outbox = new Outbox()
      const reader = createLogReader(database, config.dbConnectTimeoutMs + config.dbStatementTimeoutMs)
      const hub = createHub({ config, bus, reader, outbox, log, metrics })
      const sockets = createSockets({
        config,
        bus,
        clock,
        authenticator,
        requestLimits,
        hub,
        outbox,
        log,
        metrics,
      })
      app.decorate('sockets', sockets)
      await app.register(websocket, {
        options: serverOptions,
        async preClose(this: FastifyInstance) {
          await sockets.drain(0)
          await new Promise((resolve) => this.websocketServer.close(resolve))
        },
      })
      app.addHook('onClose', async () => {
        sockets.stop()
        hub.close()
      })
      const originAllowed = createOriginCheck(config)
      const redeem = (ticket: string) => redeemTicket({ database, clock }, ticket)
      const asked = (group: Group, request: FastifyRequest): Request => ({
        ...wishOf(request),
        group,
        credential: credentialOf(request, redeem),
        fromAllowedOrigin: originAllowed(request.headers.origin, request.host),
      })
      for (const group of Object.keys(groups) as Group[]) addRoute(app, sockets, asked, group)
    },
    { name: 'gateway' },
  )

const SocketQuery = Type.Object({
  token: Type.Optional(
    Type.String({
      description: 'An access token, where no `Authorization` header or subprotocol carries it.',
    }),
  ),
  ticket: Type.Optional(
    Type.String({ description: 'In place of the token: from `POST /api/ws-tickets/`, good once.' }),
  ),
  branch_id: Type.Optional(Uuid({ description: 'Owner and admin: the branch to hear of.' })),
  since: Type.Optional(
    Type.String({ description: 'The position to go on from.', examples: ['01JH0Z7V5C:41'] }),
  ),
  resume: Type.Optional(QueryFlag({ description: 'Company-wide: the positions come as the first message.' })),
})

function addRoute(app: FastifyInstance, sockets: Sockets, asked: Asked, group: Group): void {
  app.route({
    method: 'GET',
    url: `/ws/cafe/${group}/`,
    config: { access: 'public', raises: ['upgrade_required'] },
    schema: {
      tags: ['sockets'],
      summary: `Socket of the group ${group}`,
      description:
        'A WebSocket. The upgrade is always accepted; faults close the socket afterwards, with a code that says why. ' +
        'Messages, positions and codes: docs/realtime.md.',
      querystring: SocketQuery,
    },
    // an upgrade is always accepted: what its query says is looked at after it
    validatorCompiler: () => () => true,
    handler(_request, reply) {
      reply.headers({ upgrade: 'websocket', connection: 'upgrade' })
      throw new ApiError('upgrade_required')
    },
    wsHandler(socket, request) {
      // the listener of the plugin keeps the whole request alive as long as the socket; accept sets its own
      socket.removeAllListeners('error')
      sockets.accept(socket, request.raw.socket, asked(group, request))
    },
  })
}

const queryOf =
  (request: FastifyRequest) =>
  (name: string): string | undefined =>
    [(request.query as Record<string, string | string[] | undefined>)[name]].flat()[0]

function wishOf(request: FastifyRequest) {
  const first = queryOf(request)
  return {
    branch: first('branch_id'),
    since: first('since'),
    resume: ['1', 'true'].includes(first('resume') ?? ''),
  }
}

/** A ticket in the address comes before every token. */
function credentialOf(
  request: FastifyRequest,
  redeem: (ticket: string) => Promise<TokenClaims>,
): Credential | null {
  const first = queryOf(request)
  const ticket = first('ticket')
  if (ticket) return { redeem: () => redeem(ticket) }
  const token = tokenOf(first('token'), request.headers)
  return token === null ? null : { token }
}
