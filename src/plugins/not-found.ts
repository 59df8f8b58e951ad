import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError } from '../http/errors.ts'
import { nearestPathAmong } from '../http/nearest-path.ts'
import { documentedPath } from '../http/paths.ts'

/**
 * Answers unknown paths with 404, naming the documented path that may have been meant, and methods that a path does not
 * have with 405.
 */
export const notFound = fp(
  async (app) => {
    let nearestPath: ReturnType<typeof nearestPathAmong>
    app.addHook('onReady', async () => {
      const documented = app.declaredRoutes.filter(({ schema }) => !schema.hide)
      nearestPath = nearestPathAmong(documented.map(({ url }) => documentedPath(url)))
    })
    const errorFor = (request: FastifyRequest, reply: FastifyReply): ApiError => {
      const allowed = app.methodsOf(request.url)
      if (allowed.length === 0) {
        const nearest = nearestPath(request.url.split('?', 1)[0]!)
        return new ApiError('not_found', nearest === undefined ? {} : { extra: { nearest } })
      }
      reply.header('allow', allowed.join(', '))
      return new ApiError('method_not_allowed', { params: { method: request.method } })
    }
    app.setNotFoundHandler((request, reply) => {
      throw errorFor(request, reply)
    })
    // answered before the body is read, because its errors do not matter here
    app.addHook('preParsing', (request, reply, _payload, done) =>
      done(request.is404 ? errorFor(request, reply) : null),
    )
  },
  { name: 'not-found', dependencies: ['error-handler', 'route-methods', 'declared-access'] },
)
