import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { deviceOf } from '../accounts/login/device.ts'
import { runWithAuditContext } from '../db/audit-context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Ids of the events that the request has appended; null for requests that cannot append any. */
    appendedEventIds: readonly string[] | null
  }
}

/**
 * Records the actor of a request for its transactions, which the audit log reads. It runs after the body is read,
 * because the code after it inherits the context and the body parser does not, and again after authentication.
 */
export const auditContext = fp(
  async (app) => {
    app.decorateRequest('appendedEventIds', null)
    app.addHook('preValidation', (request, _reply, done) => {
      if (request.method === 'GET' || request.method === 'HEAD') return done()
      const appendedEventIds: string[] = []
      request.appendedEventIds = appendedEventIds
      runWithAuditContext({ ...contextOf(request), appendedEventIds }, done)
    })
  },
  { name: 'audit-context', dependencies: ['auth', 'request-tracing'] },
)

const contextOf = (request: FastifyRequest) => ({
  userId: request.signedInActor?.userId ?? null,
  request: `${request.method} ${request.routeOptions.url}`,
  requestId: request.id,
  ...deviceOf(request),
  span: request.span,
})
