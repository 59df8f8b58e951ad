import helmet from '@fastify/helmet'
import type { FastifyHelmetOptions } from '@fastify/helmet'
import fp from 'fastify-plugin'

/**
 * What browsers are told with every answer, so that nobody can make a page of it or put it into theirs. Pages of ours have
 * a policy of their own in its place, as strict as they work with. Must be registered before whatever may refuse.
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
  // browsers heed it over TLS alone; other names of the domain are not ours to decide about
  strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
}
