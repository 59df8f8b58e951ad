import type { FastifyInstance, FastifyRequest } from 'fastify'
import { deviceOf } from '../accounts/login/device.ts'
import { actingFor } from '../db/acting.ts'

/**
 * Notes who acts for the transactions of a request: see the audit log. Once the body is read, for the work that follows
 * inherits it and what reads the body does not; and once it is known who is signed in.
 */
export function noteWhoActs(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.method === 'GET' || request.method === 'HEAD') return done()
    actingFor(whoActs(request), done)
  })
}

const whoActs = (request: FastifyRequest) => ({
  userId: request.signedInActor?.userId ?? null,
  request: `${request.method} ${request.routeOptions.url}`,
  requestId: request.id,
  ...deviceOf(request),
})
