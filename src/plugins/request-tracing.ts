import fp from 'fastify-plugin'
import type { Span, Tracing } from '../tracing/tracing.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request; null when it is not traced. */
    span: Span | null
  }
}

/** One span per traced request, from its headers to the end of its answer; probes are not traced. */
export const requestTracing = fp<{ tracing: Tracing | null }>(
  async (app, { tracing }) => {
    app.decorateRequest('span', null)
    if (!tracing) return
    app.addHook('onRequest', (request, _reply, done) => {
      const { method, routeOptions } = request
      const { url: route, logLevel, config } = routeOptions
      // requests that are not logged are not traced
      if (logLevel !== 'warn' && !config.waits)
        request.span = tracing.request(route ? `${method} ${route}` : method, request.headers)
      request.span?.add({
        'http.request.method': method,
        'http.route': route,
        'url.path': request.url.split('?', 1)[0],
        'client.address': request.ip,
        'cafe.request.id': request.id,
      })
      done()
    })
    app.addHook('onResponse', (request, reply, done) => {
      const { statusCode: status } = reply
      request.span?.add({
        'http.response.status_code': status,
        'cafe.company.id': request.signedInActor?.company?.id,
        'user.id': request.signedInActor?.userId,
      })
      request.span?.end(status >= 500 ? String(status) : undefined)
      done()
    })
  },
  { name: 'request-tracing' },
)
