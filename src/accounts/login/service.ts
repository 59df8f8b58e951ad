import { uuidv7 } from 'uuidv7'
import { ApiError } from '../../http/errors.ts'
import { networkOf } from '../../http/network.ts'
import type { AccountsDeps } from '../deps.ts'
import { hashPassword, isOutdated, verifyPassword } from '../passwords/hash.ts'
import { digestOf } from '../tokens/digest.ts'
import type { TokenHolder } from '../tokens/tokens.ts'
import { normalEmail } from '../user-repository.ts'
import type { Device } from './device.ts'
import type { LoginBody } from './schema.ts'
import { holdHash, replaceHash } from '../passwords/repository.ts'
import { closeSession, findAccount, openSession } from './repository.ts'
import type { Account } from './repository.ts'

export interface TokenPair {
  access: string
  refresh: string
}

/**
 * Signs a person in by e-mail and password.
 * @throws ApiError `authentication_failed`, the same and after the same time for a wrong password, an unknown account
 * and a deactivated one; `throttled` after too many failures of the address or for the account
 */
export async function logIn(
  deps: AccountsDeps,
  { email, password }: LoginBody,
  device: Device,
): Promise<{ account: Account; tokens: TokenPair }> {
  const attempt = {
    network: networkOf(device.address),
    account: normalEmail(email),
    device: device.device,
  }
  // too many failures for this account are refused before any query
  await deps.loginThrottle.login({ ...attempt, familiar: 'device' }).admit()
  const account = await deps.database.withRole('accounts', (tx) => findAccount(tx, email, device))
  const guard = deps.loginThrottle.login({ ...attempt, familiar: account?.familiar ?? null })
  await guard.admit()
  const usableHash = account?.isActive ? account.passwordHash : null
  const proven = await verifyPassword(usableHash, password, (check) => guard.guess(check))
  if (!account || !proven) throw new ApiError('authentication_failed')
  // a full hash queue does not fail the login: the next login tries again
  const renewed = isOutdated(account.passwordHash)
    ? await renewHash(deps, account, password).catch(() => null)
    : null
  const tokens = await signIn(deps, account, device, renewed ?? account.passwordHash)
  return { account, tokens }
}

/**
 * Stores the password with the current hash parameters: only a login has the plain text. Null when the password has
 * changed.
 */
async function renewHash(
  { database }: AccountsDeps,
  account: Account,
  password: string,
): Promise<string | null> {
  const renewed = await hashPassword(password)
  const replaced = await database.withRole('accounts', (tx) =>
    replaceHash(tx, account.id, account.passwordHash, renewed),
  )
  return replaced ? renewed : null
}

/**
 * Creates a session for an authenticated user and issues its two tokens.
 * @param provenBy the hash that verified the password
 * @throws ApiError `authentication_failed` when another password has been set since
 */
export async function signIn(
  { config, database, clock, tokens }: AccountsDeps,
  person: Pick<Account, 'id' | 'companyId' | 'role' | 'tokenVersion' | 'branchIds'>,
  device: Device,
  provenBy?: string,
): Promise<TokenPair> {
  const now = clock()
  const session = {
    id: uuidv7(),
    userId: person.id,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: sessionEnd(config, now),
    ...device,
  }
  const holder: TokenHolder = {
    userId: person.id,
    sessionId: session.id,
    version: person.tokenVersion,
    role: person.role,
    companyId: person.companyId,
    branchId: person.branchIds[0] ?? null,
  }
  const pair = { access: tokens.issue('access', holder), refresh: tokens.issue('refresh', holder) }
  await database.withRole('accounts', async (tx) => {
    const [good] = await Promise.all([
      provenBy === undefined || holdHash(tx, person.id, provenBy),
      openSession(tx, session, digestOf(pair.refresh)),
    ])
    if (!good) throw new ApiError('authentication_failed')
  })
  return pair
}

/** A session lasts as long as its longer-lived token. */
export const sessionEnd = (config: AccountsDeps['config'], now: Date): Date =>
  new Date(now.getTime() + Math.max(config.refreshTokenTtlMs, config.accessTokenTtlMs))

/**
 * Ends the session of an access or refresh token. A refresh token of an ended session gets the same answer.
 * @throws ApiError `not_authenticated` without a token, `token_not_valid` without a valid one
 */
export async function logOut(
  { database, clock, tokens, authenticator }: AccountsDeps,
  { accessToken, refreshToken }: { accessToken: string | null; refreshToken: string | undefined },
): Promise<void> {
  if (!accessToken && !refreshToken) throw new ApiError('not_authenticated')
  const { userId, sessionId } = refreshToken
    ? tokens.read('refresh', refreshToken)
    : await authenticator.actorOf(accessToken!)
  await database.withRole('accounts', (tx) => closeSession(tx, sessionId, clock()))
  authenticator.forget(userId)
}
