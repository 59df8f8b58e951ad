import { randomBytes } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { Database } from '../../db/database.ts'
import { ApiError } from '../../http/errors.ts'
import type { TokenHolderNow } from '../authenticator.ts'
import { digestOf } from '../tokens/digest.ts'
import type { TokenClaims } from '../tokens/tokens.ts'
import { keepTicket, takeTicket } from './repository.ts'

/** Tickets stand in addresses, so they live this long and open one socket. */
const ticketTtlMs = 30_000
const ticketBytes = 32
const wellFormed = /^[\w-]{43}$/

interface Deps {
  database: Database
  clock: Clock
}

/** A ticket for whoever holds an access token; the socket it opens lives as long as that token. */
export async function issueTicket(
  { database, clock }: Deps,
  { actor, expiresAt }: TokenHolderNow,
): Promise<{ ticket: string; expires_at: string }> {
  const now = clock()
  const ticket = randomBytes(ticketBytes).toString('base64url')
  const until = new Date(now.getTime() + ticketTtlMs)
  const kept = {
    hash: digestOf(ticket),
    sessionId: actor.sessionId,
    userId: actor.userId,
    tokenVersion: actor.tokenVersion,
    tokenExpiresAt: expiresAt,
    expiresAt: until,
  }
  await database.withRole('accounts', (tx) => keepTicket(tx, kept, now))
  return { ticket, expires_at: until.toISOString() }
}

/**
 * What the token said that a ticket was asked for with; the ticket is used up.
 * @throws ApiError `token_not_valid` for one that is unknown, used or too old
 */
export async function redeemTicket({ database, clock }: Deps, ticket: string): Promise<TokenClaims> {
  const now = clock()
  const taken = wellFormed.test(ticket)
    ? await database.withRole('accounts', (tx) => takeTicket(tx, digestOf(ticket), now))
    : null
  if (!taken || taken.tokenExpiresAt <= now) throw new ApiError('token_not_valid')
  const { userId, sessionId, tokenVersion: version, tokenExpiresAt: expiresAt } = taken
  return { userId, sessionId, version, expiresAt }
}
