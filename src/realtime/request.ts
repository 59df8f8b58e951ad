import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'
import type { TokenClaims } from '../accounts/tokens.ts'
import { parseQuery } from '../plugins/body.ts'
import { tokenOf } from './admission.ts'
import type { Credential } from './admission.ts'
import type { Wish } from './joining.ts'

/** What a client asked for when it connected, beside its group. */
export interface Request extends Wish {
  readonly credential: Credential | null
  readonly branch: string | undefined
  readonly fromAllowedOrigin: boolean
}

interface Parts {
  originAllowed: (origin: string | undefined, host: string) => boolean
  /** Addresses and networks whose `X-Forwarded-Host` is believed; true: everybody's, false: nobody's. */
  trustedProxies: string[] | boolean
  redeem: (ticket: string) => Promise<TokenClaims>
}

/** Reads the request of an upgrade. Whatever it says, nothing of it is kept. */
export function readRequest({ originAllowed, trustedProxies, redeem }: Parts) {
  const trusted =
    typeof trustedProxies === 'boolean' ? () => trustedProxies : proxyAddr.compile(trustedProxies)
  const hostOf = ({ headers, socket }: IncomingMessage): string => {
    const forwarded = headers['x-forwarded-host']
    if (!forwarded || !socket.remoteAddress || !trusted(socket.remoteAddress, 0)) return headers.host ?? ''
    return String(forwarded).split(',').at(-1)!.trim()
  }
  return (request: IncomingMessage, queryText: string): Request => {
    const { headers } = request
    const query = parseQuery(queryText)
    const first = (name: string): string | undefined => [query[name]].flat()[0]
    const ticket = first('ticket')
    const token = tokenOf(first('token'), headers)
    const { origin } = headers
    return {
      branch: first('branch_id'),
      since: first('since'),
      resume: ['1', 'true'].includes(first('resume') ?? ''),
      // a ticket in the address comes before every token
      credential: ticket ? { redeem: () => redeem(ticket) } : token === null ? null : { token },
      fromAllowedOrigin: origin === undefined || originAllowed(origin, hostOf(request)),
    }
  }
}
