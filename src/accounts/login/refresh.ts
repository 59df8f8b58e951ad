import type { Tx } from '../../db/database.ts'
import { ApiError } from '../../http/errors.ts'
import { digestOf } from '../tokens/digest.ts'
import type { AccountsDeps } from '../deps.ts'
import type { TokenHolder } from '../tokens/tokens.ts'
import type { Device } from './device.ts'
import { sessionEnd } from './service.ts'
import { closeSession, lockRefreshTokens, replaceRefreshToken, touchSession } from './repository.ts'

/** How long a replaced token is still accepted: the answer with its successor may have been lost. */
const lostAnswerMs = 10_000

/**
 * Issues a new access token for a refresh token. With `rotate` it also replaces the refresh token. Without, the
 * refresh token stays valid until it expires, because some clients never store a new one. A replaced token that is
 * sent again was copied, so the session ends (RFC 9700 §4.14.2).
 * @throws ApiError `token_not_valid`
 */
export async function refreshTokens(
  { config, database, clock, tokens, authenticator }: AccountsDeps,
  refreshToken: string,
  rotate: boolean,
  device: Device,
): Promise<{ access: string; refresh?: string }> {
  const actor = await authenticator.actorNow(tokens.read('refresh', refreshToken))
  const { userId, sessionId } = actor
  const holder: TokenHolder = {
    userId,
    sessionId,
    version: actor.tokenVersion,
    role: actor.role,
    companyId: actor.company?.id ?? null,
    branchId: actor.branchIds[0] ?? null,
  }
  const now = clock()
  const next = rotate ? tokens.issue('refresh', holder) : undefined
  const token = { sessionId, hash: digestOf(refreshToken), next: next && digestOf(next) }
  const used = { ...device, lastUsedAt: now, ...(next && { expiresAt: sessionEnd(config, now) }) }
  const accepted = await database.withRole('accounts', async (tx) => {
    const good = await useRefreshToken(tx, token, now)
    await (good ? touchSession(tx, sessionId, used) : closeSession(tx, sessionId, now))
    return good
  })
  if (!accepted) {
    authenticator.forget(userId)
    throw new ApiError('token_not_valid')
  }
  const access = tokens.issue('access', holder)
  return next ? { access, refresh: next } : { access }
}

/** False for a replaced token. */
async function useRefreshToken(
  tx: Tx,
  { sessionId, hash, next }: { sessionId: string; hash: string; next: string | undefined },
  now: Date,
): Promise<boolean> {
  const forgetUpTo = new Date(now.getTime() - lostAnswerMs)
  const known = await lockRefreshTokens(tx, sessionId)
  const sent = known.find((token) => token.hash === hash)
  // a session without tokens is older than the table
  const good = sent ? sent.replacedAt === null || sent.replacedAt > forgetUpTo : known.length === 0
  if (good && next) await replaceRefreshToken(tx, { sessionId, hash, next }, now, forgetUpTo)
  return good
}
