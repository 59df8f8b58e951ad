import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError } from '../http/errors.ts'

/** Answers unknown paths with 404, and methods that a path does not have with 405. */
export const notFound = fp(
  async (app) => {
    const errorFor = (request: FastifyRequest, reply: FastifyReply): ApiError => {
      const allowed = app.methodsOf(request.url)
      if (allowed.length === 0) return new ApiError('not_found')
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
  { name: 'not-found', dependencies: ['error-handler', 'route-methods'] },
)
