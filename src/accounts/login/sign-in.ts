import { uuidv7 } from 'uuidv7'
import { ApiError } from '../../http/errors.ts'
import { digestOf } from '../tokens/digest.ts'
import type { AccountsParts } from '../deps.ts'
import type { TokenHolder } from '../tokens/tokens.ts'
import type { Device } from './device.ts'
import { holdHash, openSession } from './repository.ts'
import type { Account } from './repository.ts'

export interface TokenPair {
  access: string
  refresh: string
}

/**
 * Opens a login of a person whose identity is proven, and issues its two tokens.
 * @param provenBy the hash that the password was held against
 * @throws ApiError `authentication_failed` when another password has been set since
 */
export async function signIn(
  { config, database, clock, tokens }: AccountsParts,
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
export const sessionEnd = (config: AccountsParts['config'], now: Date): Date =>
  new Date(now.getTime() + Math.max(config.refreshTokenTtlMs, config.accessTokenTtlMs))
