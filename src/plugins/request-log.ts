import type { FastifyInstance } from 'fastify'

/** One line per request, when it is answered; probes say nothing. The request's id goes back with the answer. */
export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status } = reply
    const ms = Math.round(reply.elapsedTime)
    request.log.info(
      {
        req: request,
        status,
        ms,
        company: request.signedInActor?.company?.id,
        user: request.signedInActor?.userId,
      },
      'request',
    )
    done()
  })
}
