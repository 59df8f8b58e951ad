import { randomUUID } from 'node:crypto'
import { isUuid } from '../by-id.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Role } from '../db/values.ts'
import { ApiError } from '../errors.ts'
import type { Keys } from './keys.ts'

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
  /** @throws ApiError `token_not_valid` unless it is ours, for us, unexpired and of the kind */
  read(kind: TokenKind, token: string): TokenClaims
}

interface Parts {
  config: Pick<Config, 'accessTokenTtlMs' | 'refreshTokenTtlMs' | 'jwtIssuer' | 'jwtAudience'>
  clock: Clock
  keys: Keys
}

export function createTokens({ config, clock, keys }: Parts): Tokens {
  const lifeMs = { access: config.accessTokenTtlMs, refresh: config.refreshTokenTtlMs }
  return {
    issue(kind, holder) {
      const now = clock().getTime()
      return keys.sign({
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
    read(kind, token) {
      const { claims, namesKey } = verified(keys, token)
      const now = clock().getTime()
      const { iss, aud, typ, sub, sid, ver, exp, nbf } = claims
      const ours = isUuid(sub) && isUuid(sid) && Number.isInteger(ver) && Number.isFinite(exp)
      const timely = Number(exp) * 1000 > now && (nbf === undefined || Number(nbf) * 1000 <= now)
      // tokens of the time before issuer and audience stood in them name no key
      const undirected = !namesKey && iss === undefined && aud === undefined
      const forUs = undirected || (iss === config.jwtIssuer && aud === config.jwtAudience)
      if (!ours || !forUs || !timely || typ !== kind) throw new ApiError('token_not_valid')
      return {
        userId: sub.toLowerCase(),
        sessionId: sid.toLowerCase(),
        version: ver as number,
        expiresAt: new Date((exp as number) * 1000),
      }
    },
  }
}

function verified(keys: Keys, token: string): ReturnType<Keys['verify']> {
  if (token === '') throw new ApiError('token_not_valid')
  try {
    return keys.verify(token)
  } catch (cause) {
    throw new ApiError('token_not_valid', { cause })
  }
}
