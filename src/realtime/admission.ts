import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../accounts/actor.ts'
import type { Authenticator } from '../accounts/authenticator.ts'
import { bearerToken } from '../accounts/bearer-token.ts'
import { scopeOf } from '../accounts/scope.ts'
import { ApiError, errorCodes } from '../errors.ts'
import type { CloseReason } from './close-codes.ts'
import type { Admitted } from './session.ts'

/**
 * Lets the owner of a token in, or says with which code to close. An unknown branch is no branch at all, as existing
 * clients expect: the greeting shows what it became.
 * @throws what kept the token from being checked
 */
export async function admit(
  authenticator: Authenticator,
  token: string | null,
  wantedBranch: string | undefined,
): Promise<Admitted | CloseReason> {
  if (token === null) return 'not_authenticated'
  try {
    const actor = await authenticator.actorOf(token)
    const admitted = placeOf(actor, wantedBranch)
    if (typeof admitted === 'object') return admitted
    // the actor is remembered for a moment: a company or branch may have been given to it just now
    const { userId, sessionId, tokenVersion: version } = actor
    const now = await authenticator.actorNow({ userId, sessionId, version })
    const place = placeOf(now, wantedBranch)
    return place === 'unknown_branch' ? asCloseReason(placeOf(now, undefined)) : asCloseReason(place)
  } catch (error) {
    if (error instanceof ApiError && errorCodes[error.code].status === 401) return 'not_authenticated'
    throw error
  }
}

type Place = Admitted | 'no_company' | 'no_branch' | 'unknown_branch'

function placeOf(actor: Actor, wantedBranch: string | undefined): Place {
  const scope = scopeOf(actor, wantedBranch)
  return typeof scope === 'string' ? scope : { userId: actor.userId, ...scope }
}

const asCloseReason = (place: Place): Admitted | CloseReason =>
  typeof place === 'string' ? 'no_company' : place

/** Names a client may offer beside its token; the answer is one of them, never the token. */
const subprotocols = ['cafe.v1', 'bearer']

/** The subprotocol to answer an offer such as `bearer, <token>` with. */
export function chosenSubprotocol(offered: Iterable<string>): string | false {
  for (const name of offered) if (subprotocols.includes(name.toLowerCase())) return name
  return false
}

/** The token a client sent by `?token=`, by `Authorization: Bearer` or as a subprotocol. */
export function tokenOf(query: string | undefined, headers: IncomingHttpHeaders): string | null {
  if (query) return query
  const token = bearerToken(headers.authorization)
  if (token !== null) return token
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name !== '' && !subprotocols.includes(name.toLowerCase())) ?? null
}
