import type { FastifyRequest } from 'fastify'

/** What a login is recognised by in the list of one's devices. */
export interface Device {
  readonly device: string
  readonly address: string
}

const maxLength = 255

/** What the device says of itself, and the address it comes from. */
export const deviceOf = ({ headers, ip }: FastifyRequest): Device => ({
  device: (headers['user-agent'] ?? '').slice(0, maxLength),
  address: ip,
})
