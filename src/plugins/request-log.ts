import fp from 'fastify-plugin'

/** Logs one line per answered request, none for probes. The answer has the request's id. */
export const requestLog = fp(
  async (app) => {
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
          trace: request.span?.traceId,
          events: request.appendedEventIds?.length ? request.appendedEventIds : undefined,
        },
        'request',
      )
      done()
    })
  },
  { name: 'request-log' },
)
