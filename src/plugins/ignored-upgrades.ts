import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import { ApiError } from '../http/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A path that may be upgraded to a WebSocket. */
    websocket?: true
  }
}

/**
 * Answers requests that ask for an upgrade on a path that has none: the header is ignored (RFC 9110 §7.8). The answer
 * is the last one on its connection, because Node reads no more requests or bodies from it.
 */
export const ignoredUpgrades = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { raw, method, routeOptions } = request
      const { upgrade } = raw as IncomingMessage & { upgrade: boolean }
      if (!upgrade || routeOptions.config.websocket) return done()
      reply.raw.shouldKeepAlive = false
      reply.raw.on('finish', () => raw.socket.end())
      done(method === 'GET' ? undefined : new ApiError('bad_request'))
    })
  },
  { name: 'ignored-upgrades' },
)
