import type { ServerResponse } from 'node:http'
import websocket from '@fastify/websocket'
import type { WebsocketPluginOptions } from '@fastify/websocket'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { BaseLogger } from 'pino'
import { Type } from 'typebox'
import type { Registry } from 'prom-client'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/errors.ts'
import type { RequestLimits } from '../http/request-limits.ts'
import { helmet } from '../plugins/helmet.ts'
import { QueryFlag, Uuid } from '../http/schemas.ts'
import { groups, socketPath } from '../events/catalogue.ts'
import type { Group } from '../events/catalogue.ts'
import { createLogReader } from '../events/log-reader.ts'
import { createOriginCheck } from '../config/origins.ts'
import type { NoteRefusedOrigin } from '../http/refused-origins.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { createHub } from './hub.ts'
import { createRealtimeMetrics } from './metrics.ts'
import { FlushScheduler } from './flush-scheduler.ts'
import { readHandshake } from './handshake.ts'
import { createSocketRegistry } from './socket-registry.ts'
import type { SocketRegistry } from './socket-registry.ts'
import { createSubscriberRegistry } from './subscriber-registry.ts'
import type { SubscriberRegistry } from './subscriber-registry.ts'
import { chosenSubprotocol } from './authentication.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Everybody who follows streams on this replica. */
    subscribers: SubscriberRegistry
  }
  interface FastifyRequest {
    /** The response that Node creates for an upgrade, until the socket is detached from it. */
    upgradeReply: ServerResponse | null
  }
}

interface Deps {
  config: Config
  database: Database
  bus: Bus
  clock: Clock
  requestLimits: RequestLimits
  noteRefused: NoteRefusedOrigin
  tracing: Tracing | null
  log: BaseLogger
  registry: Registry
}

/**
 * The streams that clients of this replica follow, and where it serves sockets their paths: `/ws/cafe/orders/`,
 * `/ws/cafe/tables/`, `/ws/cafe/kitchen/`, `/ws/notifications/`.
 */
export const realtime = fp<Deps>(
  async (app, deps) => {
    const { config, database, bus, clock, requestLimits, tracing, log, registry } = deps
    const { authenticator } = app
    const metrics = createRealtimeMetrics(registry)
    const flushScheduler = new FlushScheduler()
    const reader = createLogReader(database, config.dbConnectTimeoutMs + config.dbStatementTimeoutMs)
    const hub = createHub({ config, bus, clock, reader, flushScheduler, tracing, log, metrics })
    const subscribers = createSubscriberRegistry({ config, bus, clock, authenticator, hub, log, metrics })
    app.decorate('subscribers', subscribers)
    app.addHook('preClose', () => subscribers.drain(0))
    app.addHook('onClose', async () => {
      subscribers.stop()
      hub.close()
    })
    if (!config.servesSockets) return
    const sockets = createSocketRegistry({
      config,
      authenticator,
      requestLimits,
      subscribers,
      flushScheduler,
      log,
      metrics,
    })
    app.addHook('onClose', async () => sockets.stop())
    await app.register(socketRoutes, { ...deps, sockets })
  },
  { name: 'realtime', dependencies: ['authenticator', 'declared-access'] },
)

interface SocketDeps extends Deps {
  sockets: SocketRegistry
}

/** A larger message closes the socket; a smaller one that is still too big is ignored. */
const largestMessageBytes = 1024 * 1024
/** `closeTimeout`: milliseconds a closed socket may take to answer; missing in the published types. */
const serverOptions: WebsocketPluginOptions['options'] & { closeTimeout: number } = {
  // `SocketRegistry` keeps them
  clientTracking: false,
  maxPayload: largestMessageBytes,
  perMessageDeflate: false,
  closeTimeout: 10_000,
  handleProtocols: chosenSubprotocol,
}

/**
 * Accepts every upgrade and closes the socket with a code on an error, because browsers do not show why an upgrade was
 * refused. It is a context next to that of the API: when many sockets reconnect, the hooks of requests would be most of
 * the cost.
 */
const socketRoutes: FastifyPluginAsync<SocketDeps> = async (app, { config, noteRefused, sockets }) => {
  const read = readHandshake({
    originAllowed: createOriginCheck(config, noteRefused),
    redeem: app.redeemTicket,
  })
  // what is made for a request must not live as long as its socket
  app.setChildLoggerFactory((log) => log)
  app.setValidatorCompiler(() => () => true)
  app.decorateRequest('upgradeReply', null)
  app.addHook('onRequest', (request, reply, done) => {
    request.upgradeReply = reply.raw
    done()
  })
  await app.register(helmet, { global: false })
  await app.register(websocket, {
    options: serverOptions,
    preClose: async () => app.websocketServer.close(),
  })
  for (const group of Object.keys(groups) as Group[]) {
    app.route({
      method: 'GET',
      url: socketPath(group),
      config: { access: 'public', websocket: true, raises: ['upgrade_required'] },
      schema: schemaOf(group),
      handler: notUpgraded,
      wsHandler(ws, request) {
        const { raw } = request
        request.upgradeReply!.detachSocket(raw.socket)
        request.upgradeReply = null
        // the plugin's handler holds the request and its reply; `SocketRegistry` adds its own
        ws.removeAllListeners('error')
        sockets.accept(ws, raw.socket, group, read(request))
      },
    })
  }
}

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

const schemaOf = (group: Group) => ({
  tags: ['sockets'],
  summary: `Socket of the group ${group}`,
  description:
    'A WebSocket. The upgrade is always accepted; faults close the socket afterwards, with a code that says why. ' +
    'Messages, positions and codes: docs/realtime.md.',
  querystring: SocketQuery,
})

/** Answers a request without an upgrade. */
function notUpgraded(request: FastifyRequest, reply: FastifyReply): never {
  reply.helmet()
  reply.header('x-request-id', request.id)
  throw new ApiError('upgrade_required')
}
