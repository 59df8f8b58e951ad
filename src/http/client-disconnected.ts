import type { FastifyRequest } from 'fastify'

/** There is nobody to answer. */
export class ClientDisconnectedError extends Error {
  override name = 'ClientDisconnectedError'
}

/**
 * Whether the client has closed its connection, so that no answer can reach it. One that only has nothing more to send
 * still waits.
 */
export const isDisconnected = ({ raw }: FastifyRequest): boolean => raw.socket.destroyed

/**
 * Refuses to begin what nobody waits for any more: a client that gave up sends again, and what it sent first must not
 * be done after that.
 * @throws ClientDisconnectedError
 */
export function refuseIfDisconnected(request: FastifyRequest): void {
  if (isDisconnected(request)) throw new ClientDisconnectedError('the client has left')
}
