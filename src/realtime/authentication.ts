import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../accounts/actor.ts'
import type { Authenticator } from '../accounts/authenticator.ts'
import { bearerToken, pastedToken } from '../http/bearer-token.ts'
import type { TokenClaims } from '../accounts/tokens/tokens.ts'
import { scopeOf } from '../accounts/scope.ts'
import type { ScopeError } from '../accounts/scope.ts'
import { ApiError, errorCodes } from '../http/errors.ts'
import type { CloseReason } from './close-codes.ts'

/** The user of an authenticated socket and what the socket may see. */
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
  /** The branch the client asked for; it may be unknown. */
  readonly requestedBranch: string | undefined
  /** When the token of the socket expires. */
  readonly expiresAt: Date
}

/** What is needed to read what an authenticated client may see, now. */
export type Login = Pick<
  AuthenticatedClient,
  'userId' | 'sessionId' | 'tokenVersion' | 'requestedBranch' | 'expiresAt'
>

/** Credentials of a client: a token, or a ticket, which is valid once. */
export type Credential = { readonly token: string } | { readonly redeem: () => Promise<TokenClaims> }

/**
 * Authenticates a socket by its token or ticket, or returns the reason to close it. An unknown branch counts as none,
 * as existing clients expect; the greeting shows the branch in effect.
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
    // the actor is cached: it or its company may just have got a branch
    return readCurrentScope(authenticator, { ...actor, requestedBranch, expiresAt })
  })
}

/**
 * Reads what an authenticated client may see now, or returns the reason to close it.
 * @throws what kept it from being checked
 */
export const reauthenticate = (
  authenticator: Authenticator,
  login: Login,
): Promise<AuthenticatedClient | CloseReason> => unlessInvalid(() => readCurrentScope(authenticator, login))

/** Whether two authentications see the same streams. */
export const sameScope = (a: AuthenticatedClient, b: AuthenticatedClient): boolean =>
  a.companyId === b.companyId && a.branchId === b.branchId && a.companyWide === b.companyWide

/** Whether the socket's stream, so far the company's own, continues in the stream of the first branch. */
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
): AuthenticatedClient | ScopeError {
  const scope = scopeOf(actor, requestedBranch)
  if (typeof scope === 'string') return scope
  const { userId, sessionId, tokenVersion } = actor
  const firstBranchId = actor.company!.branchIds[0] ?? null
  return { userId, sessionId, tokenVersion, requestedBranch, expiresAt, firstBranchId, ...scope }
}

/** Subprotocol of clients written for this service. */
const ownSubprotocol = 'cafe.v1'

/** Subprotocols a client may offer with its token; the answer is one of them, never the token. */
const subprotocols = [ownSubprotocol, 'bearer']

/** Whether the chosen subprotocol shows a client written for this service. */
export const isOwnSubprotocol = (chosen: string): boolean => chosen.toLowerCase() === ownSubprotocol

/** The subprotocol to answer to an offer such as `bearer, <token>`. */
export function chosenSubprotocol(offered: Iterable<string>): string | false {
  for (const name of offered) if (subprotocols.includes(name.toLowerCase())) return name
  return false
}

/** The token from `?token=`, `Authorization: Bearer` or a subprotocol. */
export function tokenOf(query: string | undefined, headers: IncomingHttpHeaders): string | null {
  if (query) return pastedToken(query)
  const token = bearerToken(headers.authorization)
  if (token !== null) return token
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name !== '' && !subprotocols.includes(name.toLowerCase())) ?? null
}
