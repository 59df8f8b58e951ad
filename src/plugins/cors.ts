import type { FastifyCorsOptions } from '@fastify/cors'
import type { Config } from '../config.ts'

const localhost = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Which browser front ends may call: the origins of CORS_ORIGINS, `localhost` standing for every port of this machine. */
export const allowedOrigins = ({ corsOrigins }: Config): FastifyCorsOptions => ({
  origin: corsOrigins.includes('*')
    ? '*'
    : corsOrigins.flatMap((origin): (string | RegExp)[] => (origin === 'localhost' ? [localhost] : [origin])),
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'accept-language'],
  exposedHeaders: ['etag', 'idempotency-replayed', 'retry-after', 'x-request-id'],
  maxAge: 86_400,
  // OPTIONS without the headers of a pre-flight is answered as well, and not with a text of the plugin's
  strictPreflight: false,
})
