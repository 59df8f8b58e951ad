import fastifyCors from '@fastify/cors'
import fp from 'fastify-plugin'
import type { Config } from '../config/config.ts'
import { createOriginCheck, wantedOrigins } from '../config/origins.ts'
import type { NoteRefusedOrigin } from '../http/refused-origins.ts'

interface Deps {
  config: Config
  noteRefused: NoteRefusedOrigin
}

/** Which browser front ends may call the API. A refused origin gets no CORS headers and is logged. */
export const cors = fp<Deps>(
  async (app, { config, noteRefused }) => {
    const checkOrigin = createOriginCheck(config, noteRefused)
    app.addHook('onRequest', (request, _reply, done) => {
      checkOrigin(request.headers.origin, request.host)
      done()
    })
    await app.register(fastifyCors, {
      origin: wantedOrigins(config),
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'authorization',
        'content-type',
        'idempotency-key',
        'if-match',
        'accept-language',
        'last-event-id',
      ],
      exposedHeaders: ['etag', 'idempotency-replayed', 'retry-after', 'x-request-id'],
      maxAge: 86_400,
      // OPTIONS without the headers of a pre-flight gets this answer too, not a text of the plugin
      strictPreflight: false,
    })
  },
  { name: 'cors' },
)
