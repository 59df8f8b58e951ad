import fp from 'fastify-plugin'
import { Type } from 'typebox'
import type { Registry } from 'prom-client'

const schema = {
  tags: ['service'],
  summary: 'Figures for Prometheus',
  response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
}

/** `GET /metrics` for Prometheus, without a token: the proxy in front of the service must not expose it. */
export const metrics = fp<{ registry: Registry }>(
  async (app, { registry }) => {
    const route = { config: { access: 'public', limited: false }, logLevel: 'warn', schema } as const
    app.get('/metrics', route, async (_request, reply) =>
      reply.header('content-type', registry.contentType).send(await registry.metrics()),
    )
  },
  { name: 'metrics', dependencies: ['declared-access'] },
)
