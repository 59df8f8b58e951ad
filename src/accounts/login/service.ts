import { ApiError } from '../../http/errors.ts'
import { networkOf } from '../../http/network.ts'
import type { AccountsParts } from '../deps.ts'
import { hashPassword, isOutdated, verifyPassword } from '../passwords/hash.ts'
import { normalEmail } from '../user-repository.ts'
import type { Device } from './device.ts'
import { signIn } from './sign-in.ts'
import type { TokenPair } from './sign-in.ts'
import type { LoginBody } from './schema.ts'
import { closeSession, findAccount, replaceHash } from './repository.ts'
import type { Account } from './repository.ts'

/**
 * Signs a person in by e-mail and password.
 * @throws ApiError `authentication_failed`, the same and after the same time for a wrong password, an unknown account
 * and a deactivated one; `throttled` after too many failures of the address or for the account
 */
export async function logIn(
  parts: AccountsParts,
  { email, password }: LoginBody,
  device: Device,
): Promise<{ account: Account; tokens: TokenPair }> {
  const attempt = {
    network: networkOf(device.address),
    account: normalEmail(email),
    device: device.device,
  }
  // who guessed too often at this account is refused before anything is looked up
  await parts.guesses.login({ ...attempt, familiar: 'device' }).admit()
  const account = await parts.database.withRole('accounts', (tx) => findAccount(tx, email, device))
  const guard = parts.guesses.login({ ...attempt, familiar: account?.familiar ?? null })
  await guard.admit()
  const usableHash = account?.isActive ? account.passwordHash : null
  const proven = await verifyPassword(usableHash, password, (check) => guard.guess(check))
  if (!account || !proven) throw new ApiError('authentication_failed')
  // a login is not refused because too many hashes are being made just now: the next one tries again
  const renewed = isOutdated(account.passwordHash)
    ? await renewHash(parts, account, password).catch(() => null)
    : null
  const tokens = await signIn(parts, account, device, renewed ?? account.passwordHash)
  return { account, tokens }
}

/** Keeps the password by the present means: at hand only now. Null when it was changed meanwhile. */
async function renewHash(
  { database }: AccountsParts,
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
  await database.withRole('accounts', (tx) => closeSession(tx, sessionId, clock()))
  authenticator.forget(userId)
}
