import helmet from '@fastify/helmet'
import type { FastifyHelmetOptions } from '@fastify/helmet'
import fp from 'fastify-plugin'

/**
 * Security headers of every answer. Pages of the service have their own policy instead, as strict as they work with.
 * Must be registered before every plugin that may refuse a request.
 */
export const browserSafety = fp((app) => app.register(helmet, options), { name: 'browser-safety' })

/** The same for a context that answers few of its requests: its handlers call `reply.helmet()`. */
export const browserSafetyByReply = fp((app) => app.register(helmet, { ...options, global: false }), {
  name: 'browser-safety-by-reply',
})

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
