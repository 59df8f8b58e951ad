import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyServerFactory } from 'fastify'
import type { Bus } from './bus/bus.ts'
import { cafe } from './cafe/cafe.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { createChanges } from './events/changes.ts'
import { addBodyParsing, parseQuery } from './plugins/body.ts'
import { addErrorReplies } from './plugins/errors.ts'
import { addValidation } from './plugins/validation.ts'

/** What the service stands on; main.ts opens them, tests open their own. */
export interface Parts {
  config: Config
  database: Database
  bus: Bus
  clock: Clock
  log: FastifyBaseLogger
  serverFactory?: FastifyServerFactory
}

export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Builds the whole service from its parts. Nothing listens yet; closing the app leaves the parts to their owner. */
export async function buildApp(parts: Parts): Promise<App> {
  const { config, database, clock, log } = parts
  const app = Fastify({
    loggerInstance: log,
    serverFactory: parts.serverFactory,
    trustProxy: config.trustProxy,
    bodyLimit: config.bodyBytes,
    routerOptions: { ignoreTrailingSlash: true, querystringParser: parseQuery },
    requestIdHeader: 'x-request-id',
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>()

  addErrorReplies(app)
  addBodyParsing(app)
  addValidation(app)
  const changes = createChanges({ database, clock, announce: () => {} })
  await app.register(cafe({ database, changes, clock }), { prefix: '/api/cafe' })
  return app
}
