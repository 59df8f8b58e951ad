import type { FastifyRequest } from 'fastify'
import type { TokenClaims } from '../accounts/tokens/tokens.ts'
import { tokenOf } from './authentication.ts'
import type { Credential } from './authentication.ts'
import type { ResumeRequest } from './resume.ts'

/** What a client asks for when it connects, without the group. */
export interface Handshake extends ResumeRequest {
  readonly credential: Credential | null
  readonly branch: string | undefined
  readonly fromAllowedOrigin: boolean
}

interface Deps {
  originAllowed: (origin: string | undefined, host: string) => boolean
  redeem: (ticket: string) => Promise<TokenClaims>
}

/** Reads the request of an upgrade. Keeps no reference to it. */
export function readHandshake({ originAllowed, redeem }: Deps) {
  return (request: FastifyRequest): Handshake => {
    const { headers } = request
    const query = request.query as Record<string, string | string[] | undefined>
    const first = (name: string): string | undefined => [query[name]].flat()[0]
    const ticket = first('ticket')
    const token = tokenOf(first('token'), headers)
    const { origin } = headers
    return {
      branch: first('branch_id'),
      since: first('since'),
      resume: ['1', 'true'].includes(first('resume') ?? ''),
      // a ticket in the address takes precedence over every token
      credential: ticket ? { redeem: () => redeem(ticket) } : token === null ? null : { token },
      fromAllowedOrigin: origin === undefined || originAllowed(origin, request.host),
    }
  }
}
