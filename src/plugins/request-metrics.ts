import fp from 'fastify-plugin'
import { Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer waits for events: how long it takes says nothing about the service. */
    waits?: true
  }
}

/** Counts and times requests by route, without probes and the metrics request itself. */
export const requestMetrics = fp<{ registry: Registry }>(
  async (app, { registry }) => {
    const seconds = new Histogram({
      name: 'cafe_http_request_seconds',
      help: 'Requests answered by this replica, and their duration.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [registry],
    })
    app.addHook('onResponse', (request, reply, done) => {
      const { url, logLevel, config } = request.routeOptions
      const waited = config.waits === true && reply.statusCode < 400
      // requests that are not logged are not counted
      if (logLevel !== 'warn' && !waited) {
        const labels = { method: request.method, route: url ?? 'none', status: reply.statusCode }
        seconds.observe(labels, reply.elapsedTime / 1000)
      }
      done()
    })
  },
  { name: 'request-metrics' },
)
