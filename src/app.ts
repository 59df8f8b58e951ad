import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync, FastifyServerFactory } from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { createLoginThrottle } from './accounts/login/throttle.ts'
import { createLoginHints } from './accounts/hints/service.ts'
import { accountsRoutes } from './accounts/routes.ts'
import type { Bus } from './bus/bus.ts'
import { bell, cafe } from './cafe/routes.ts'
import { databasePictures } from './cafe/pictures/storage/database-repository.ts'
import { folderPictures } from './cafe/pictures/storage/file-storage.ts'
import type { PictureFolder } from './cafe/pictures/storage/folder.ts'
import { picturesRoutes } from './cafe/pictures/routes.ts'
import type { Clock } from './lib/clock.ts'
import type { Config } from './config/config.ts'
import type { Database } from './db/database.ts'
import { createPublisher } from './events/publisher.ts'
import { createChanges } from './events/changes.ts'
import type { Changes } from './events/changes.ts'
import type { Lifecycle } from './plugins/lifecycle.ts'
import { refusalsIn } from './http/refusal-metrics.ts'
import { createRequestLimits } from './http/request-limits.ts'
import type { RequestLimits } from './http/request-limits.ts'
import { auth, authenticator, declaredAccess } from './plugins/auth.ts'
import { addBodyParsing, parseQuery } from './plugins/body-parser.ts'
import { addAuditContext } from './plugins/audit-context.ts'
import { browserSafety } from './plugins/helmet.ts'
import { browserOrigins } from './plugins/cors.ts'
import {
  addErrorReplies,
  addNotFoundReplies,
  collectMethods,
  replyToUnreadable,
} from './plugins/error-handler.ts'
import { health } from './plugins/health.ts'
import { addIgnoredUpgrades } from './plugins/ignored-upgrades.ts'
import { idempotency } from './plugins/idempotency.ts'
import { jwt } from './plugins/jwt.ts'
import { landing } from './landing/routes.ts'
import { limits } from './plugins/rate-limit.ts'
import { metrics } from './plugins/metrics.ts'
import { shareAccountChanges } from './plugins/account-changes.ts'
import { addRequestLog, requestIdOf } from './plugins/request-log.ts'
import { addRequestMetrics } from './plugins/request-metrics.ts'
import { addTracing } from './plugins/tracing.ts'
import { addUnknownFieldChecks } from './plugins/unknown-fields.ts'
import { addValidation } from './plugins/validation.ts'
import { realtime } from './realtime/gateway.ts'
import { createRefusedOrigins } from './http/refused-origins.ts'
import type { NoteRefusedOrigin } from './http/refused-origins.ts'
import { readingRoutes, reference } from './openapi/plugin.ts'
import type { Tracing } from './tracing/tracing.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** For code outside the routes that changes something of the café. */
    changes: Changes
  }
}

/** The parts of the service; main.ts opens them, tests open their own. */
export interface Parts {
  config: Config
  database: Database
  bus: Bus
  /** Where pictures of dishes are kept; if missing, in the database. */
  pictureFolder?: PictureFolder | undefined
  clock: Clock
  log: Logger
  registry: Registry
  /** Where traces are sent; if missing, there are none. */
  tracing?: Tracing | null | undefined
  lifecycle: Lifecycle
  serverFactory?: FastifyServerFactory
}

export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/**
 * Builds the whole service from its parts. It does not listen yet; closing the app does not close the parts.
 * @param watch gets the app before anything is registered, for hooks that must see every request
 */
export async function buildApp(parts: Parts, watch: (app: App) => void = () => {}): Promise<App> {
  const { config, database, clock, log, registry, tracing = null } = parts
  const loggerInstance: FastifyBaseLogger = log
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    serverFactory: parts.serverFactory,
    trustProxy: config.trustProxy,
    bodyLimit: config.bodyBytes,
    routerOptions: { ignoreTrailingSlash: true, querystringParser: parseQuery },
    frameworkErrors: replyToUnreadable,
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>()

  // before `watch`, so that the answers it sees have their warnings
  addUnknownFieldChecks(app)
  watch(app)
  addErrorReplies(app, refusalsIn(registry))
  addIgnoredUpgrades(app)
  const methodsOf = collectMethods(app)
  await app.register(readingRoutes(config))
  await app.register(declaredAccess)
  await app.register(jwt({ config, clock }))
  await app.register(authenticator({ config, database, clock }))
  const requestLimits = createRequestLimits(config)
  const noteRefused = createRefusedOrigins(log)
  const publish = createPublisher({ publish: parts.bus.publish, log, registry })
  app.decorate('changes', createChanges({ database, clock, publish }))
  if (config.servesSockets) {
    const { authenticator } = app
    await app.register(realtime({ ...parts, tracing, authenticator, requestLimits, noteRefused }))
  }
  await app.register(api({ ...parts, tracing, requestLimits, noteRefused, methodsOf }))
  return app
}

interface ApiParts extends Parts {
  tracing: Tracing | null
  requestLimits: RequestLimits
  noteRefused: NoteRefusedOrigin
  methodsOf: (url: string) => string[]
}

/** All routes except those of the sockets, with the hooks that requests need and upgrades do not. */
function api({ requestLimits, noteRefused, methodsOf, ...parts }: ApiParts): FastifyPluginAsync {
  const { config, database, bus, pictureFolder, clock, registry, lifecycle, tracing } = parts
  return async (app) => {
    addNotFoundReplies(app, methodsOf)
    addBodyParsing(app)
    addValidation(app)
    addTracing(app, tracing)
    addRequestLog(app)
    addRequestMetrics(app, registry)
    await app.register(browserSafety)
    await app.register(browserOrigins(config, noteRefused))
    await app.register(limits({ config, requestLimits }))
    await app.register(auth)
    addAuditContext(app)
    const loginThrottle = createLoginThrottle(config)
    shareAccountChanges({ bus, authenticator: app.authenticator, loginThrottle })
    await app.register(idempotency(config))
    await app.register(health({ config, database, bus, clock, lifecycle, registry }))
    await app.register(metrics(registry))
    await app.register(landing({ config, loginHints: createLoginHints(database, config.demoData) }))
    if (config.servesApi) {
      const { changes } = app
      await app.register(accountsRoutes({ config, database, changes, clock, loginThrottle }))
      const inDatabase = databasePictures(database)
      const pictures = pictureFolder ? folderPictures(pictureFolder, inDatabase) : inDatabase
      const cafeParts = { database, changes, clock, pictures }
      await app.register(cafe(cafeParts), { prefix: '/api/cafe' })
      await app.register(bell(cafeParts), { prefix: '/api/main' })
      await app.register(picturesRoutes({ pictures }))
    }
    await app.register(reference)
  }
}
