import type { FastifyRequest } from 'fastify'

/** The device of a session, for the list of sessions. */
export interface Device {
  readonly device: string
  readonly address: string
}

const maxLength = 255

/** The device of a request: its user agent and address. */
export const deviceOf = ({ headers, ip }: FastifyRequest): Device => ({
  device: (headers['user-agent'] ?? '').slice(0, maxLength),
  address: ip,
})
