import type { Tx } from '../../db/database.ts'
import { ApiError } from '../../http/errors.ts'
import { digestOf } from '../tokens/digest.ts'
import type { AccountsDeps } from '../deps.ts'
import type { TokenHolder } from '../tokens/tokens.ts'
import type { Device } from './device.ts'
import { sessionEnd } from './service.ts'
import { closeSession, lockRefreshTokens, replaceRefreshToken, touchSession } from './repository.ts'

/** How long a replaced token may still come: the answer with its successor may have been lost on the way. */
const lostAnswerMs = 10_000

/**
 * A new access token for a refresh token, and when asked for a new refresh token of the same login in place of the one
 * sent. Without that the one sent stays good until it expires, because clients exist that never store another. One that
 * comes again after it was replaced was copied: the login ends, whoever of the two sent it (RFC 9700 §4.14.2).
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

/** False for a token that another took the place of. */
async function useRefreshToken(
  tx: Tx,
  { sessionId, hash, next }: { sessionId: string; hash: string; next: string | undefined },
  now: Date,
): Promise<boolean> {
  const forgetUpTo = new Date(now.getTime() - lostAnswerMs)
  const known = await lockRefreshTokens(tx, sessionId)
  const sent = known.find((token) => token.hash === hash)
  // a login without any is older than their table
  const good = sent ? sent.replacedAt === null || sent.replacedAt > forgetUpTo : known.length === 0
  if (good && next) await replaceRefreshToken(tx, { sessionId, hash, next }, now, forgetUpTo)
  return good
}
