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
import { closeSession, findAccount, holdHash, openSession, replaceHash } from './repository.ts'
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
  // who guessed too often at this account is refused before anything is looked up
  await deps.loginThrottle.login({ ...attempt, familiar: 'device' }).admit()
  const account = await deps.database.withRole('accounts', (tx) => findAccount(tx, email, device))
  const guard = deps.loginThrottle.login({ ...attempt, familiar: account?.familiar ?? null })
  await guard.admit()
  const usableHash = account?.isActive ? account.passwordHash : null
  const proven = await verifyPassword(usableHash, password, (check) => guard.guess(check))
  if (!account || !proven) throw new ApiError('authentication_failed')
  // a login is not refused because too many hashes are being made just now: the next one tries again
  const renewed = isOutdated(account.passwordHash)
    ? await renewHash(deps, account, password).catch(() => null)
    : null
  const tokens = await signIn(deps, account, device, renewed ?? account.passwordHash)
  return { account, tokens }
}

/** Keeps the password by the present means: at hand only now. Null when it was changed meanwhile. */
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
 * Opens a login of a person whose identity is proven, and issues its two tokens.
 * @param provenBy the hash that the password was held against
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

/** A login lasts as long as the longer-lived of the tokens issued for it. */
export const sessionEnd = (config: AccountsDeps['config'], now: Date): Date =>
  new Date(now.getTime() + Math.max(config.refreshTokenTtlMs, config.accessTokenTtlMs))

/**
 * Ends the login that a token belongs to, access or refresh. A refresh token of a login that is already over is
 * answered like one that was just ended.
 * @throws ApiError `not_authenticated` without a token, `token_not_valid` with none that is good
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
