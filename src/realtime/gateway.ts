import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { BaseLogger } from 'pino'
import { Type } from 'typebox'
import type { Registry } from 'prom-client'
import { redeemTicket } from '../accounts/tickets/tickets.ts'
import type { Authenticator } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import { QueryFlag, Uuid } from '../shapes.ts'
import { groups, socketPath } from '../events/catalogue.ts'
import type { Group } from '../events/catalogue.ts'
import { createLogReader } from '../events/log-reader.ts'
import { createOriginCheck } from '../origins.ts'
import type { NoteRefusedOrigin } from '../refused-origins.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { createHub } from './hub.ts'
import { createRealtimeMetrics } from './metrics.ts'
import { Outbox } from './outbox.ts'
import { readRequest } from './request.ts'
import { createSockets } from './sockets.ts'
import type { Sockets } from './sockets.ts'
import { takeUpgrades } from './upgrades.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The sockets of this replica, where it serves any. */
    sockets?: Sockets
  }
}

interface Parts {
  config: Config
  database: Database
  bus: Bus
  clock: Clock
  authenticator: Authenticator
  requestLimits: RequestLimits
  noteRefused: NoteRefusedOrigin
  tracing: Tracing | null
  log: BaseLogger
  registry: Registry
}

/**
 * The WebSocket paths: `/ws/cafe/orders/`, `/ws/cafe/tables/`, `/ws/cafe/kitchen/`, `/ws/notifications/`. Every upgrade is accepted, and
 * faults close the socket with a code afterwards, because a refused upgrade shows nothing of its reason in browsers.
 */
export const gateway = (parts: Parts) =>
  fp(
    async (app) => {
      const { config, database, bus, clock, authenticator, requestLimits, noteRefused } = parts
      const { tracing, log, registry } = parts
      const metrics = createRealtimeMetrics(registry)
      const outbox = new Outbox()
      const reader = createLogReader(database, config.dbConnectTimeoutMs + config.dbStatementTimeoutMs)
      const hub = createHub({ config, bus, clock, reader, outbox, tracing, log, metrics })
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
      const upgrades = takeUpgrades(app, {
        groupAt: new Map((Object.keys(groups) as Group[]).map((group) => [socketPath(group), group])),
        read: readRequest({
          originAllowed: createOriginCheck(config, noteRefused),
          trustedProxies: config.trustProxy,
          redeem: (ticket) => redeemTicket({ database, clock }, ticket),
        }),
        accept: sockets.accept,
        log,
      })
      app.addHook('preClose', async () => {
        await sockets.drain(0)
        upgrades.stop()
      })
      app.addHook('onClose', async () => {
        sockets.stop()
        hub.close()
      })
      for (const group of Object.keys(groups) as Group[]) addRoute(app, group)
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

/** What is no upgrade gets from a socket path; and what the API document says of it. */
function addRoute(app: FastifyInstance, group: Group): void {
  app.route({
    method: 'GET',
    url: socketPath(group),
    config: { access: 'public', raises: ['upgrade_required'] },
    schema: {
      tags: ['sockets'],
      summary: `Socket of the group ${group}`,
      description:
        'A WebSocket. The upgrade is always accepted; faults close the socket afterwards, with a code that says why. ' +
        'Messages, positions and codes: docs/realtime.md.',
      querystring: SocketQuery,
    },
    handler(_request, reply) {
      reply.headers({ upgrade: 'websocket', connection: 'upgrade' })
      throw new ApiError('upgrade_required')
    },
  })
}
