import { randomUUID } from 'node:crypto'
import type { JWT } from '@fastify/jwt'
import { isUuid } from '../../http/params.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Config } from '../../config/config.ts'
import type { Role } from '../../db/enums.ts'
import { ApiError } from '../../http/errors.ts'
import type { Key, Keys, TokenHeader } from './jwt-keys.ts'

/** Kinds of tokens. One kind is never accepted as the other. */
type TokenKind = 'access' | 'refresh'

/** Whom a token is issued to. */
export interface TokenHolder {
  readonly userId: string
  readonly sessionId: string
  /** The user's token version at issue. When it rises, the token is invalid. */
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

/** A token whose signature is good. */
export interface VerifiedToken {
  readonly header: TokenHeader
  readonly payload: Record<string, unknown>
}

export interface Tokens {
  issue(kind: TokenKind, holder: TokenHolder): string
  /** @throws ApiError `token_not_valid` unless issuer, audience, expiry and kind are right */
  read(kind: TokenKind, token: string): TokenClaims
  /** The claims of a token that `request.jwtVerify()` has verified. */
  claimsOf(kind: TokenKind, verified: VerifiedToken): TokenClaims
  /**
   * The key that a token must be verified with.
   * @throws when its header names an unknown key
   */
  keyFor(header: TokenHeader, token: string): Key
}

interface Deps {
  config: Pick<Config, 'accessTokenTtlMs' | 'refreshTokenTtlMs' | 'jwtIssuer' | 'jwtAudience'>
  clock: Clock
  keys: Keys
  /** `app.jwt`, registered with `decode.complete` and `verify.complete`. */
  jwt: Pick<JWT, 'sign' | 'verify' | 'decode'>
}

export function createTokens({ config, clock, keys, jwt }: Deps): Tokens {
  const lifeMs = { access: config.accessTokenTtlMs, refresh: config.refreshTokenTtlMs }

  const verifyWith = (key: Key, token: string): VerifiedToken =>
    jwt.verify(token, { key: key.public, algorithms: [key.alg] })
  const verifies = (key: Key, token: string): boolean => {
    try {
      return Boolean(verifyWith(key, token))
    } catch {
      return false
    }
  }
  const keyFor: Tokens['keyFor'] = (header, token) => keys.keyFor(header, (key) => verifies(key, token))

  function verified(token: string): VerifiedToken {
    try {
      const { header } = jwt.decode<VerifiedToken>(token)!
      return verifyWith(keyFor(header, token), token)
    } catch (cause) {
      throw new ApiError('token_not_valid', { cause })
    }
  }

  /** Checks times with the clock of the service. */
  const claimsOf: Tokens['claimsOf'] = (kind, { header, payload }) => {
    const now = clock().getTime()
    const { iss, aud, typ, sub, sid, ver, exp, nbf } = payload
    const ours = isUuid(sub) && isUuid(sid) && Number.isInteger(ver) && Number.isFinite(exp)
    const timely = Number(exp) * 1000 > now && (nbf === undefined || Number(nbf) * 1000 <= now)
    // tokens issued before issuer and audience were added have no key id
    const undirected = header.kid === undefined && iss === undefined && aud === undefined
    const forUs = undirected || (iss === config.jwtIssuer && aud === config.jwtAudience)
    if (!ours || !forUs || !timely || typ !== kind) throw new ApiError('token_not_valid')
    return {
      userId: sub.toLowerCase(),
      sessionId: sid.toLowerCase(),
      version: ver as number,
      expiresAt: new Date((exp as number) * 1000),
    }
  }

  return {
    issue(kind, holder) {
      const now = clock().getTime()
      return jwt.sign({
        iss: config.jwtIssuer,
        aud: config.jwtAudience,
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
    read: (kind, token) => claimsOf(kind, verified(token)),
    claimsOf,
    keyFor,
  }
}
