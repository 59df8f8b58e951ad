import { randomUUID } from 'node:crypto'
import type { JWT } from '@fastify/jwt'
import { isUuid } from '../by-id.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Role } from '../db/values.ts'
import { ApiError } from '../errors.ts'

/** What a token is for. One kind is never accepted in place of the other. */
type TokenKind = 'access' | 'refresh'

/** Whom a token is issued to. */
export interface TokenHolder {
  readonly userId: string
  readonly sessionId: string
  /** The user's token version at the moment of issue: when it rises, the token dies. */
  readonly version: number
  readonly role: Role
  readonly companyId: string | null
  readonly branchId: string | null
}

/** What the service relies on in a token; company, branch and role are hints for front ends and are never read back. */
export interface TokenClaims {
  readonly userId: string
  readonly sessionId: string
  readonly version: number
  readonly expiresAt: Date
}

export interface Tokens {
  issue(kind: TokenKind, holder: TokenHolder): string
  /** @throws ApiError `token_not_valid` unless it is ours, unexpired and of the kind */
  read(kind: TokenKind, token: string): TokenClaims
}

/** The one algorithm accepted and used (RFC 8725 §3.1); goes into the options of the signing plugin. */
export const algorithm = 'HS256'

interface Parts {
  config: Pick<Config, 'accessTokenTtlMs' | 'refreshTokenTtlMs'>
  clock: Clock
  /** Signs, and checks signatures by `algorithm` alone; times are checked here, by the clock of the service. */
  jwt: Pick<JWT, 'sign' | 'verify'>
}

export function createTokens({ config, clock, jwt }: Parts): Tokens {
  const lifeMs = { access: config.accessTokenTtlMs, refresh: config.refreshTokenTtlMs }
  return {
    issue(kind, holder) {
      const now = clock().getTime()
      return jwt.sign({
        typ: kind,
        sub: holder.userId,
        sid: holder.sessionId,
        ver: holder.version,
        role: holder.role,
        company: holder.companyId,
        branch: holder.branchId,
        iat: Math.floor(now / 1000),
        exp: Math.ceil((now + lifeMs[kind]) / 1000),
        jti: randomUUID(),
      })
    },
    read(kind, token) {
      const claims = verified(jwt, token)
      const now = clock().getTime()
      const { typ, sub, sid, ver, exp, nbf } = claims
      const ours = isUuid(sub) && isUuid(sid) && Number.isInteger(ver) && Number.isFinite(exp)
      const timely = Number(exp) * 1000 > now && (nbf === undefined || Number(nbf) * 1000 <= now)
      if (!ours || !timely || typ !== kind) throw new ApiError('token_not_valid')
      return {
        userId: sub.toLowerCase(),
        sessionId: sid.toLowerCase(),
        version: ver as number,
        expiresAt: new Date((exp as number) * 1000),
      }
    },
  }
}

function verified(jwt: Parts['jwt'], token: string): Record<string, unknown> {
  if (token === '') throw new ApiError('token_not_valid')
  try {
    return jwt.verify<Record<string, unknown>>(token)
  } catch (cause) {
    throw new ApiError('token_not_valid', { cause })
  }
}
