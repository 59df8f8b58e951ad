import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config/config.ts'
import { signingSecret } from '../accounts/tokens/jwt-secret.ts'
import { fillPath, fingerprintOf, parseKey } from '../idempotency/key.ts'
import type { IdempotentRequest } from '../idempotency/key.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False: this POST takes no Idempotency-Key. Public routes take none either, because a key belongs to a user. */
    idempotency?: false
  }
  interface FastifyRequest {
    /** What `runOnce` needs to run the request once; null when the client sent no key. */
    idempotentRequest: IdempotentRequest | null
  }
}

/**
 * Reads the `Idempotency-Key` of every POST. The route passes `request.idempotentRequest` to `runOnce`, in the transaction of the
 * change, and answers by `sendAnswer`; a test checks this for all POST routes. Must be registered after authentication
 * and before the routes.
 */
export const idempotency = fp<{ config: Config }>(
  async (app, { config }) => {
    const secret = await signingSecret(config)
    app.decorateRequest('idempotentRequest', null)
    app.addHook('onRoute', (route) => {
      const { access, idempotency: takesKey } = route.config ?? {}
      if (![route.method].flat().includes('POST') || access === 'public' || takesKey === false) return
      const readKey = async (request: FastifyRequest): Promise<void> => {
        if (request.method === 'POST') request.idempotentRequest = idempotentRequestOf(request, secret)
      }
      route.preHandler = [...[route.preHandler ?? []].flat(), readKey]
    })
  },
  { name: 'idempotency', dependencies: ['auth'] },
)

/** Of the query, only the branch changes what a POST does. */
function idempotentRequestOf(request: FastifyRequest, secret: string): IdempotentRequest | null {
  const key = parseKey(request.headers['idempotency-key'])
  const { company, userId } = request.actor
  if (key === null || !company) return null
  const { branch } = request.query as { branch?: unknown }
  return {
    companyId: company.id,
    userId,
    route: fillPath(request.routeOptions.url!, request.params as Record<string, string>),
    key,
    fingerprint: fingerprintOf(secret, { query: { branch }, body: request.body }),
  }
}
