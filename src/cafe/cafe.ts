import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { requireScope } from '../plugins/auth.ts'
import type { CafeParts } from './parts.ts'
import { zonesRoutes } from './zones/routes.ts'

/** Everything under `/api/cafe/`. Each request acts as a `CafeActor`: inside a company, its branch resolved. */
export const cafe =
  (parts: CafeParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addHook('onRequest', requireScope)
    await app.register(zonesRoutes(parts))
  }
