import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync, FastifyServerFactory } from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { createLoginThrottle } from './accounts/login/throttle.ts'
import { createLoginHints } from './accounts/hints/service.ts'
import { accountsRoutes } from './accounts/routes.ts'
import { asyncapi } from './asyncapi/routes.ts'
import type { Bus } from './bus/bus.ts'
import { cafeRoutes, notificationsAlias } from './cafe/routes.ts'
import { databasePictures } from './cafe/pictures/storage/database-repository.ts'
import { folderPictures } from './cafe/pictures/storage/file-storage.ts'
import type { PictureFolder } from './cafe/pictures/storage/folder.ts'
import { picturesRoutes } from './cafe/pictures/routes.ts'
import type { Clock } from './lib/clock.ts'
import type { Config } from './config/config.ts'
import type { Database } from './db/database.ts'
import { parseQuery } from './http/query-string.ts'
import { refusalsIn } from './http/refusal-metrics.ts'
import { createRefusedOrigins } from './http/refused-origins.ts'
import type { NoteRefusedOrigin } from './http/refused-origins.ts'
import { requestIdOf } from './http/request-id.ts'
import { createRequestLimits } from './http/request-limits.ts'
import type { RequestLimits } from './http/request-limits.ts'
import { landing } from './landing/routes.ts'
import { openapi, openapiPage } from './openapi/plugin.ts'
import { apiRoot } from './openapi/root.ts'
import { accountChanges } from './plugins/account-changes.ts'
import { auditContext } from './plugins/audit-context.ts'
import { auth } from './plugins/auth.ts'
import { authenticator } from './plugins/authenticator.ts'
import { bodyParser } from './plugins/body-parser.ts'
import { changes } from './plugins/changes.ts'
import { cors } from './plugins/cors.ts'
import { declaredAccess } from './plugins/declared-access.ts'
import { errorHandler, replyToUnreadable } from './plugins/error-handler.ts'
import { health } from './plugins/health.ts'
import type { Lifecycle } from './plugins/health.ts'
import { helmet } from './plugins/helmet.ts'
import { idempotency } from './plugins/idempotency.ts'
import { ignoredUpgrades } from './plugins/ignored-upgrades.ts'
import { jwt } from './plugins/jwt.ts'
import { metrics } from './plugins/metrics.ts'
import { notFound } from './plugins/not-found.ts'
import { rateLimit } from './plugins/rate-limit.ts'
import { requestLog } from './plugins/request-log.ts'
import { requestMetrics } from './plugins/request-metrics.ts'
import { requestTracing } from './plugins/request-tracing.ts'
import { routeMethods } from './plugins/route-methods.ts'
import { unknownFields } from './plugins/unknown-fields.ts'
import { validation } from './plugins/validation.ts'
import { eventsRoutes } from './realtime/events-routes.ts'
import { realtime } from './realtime/gateway.ts'
import type { Tracing } from './tracing/tracing.ts'

/** What the service runs on; `serve` opens it, tests open their own. */
export interface AppDeps {
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
 * Builds the whole service. It does not listen yet; closing the app does not close the database and the bus.
 * @param watch gets the app before anything is registered, for hooks that must see every request
 */
export async function buildApp(deps: AppDeps, watch: (app: App) => void = () => {}): Promise<App> {
  const { config, database, bus, clock, log, registry, tracing = null } = deps
  const loggerInstance: FastifyBaseLogger = log
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    serverFactory: deps.serverFactory,
    trustProxy: config.trustProxy,
    bodyLimit: config.bodyBytes,
    routerOptions: { ignoreTrailingSlash: true, querystringParser: parseQuery },
    frameworkErrors: replyToUnreadable,
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>()

  // before `watch`, so that the answers it sees have their warnings
  await app.register(unknownFields)
  watch(app)
  await app.register(errorHandler, { countRefusal: refusalsIn(registry) })
  await app.register(ignoredUpgrades)
  await app.register(routeMethods)
  await app.register(openapi, { config })
  await app.register(declaredAccess)
  await app.register(jwt, { config, clock })
  await app.register(authenticator, { config, database, clock })
  await app.register(changes, { database, bus, clock, log, registry })
  const requestLimits = createRequestLimits(config)
  const noteRefused = createRefusedOrigins(log)
  await app.register(realtime, { ...deps, tracing, requestLimits, noteRefused })
  await app.register(api, { ...deps, tracing, requestLimits, noteRefused })
  return app
}

interface ApiDeps extends AppDeps {
  tracing: Tracing | null
  requestLimits: RequestLimits
  noteRefused: NoteRefusedOrigin
}

/** All routes except those of the sockets, with the hooks that requests need and upgrades do not. */
const api: FastifyPluginAsync<ApiDeps> = async (app, deps) => {
  const { config, database, bus, pictureFolder, clock, registry, lifecycle, tracing } = deps
  const { requestLimits, noteRefused } = deps
  const { changes } = app
  const loginThrottle = createLoginThrottle(config)
  await app.register(notFound)
  await app.register(bodyParser)
  await app.register(validation)
  await app.register(requestTracing, { tracing })
  await app.register(requestLog)
  await app.register(requestMetrics, { registry })
  await app.register(helmet)
  await app.register(cors, { config, noteRefused })
  await app.register(rateLimit, { config, requestLimits })
  await app.register(auth)
  await app.register(auditContext)
  await app.register(accountChanges, { bus, loginThrottle })
  await app.register(idempotency, { config })
  await app.register(health, { config, database, bus, clock, lifecycle, registry })
  await app.register(metrics, { registry })
  const loginHints = createLoginHints(database, config.demoData)
  await app.register(landing, { config, loginHints })
  if (config.servesApi) {
    await app.register(accountsRoutes({ config, database, changes, clock, loginThrottle }))
    const inDatabase = databasePictures(database)
    const pictures = pictureFolder ? folderPictures(pictureFolder, inDatabase) : inDatabase
    const cafeDeps = { database, changes, clock, pictures }
    await app.register(cafeRoutes(cafeDeps), { prefix: '/api/cafe' })
    await app.register(notificationsAlias(cafeDeps), { prefix: '/api/main' })
    await app.register(eventsRoutes(config), { prefix: '/api/cafe' })
    await app.register(picturesRoutes({ pictures }))
  }
  await app.register(apiRoot, { config })
  await app.register(openapiPage)
  await app.register(asyncapi, { config, loginHints })
}
