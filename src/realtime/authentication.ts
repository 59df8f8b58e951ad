import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../accounts/actor.ts'
import type { Authenticator } from '../accounts/authenticator.ts'
import { bearerToken, pastedToken } from '../http/bearer-token.ts'
import type { TokenClaims } from '../accounts/tokens/tokens.ts'
import { scopeOf } from '../accounts/scope.ts'
import type { ScopeFault } from '../accounts/scope.ts'
import { ApiError, errorCodes } from '../http/errors.ts'
import type { CloseReason } from './close-codes.ts'

/** Who a socket belongs to and what it may see, once it is authenticated. */
export interface AuthenticatedClient {
  readonly userId: string
  readonly companyId: string
  readonly branchId: string | null
  /** Whether it follows every stream of the company. */
  readonly companyWide: boolean
  /** The company's oldest branch; null in a company without branches. */
  readonly firstBranchId: string | null
  readonly sessionId: string
  readonly tokenVersion: number
  /** The branch it asked for, which may be none of its own. */
  readonly requestedBranch: string | undefined
  /** When the token that let it in runs out. */
  readonly expiresAt: Date
}

/** What is read again for an authenticated socket. */
type Login = Pick<
  AuthenticatedClient,
  'userId' | 'sessionId' | 'tokenVersion' | 'requestedBranch' | 'expiresAt'
>

/** What a client shows at the door: its token, or a ticket, which is used up by looking at it. */
export type Credential = { readonly token: string } | { readonly redeem: () => Promise<TokenClaims> }

/**
 * Lets the owner of a token in, or says with which code to close. An unknown branch is no branch at all, as existing
 * clients expect: the greeting shows what it became.
 * @throws what kept the token from being checked
 */
export async function authenticate(
  authenticator: Authenticator,
  credential: Credential | null,
  requestedBranch: string | undefined,
): Promise<AuthenticatedClient | CloseReason> {
  if (credential === null) return 'not_authenticated'
  return unlessInvalid(async () => {
    if ('redeem' in credential) {
      const { version: tokenVersion, ...login } = await credential.redeem()
      return readCurrentScope(authenticator, { ...login, tokenVersion, requestedBranch })
    }
    const { token } = credential
    const { actor, expiresAt } = await authenticator.holderOf(token)
    const place = withScope(actor, requestedBranch, expiresAt)
    if (typeof place === 'object' && place.firstBranchId !== null && !isClosed(place, actor)) return place
    // the actor is remembered for a moment: it or its company may have been given a branch just now
    return readCurrentScope(authenticator, { ...actor, requestedBranch, expiresAt })
  })
}

/**
 * Reads again what an authenticated socket may see, or returns the reason to close it.
 * @throws what kept it from being checked
 */
export const reauthenticate = (
  authenticator: Authenticator,
  authenticated: AuthenticatedClient,
): Promise<AuthenticatedClient | CloseReason> =>
  unlessInvalid(() => readCurrentScope(authenticator, authenticated))

/** Whether two admissions see the same streams. */
export const sameScope = (a: AuthenticatedClient, b: AuthenticatedClient): boolean =>
  a.companyId === b.companyId && a.branchId === b.branchId && a.companyWide === b.companyWide

/** Whether what was the company's own stream goes on, for this socket, in the stream of its first branch. */
export const continuesInFirstBranch = (before: AuthenticatedClient, now: AuthenticatedClient): boolean =>
  before.companyId === now.companyId &&
  before.firstBranchId === null &&
  now.firstBranchId !== null &&
  (now.companyWide || now.branchId === now.firstBranchId)

async function readCurrentScope(
  authenticator: Authenticator,
  { userId, sessionId, tokenVersion, requestedBranch, expiresAt }: Login,
): Promise<AuthenticatedClient | CloseReason> {
  const actor = await authenticator.actorNow({ userId, sessionId, version: tokenVersion })
  const place = withScope(actor, requestedBranch, expiresAt)
  const resolved = place === 'unknown_branch' ? withScope(actor, undefined, expiresAt) : place
  if (typeof resolved === 'string') return 'no_company'
  return isClosed(resolved, actor) ? 'branch_closed' : { ...resolved, requestedBranch }
}

const isClosed = ({ branchId }: AuthenticatedClient, { company }: Actor): boolean =>
  branchId !== null && company!.closedBranchIds.includes(branchId)

async function unlessInvalid<T>(work: () => Promise<T>): Promise<T | CloseReason> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ApiError && errorCodes[error.code].status === 401) return 'not_authenticated'
    throw error
  }
}

function withScope(
  actor: Actor,
  requestedBranch: string | undefined,
  expiresAt: Date,
): AuthenticatedClient | ScopeFault {
  const scope = scopeOf(actor, requestedBranch)
  if (typeof scope === 'string') return scope
  const { userId, sessionId, tokenVersion } = actor
  const firstBranchId = actor.company!.branchIds[0] ?? null
  return { userId, sessionId, tokenVersion, requestedBranch, expiresAt, firstBranchId, ...scope }
}

/** What a client that was written for this service offers. */
const ownSubprotocol = 'cafe.v1'

/** Names a client may offer beside its token; the answer is one of them, never the token. */
const subprotocols = [ownSubprotocol, 'bearer']

/** Whether the subprotocol of a socket says that its client was written for this service. */
export const isOwnSubprotocol = (chosen: string): boolean => chosen.toLowerCase() === ownSubprotocol

/** The subprotocol to answer an offer such as `bearer, <token>` with. */
export function chosenSubprotocol(offered: Iterable<string>): string | false {
  for (const name of offered) if (subprotocols.includes(name.toLowerCase())) return name
  return false
}

/** The token a client sent by `?token=`, by `Authorization: Bearer` or as a subprotocol. */
export function tokenOf(query: string | undefined, headers: IncomingHttpHeaders): string | null {
  if (query) return pastedToken(query)
  const token = bearerToken(headers.authorization)
  if (token !== null) return token
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name !== '' && !subprotocols.includes(name.toLowerCase())) ?? null
}
