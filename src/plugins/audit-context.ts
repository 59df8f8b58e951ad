import type { FastifyInstance, FastifyRequest } from 'fastify'
import { deviceOf } from '../accounts/login/device.ts'
import { runWithAuditContext } from '../db/audit-context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Ids of the events that the request has appended; null as long as it cannot have. */
    caused: readonly string[] | null
  }
}

/**
 * Notes who acts for the transactions of a request: see the audit log. Once the body is read, for the work that follows
 * inherits it and what reads the body does not; and once it is known who is signed in.
 */
export function addAuditContext(app: FastifyInstance): void {
  app.decorateRequest('caused', null)
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.method === 'GET' || request.method === 'HEAD') return done()
    const caused: string[] = []
    request.caused = caused
    runWithAuditContext({ ...contextOf(request), caused }, done)
  })
}

const contextOf = (request: FastifyRequest) => ({
  userId: request.signedInActor?.userId ?? null,
  request: `${request.method} ${request.routeOptions.url}`,
  requestId: request.id,
  ...deviceOf(request),
  span: request.span,
})
