import { randomBytes } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { Database } from '../../db/database.ts'
import { ApiError } from '../../http/errors.ts'
import type { TokenHolderNow } from '../authenticator.ts'
import { digestOf } from '../tokens/digest.ts'
import type { TokenClaims } from '../tokens/tokens.ts'
import { keepTicket, takeTicket } from './repository.ts'

/** Tickets are part of a URL, so they are short-lived and open one socket. */
const ticketTtlMs = 30_000
const ticketBytes = 32
const wellFormed = /^[\w-]{43}$/

interface Deps {
  database: Database
  clock: Clock
}

/** Issues a ticket for an access token. Its socket lives as long as that token. */
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
 * Uses up a ticket and returns the claims of its access token.
 * @throws ApiError `token_not_valid` for an unknown, used or expired ticket
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
