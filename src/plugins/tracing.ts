import type { FastifyInstance } from 'fastify'
import type { Span, Tracing } from '../tracing/tracing.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request does is told to it; null where it is not traced. */
    span: Span | null
  }
}

/** A span per request that is traced, from its headers to the end of its answer; probes are not. */
export function addTracing(app: FastifyInstance, tracing: Tracing | null): void {
  app.decorateRequest('span', null)
  if (!tracing) return
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions } = request
    const { url: route, logLevel } = routeOptions
    // what the log leaves out is no work for anybody
    if (logLevel !== 'warn')
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
}
