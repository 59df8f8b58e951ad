import type { FastifyReply } from 'fastify'
import type { Answer } from './run-once.ts'

/** Sends what a request was or is answered with. */
export function sendAnswer(reply: FastifyReply, { status, body, replayed }: Answer): FastifyReply {
  if (replayed) reply.header('idempotency-replayed', 'true')
  return reply.code(status).send(body)
}
