import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { bearerToken } from '../http/bearer-token.ts'
import type { Config } from '../config/config.ts'
import { networkOf } from '../http/network.ts'
import type { RequestLimits } from '../http/request-limits.ts'
import { defaultPageSize } from '../http/pagination.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False: no limit, for machines of the same installation. */
    limited?: false
  }
}

/**
 * Bounds the number of requests and the rows of a page. A request with a token is counted once the token has proved
 * valid, because checking a token costs less than answering a refusal. Must be registered before authentication.
 */
export const rateLimit = fp<{ config: Config; requestLimits: RequestLimits }>(
  async (app, { config, requestLimits }) => {
    app.addHook('onRequest', async (request) => {
      if (isAnonymous(request)) await requestLimits.ofNetwork(networkOf(request.ip))
    })
    app.addHook('preParsing', async (request) => {
      if (request.signedInActor) await requestLimits.ofUser(request.signedInActor.userId)
    })
    app.addHook('preHandler', async (request) => boundPage(request, config.pageSizeMax))
  },
  { name: 'rate-limit' },
)

function isAnonymous({ is404, routeOptions, headers, method }: FastifyRequest): boolean {
  const { access, limited } = routeOptions.config
  if (limited === false || method === 'OPTIONS') return false
  return is404 || access === 'public' || bearerToken(headers.authorization) === null
}

function boundPage({ routeOptions, query }: FastifyRequest, max: number): void {
  const { properties } = (routeOptions.schema?.querystring ?? {}) as { properties?: object }
  if (!properties || !('page_size' in properties)) return
  const asked = query as { page_size?: number }
  asked.page_size = Math.min(asked.page_size ?? defaultPageSize, max)
}
