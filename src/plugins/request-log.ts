import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { uuidv7 } from 'uuidv7'

/** Logs one line per answered request, none for probes. The answer has the request's id. */
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
        trace: request.span?.traceId,
        events: request.caused?.length ? request.caused : undefined,
      },
      'request',
    )
    done()
  })
}

const believableId = /^[\w.:/+=-]{1,128}$/

/**
 * The id that a client or proxy gave the request in `x-request-id`, if it is safe for logs and headers; else a new one.
 */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && believableId.test(given) ? given : uuidv7()
}
