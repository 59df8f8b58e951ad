import type { FastifyPluginAsync } from 'fastify'
import type { Registry } from 'prom-client'

/** `GET /metrics` for Prometheus. Without a token: whoever stands in front of the service keeps it from outside. */
export const metrics =
  (registry: Registry): FastifyPluginAsync =>
  async (app) => {
    const route = { config: { access: 'public' }, logLevel: 'warn', schema: { hide: true } } as const
    app.get('/metrics', route, async (_request, reply) =>
      reply.header('content-type', registry.contentType).send(await registry.metrics()),
    )
  }
