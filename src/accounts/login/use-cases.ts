import { ApiError } from '../../errors.ts'
import type { AccountsParts } from '../parts.ts'
import { hashPassword, isOutdated, verifyPassword } from '../passwords.ts'
import type { TokenHolder } from '../tokens.ts'
import type { FailureLimiter } from './failure-limiter.ts'
import { sessionEnd, signIn } from './sign-in.ts'
import type { TokenPair } from './sign-in.ts'
import { closeSession, extendSession, findAccount, replaceHash } from './store.ts'
import type { Account } from './store.ts'

/**
 * Signs a person in by e-mail and password.
 * @throws ApiError `authentication_failed`, the same and after the same time for a wrong password, an unknown account
 * and a deactivated one; `throttled` after too many failures from the address
 */
export async function logIn(
  parts: AccountsParts,
  limiter: FailureLimiter,
  { email, password, address }: { email: string; password: string; address: string },
): Promise<{ account: Account; tokens: TokenPair }> {
  await limiter.admit(address)
  const account = await parts.database.acrossCompanies((tx) => findAccount(tx, email))
  const usableHash = account?.isActive ? account.passwordHash : null
  const proven = await verifyPassword(usableHash, password, (check) => limiter.guess(address, check))
  if (!account || !proven) throw new ApiError('authentication_failed')
  // a login is not refused because too many hashes are being made just now: the next one tries again
  if (isOutdated(account.passwordHash)) await renewHash(parts, account, password).catch(() => {})
  return { account, tokens: await signIn(parts, account) }
}

/** Keeps the password by the present means: at hand only now. */
async function renewHash({ database }: AccountsParts, account: Account, password: string): Promise<void> {
  const renewed = await hashPassword(password)
  await database.acrossCompanies((tx) => replaceHash(tx, account.id, account.passwordHash, renewed))
}

/**
 * A new access token for a refresh token, and a new refresh token of the same login when asked for; the one sent stays
 * good until it expires, because clients exist that never store another.
 * @throws ApiError `token_not_valid`
 */
export async function refreshTokens(
  { config, database, clock, tokens, authenticator }: AccountsParts,
  refreshToken: string,
  rotate: boolean,
): Promise<{ access: string; refresh?: string }> {
  const actor = await authenticator.actorNow(tokens.read('refresh', refreshToken))
  const holder: TokenHolder = {
    userId: actor.userId,
    sessionId: actor.sessionId,
    version: actor.tokenVersion,
    role: actor.role,
    companyId: actor.company?.id ?? null,
    branchId: actor.branchIds[0] ?? null,
  }
  const access = tokens.issue('access', holder)
  if (!rotate) return { access }
  await database.acrossCompanies((tx) => extendSession(tx, actor.sessionId, sessionEnd(config, clock())))
  return { access, refresh: tokens.issue('refresh', holder) }
}

/**
 * Ends the login that a token belongs to, access or refresh. A refresh token of a login that is already over is
 * answered like one that was just ended.
 * @throws ApiError `not_authenticated` without a token, `token_not_valid` with none that is good
 */
export async function logOut(
  { database, clock, tokens, authenticator }: AccountsParts,
  { accessToken, refreshToken }: { accessToken: string | null; refreshToken: string | undefined },
): Promise<void> {
  if (!accessToken && !refreshToken) throw new ApiError('not_authenticated')
  const { userId, sessionId } = refreshToken
    ? tokens.read('refresh', refreshToken)
    : await authenticator.actorOf(accessToken!)
  await database.acrossCompanies((tx) => closeSession(tx, sessionId, clock()))
  authenticator.forget(userId)
}
