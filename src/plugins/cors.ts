import type { FastifyCorsOptions } from '@fastify/cors'
import type { Config } from '../config.ts'
import { wantedOrigins } from '../origins.ts'

/** Which browser front ends may call. */
export const allowedOrigins = (config: Config): FastifyCorsOptions => ({
  origin: wantedOrigins(config),
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'accept-language'],
  exposedHeaders: ['etag', 'idempotency-replayed', 'retry-after', 'x-request-id'],
  maxAge: 86_400,
  // OPTIONS without the headers of a pre-flight is answered as well, and not with a text of the plugin's
  strictPreflight: false,
})
