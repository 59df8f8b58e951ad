import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/errors.ts'
import { createBatchLoader } from '../lib/batch-loader.ts'
import { readSignedIn } from './actor-repository.ts'
import type { SignedIn } from './actor-repository.ts'
import type { Actor } from './actor.ts'
import type { TokenClaims, Tokens } from './tokens/tokens.ts'

/** Turns tokens into actors. Only the user, session and version of a token are trusted; its other claims are hints. */
export interface Authenticator {
  /**
   * The actor of an access token, as the database knows it now. Actors are cached briefly. Concurrent look-ups share
   * one query.
   * @throws ApiError `token_not_valid` when the token is forged, expired, revoked or no access token; database errors
   *   pass through, so that "could not check" is never reported as "not valid"
   */
  actorOf(accessToken: string): Promise<Actor>
  /** The actor and the expiry time of the token. */
  holderOf(accessToken: string): Promise<TokenHolderNow>
  /** The actor of claims that are already verified. */
  actorBehind(claims: TokenClaims): Promise<Actor>
  /**
   * The actor, read without the cache: for refresh tokens, and for a second check before an actor is refused because
   * of something that another replica may have just changed.
   */
  actorNow(claims: Pick<TokenClaims, 'userId' | 'sessionId' | 'version'>): Promise<Actor>
  /** Drops a user from the cache after a change committed on this replica, and calls the listeners. */
  forget(userId: string): void
  /** The same for every user of a company: its branches, name, language or time zone changed. */
  forgetCompany(companyId: string): void
  /** Applies a change committed on another replica. */
  applyRemote(change: AccountChange): void
  /** The listener is called after a change, when the cache no longer holds the old actor. */
  onChange(listener: ChangeListener): void
}

/** A user, or every user of a company, has changed. */
export type AccountChange = { readonly userId: string } | { readonly companyId: string }

type ChangeListener = (change: AccountChange, origin: 'here' | 'elsewhere') => void

/** The actor of an access token, and when the token expires. */
export interface TokenHolderNow {
  readonly actor: Actor
  readonly expiresAt: Date
}

interface Deps {
  config: Pick<Config, 'actorCacheMs'>
  database: Database
  clock: Clock
  tokens: Tokens
}

const maxRemembered = 20_000

export function createAuthenticator({ config, database, clock, tokens }: Deps): Authenticator {
  const look = joinedLookups(database)
  const remembered = new Map<string, { signedIn: SignedIn | null; until: number }>()
  /** Rises when an entry is dropped. The result of a look-up that began before must not be cached after. */
  let forgotten = 0
  const listeners: ChangeListener[] = []

  let sweeping: NodeJS.Timeout | undefined
  /**
   * Removes expired entries. Without it, thousands of sockets that connect at once would keep their actors in memory.
   */
  const sweep = (): void => {
    const now = clock().getTime()
    for (const [sessionId, { until }] of remembered) {
      if (until > now) break
      remembered.delete(sessionId)
    }
    sweeping = remembered.size > 0 ? setTimeout(sweep, config.actorCacheMs).unref() : undefined
  }

  async function lookUpAndCache(sessionId: string): Promise<SignedIn | null> {
    const before = forgotten
    const signedIn = await look(sessionId)
    if (before === forgotten) {
      remembered.delete(sessionId)
      remembered.set(sessionId, { signedIn, until: clock().getTime() + config.actorCacheMs })
      sweeping ??= setTimeout(sweep, config.actorCacheMs).unref()
      // a Map keeps insertion order, so the first entry is the oldest
      if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)
    }
    return signedIn
  }

  function changed(change: AccountChange, origin: 'here' | 'elsewhere'): void {
    forgotten++
    for (const [sessionId, { signedIn }] of remembered) {
      if (signedIn && concerns(change, signedIn.actor)) remembered.delete(sessionId)
    }
    for (const listener of listeners) listener(change, origin)
  }

  async function actorBehind(claims: TokenClaims): Promise<Actor> {
    const known = remembered.get(claims.sessionId)
    const fresh = known !== undefined && known.until > clock().getTime()
    const signedIn = fresh ? known.signedIn : await lookUpAndCache(claims.sessionId)
    return admitted(claims, signedIn, clock())
  }

  async function holderOf(accessToken: string): Promise<TokenHolderNow> {
    const claims = tokens.read('access', accessToken)
    return { actor: await actorBehind(claims), expiresAt: claims.expiresAt }
  }

  return {
    actorOf: async (accessToken) => (await holderOf(accessToken)).actor,
    holderOf,
    actorBehind,
    actorNow: async (claims) => admitted(claims, await lookUpAndCache(claims.sessionId), clock()),
    forget: (userId) => changed({ userId }, 'here'),
    forgetCompany: (companyId) => changed({ companyId }, 'here'),
    applyRemote: (change) => changed(change, 'elsewhere'),
    onChange: (listener) => void listeners.push(listener),
  }
}

const concerns = (change: AccountChange, actor: Actor): boolean =>
  'userId' in change ? actor.userId === change.userId : actor.company?.id === change.companyId

/** @throws ApiError `token_not_valid` when the session is over or the user's tokens were revoked */
function admitted(
  claims: Pick<TokenClaims, 'userId' | 'version'>,
  signedIn: SignedIn | null,
  now: Date,
): Actor {
  const valid =
    signedIn !== null &&
    signedIn.active &&
    signedIn.actor.userId === claims.userId &&
    signedIn.actor.tokenVersion === claims.version &&
    signedIn.expiresAt > now
  if (!valid) throw new ApiError('token_not_valid')
  return signedIn.actor
}

const maxJoined = 1000
const maxQueries = 2

/** Batches look-ups: thousands of sockets that reconnect at once cost a few queries. */
const joinedLookups = (database: Database) =>
  createBatchLoader<string, SignedIn | null>({
    ask: async (sessionIds) => {
      const found = await database.withRole('accounts', (tx) => readSignedIn(tx, sessionIds))
      return sessionIds.map((id) => found.get(id) ?? null)
    },
    keyOf: (sessionId) => sessionId,
    maxBatchSize: maxJoined,
    maxConcurrent: maxQueries,
  })
