import fastifyHelmet from '@fastify/helmet'
import type { FastifyHelmetOptions } from '@fastify/helmet'
import fp from 'fastify-plugin'

interface Options {
  /** False for a context that answers few of its requests: its handlers call `reply.helmet()`. */
  global?: boolean
}

/**
 * Security headers of every answer. Pages of the service have their own policy instead, as strict as they work with.
 * Must be registered before every plugin that may refuse a request.
 */
export const helmet = fp<Options>(
  async (app, { global = true }) => {
    await app.register(fastifyHelmet, { ...options, global })
  },
  { name: 'helmet' },
)

const options: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
  // browsers apply it only over TLS; other names of the domain are not the service's to decide about
  strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
}
