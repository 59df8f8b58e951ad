import type { FastifyRequest } from 'fastify'

/** No answer can reach the client. */
export class ClientDisconnectedError extends Error {
  override name = 'ClientDisconnectedError'
}

/**
 * Whether the client has closed its connection, so that no answer can reach it. A client that has only closed its
 * sending side still waits.
 */
export const isDisconnected = ({ raw }: FastifyRequest): boolean => raw.socket.destroyed

/**
 * Refuses to begin work for a disconnected client: it retries, and the first request must not be carried out after the
 * second.
 * @throws ClientDisconnectedError
 */
export function refuseDisconnected(request: FastifyRequest): void {
  if (isDisconnected(request)) throw new ClientDisconnectedError('the client has left')
}
