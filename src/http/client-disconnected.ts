import type { FastifyRequest } from 'fastify'

/** There is nobody to answer. */
export class ClientLeftError extends Error {
  override name = 'ClientLeftError'
}

/**
 * Whether the client has closed its connection, so that no answer can reach it. One that only has nothing more to send
 * still waits.
 */
export const hasLeft = ({ raw }: FastifyRequest): boolean => raw.socket.destroyed

/**
 * Refuses to begin what nobody waits for any more: a client that gave up sends again, and what it sent first must not
 * be done after that.
 * @throws ClientLeftError
 */
export function mustBeWaitedFor(request: FastifyRequest): void {
  if (hasLeft(request)) throw new ClientLeftError('the client has left')
}
