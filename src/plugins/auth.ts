import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor, CafeActor } from '../accounts/actor.ts'
import { baseUrlOf } from '../http/base-url.ts'
import { bearerToken, missingToken } from '../http/bearer-token.ts'
import { requestLanguage } from '../i18n/request-language.ts'
import { allows } from '../accounts/permissions.ts'
import { inScope, scopeOf } from '../accounts/scope.ts'
import type { ScopeError } from '../accounts/scope.ts'
import type { TokenClaims, VerifiedToken } from '../accounts/tokens/tokens.ts'
import { ApiError, fieldError } from '../http/errors.ts'
import type { FieldError } from '../http/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a ticket in the query may stand in for the token: for browsers, whose `EventSource` sends no headers. */
    ticket?: true
  }
  interface FastifyRequest {
    /** The actor; null on public routes and before authentication. */
    signedInActor: Actor | null
    /** When the token of the request expires; null before authentication. */
    tokenExpiresAt: Date | null
    /** The actor, on routes that are not public. */
    readonly actor: Actor
    /** The actor and its part of the café; after `requireScope`. */
    readonly cafe: CafeActor
    cafeActor: CafeActor | null
  }
}

/**
 * Authenticates every request by `Authorization: Bearer` and checks the actor against the declared access of the route.
 */
export const auth = fp(
  async (app) => {
    app.decorateRequest('signedInActor', null)
    app.decorateRequest('tokenExpiresAt', null)
    app.decorateRequest('cafeActor', null)
    app.decorateRequest('actor', { getter: actorOfRequest })
    app.decorateRequest('cafe', { getter: cafeActorOfRequest })
    app.addHook('onRequest', authenticate)
  },
  { name: 'auth', dependencies: ['authenticator', 'declared-access'] },
)

/** Resolves the part of the café of a request, `?branch=` included, into `request.cafe`. A hook of café routes. */
export async function requireScope(request: FastifyRequest): Promise<void> {
  const { branch } = request.query as { branch?: string | string[] }
  const wanted = branch === undefined ? undefined : String(branch)
  const scopeError = (actor: Actor): ApiError | FieldError | null => {
    const scope = scopeOf(actor, wanted)
    if (typeof scope === 'string') return asError(scope, wanted)
    request.cafeActor = inScope(actor, scope, {
      language: requestLanguage(request),
      baseUrl: baseUrlOf(request),
    })
    return null
  }
  await refuseUnlessAllowed(request, scopeError)
}

/** Reads the actor of a request and its part of the café again, when the cached ones are outdated. */
export async function renewScope(request: FastifyRequest): Promise<void> {
  await reloadActor(request)
  await requireScope(request)
}

function actorOfRequest(this: FastifyRequest): Actor {
  if (!this.signedInActor) throw new Error('a public route has no actor')
  return this.signedInActor
}

function cafeActorOfRequest(this: FastifyRequest): CafeActor {
  if (!this.cafeActor) throw new Error('a route outside of requireScope has no scope')
  return this.cafeActor
}

async function authenticate(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const { access } = request.routeOptions.config
  if (request.is404 || request.method === 'OPTIONS' || access === 'public') return
  const claims = await claimsOf(request)
  request.signedInActor = await request.server.authenticator.actorBehind(claims)
  request.tokenExpiresAt = claims.expiresAt
  if (access === 'signed-in') return
  await refuseUnlessAllowed(request, (actor) => {
    if (!actor.company) return new ApiError('no_company')
    return access && allows(actor, access) ? null : new ApiError('permission_denied')
  })
}

async function claimsOf(request: FastifyRequest): Promise<TokenClaims> {
  const { server, headers, routeOptions } = request
  if (bearerToken(headers.authorization) !== null)
    return server.tokens.claimsOf('access', await verifiedToken(request))
  const { ticket } = request.query as { ticket?: string | string[] }
  if (!routeOptions.config.ticket || ticket === undefined) throw missingToken(headers.authorization)
  return server.redeemTicket(String(ticket))
}

async function verifiedToken(request: FastifyRequest): Promise<VerifiedToken> {
  try {
    return await request.jwtVerify<VerifiedToken>()
  } catch (cause) {
    throw new ApiError('token_not_valid', { cause })
  }
}

/**
 * Refuses only after reading the database: the actor is cached, and another replica may just have given it a branch,
 * company or role.
 */
async function refuseUnlessAllowed(
  request: FastifyRequest,
  errorFor: (actor: Actor) => ApiError | FieldError | null,
): Promise<void> {
  if (errorFor(request.actor) === null) return
  const error = errorFor(await reloadActor(request))
  if (error) throw error
}

async function reloadActor(request: FastifyRequest): Promise<Actor> {
  const { userId, sessionId, tokenVersion: version } = request.actor
  return (request.signedInActor = await request.server.authenticator.actorNow({ userId, sessionId, version }))
}

const asError = (error: ScopeError, wanted = ''): ApiError | FieldError =>
  error === 'unknown_branch' ? fieldError('branch', error, { id: wanted }) : new ApiError(error)
