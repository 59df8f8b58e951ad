import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/errors.ts'
import { createJoiner } from '../lib/batch-loader.ts'
import { readSignedIn } from './actor-repository.ts'
import type { SignedIn } from './actor-repository.ts'
import type { Actor } from './actor.ts'
import type { TokenClaims, Tokens } from './tokens/tokens.ts'

/** Turns tokens into actors. What the token claims beside its user and session is only a hint. */
export interface Authenticator {
  /**
   * The actor behind an access token, as the database knows it now (remembered for a moment, look-ups of many callers
   * joined into one query).
   * @throws ApiError `token_not_valid` when the token is forged, expired, revoked or no access token; faults of the
   * database pass through, so that "could not check" is never mistaken for "not valid"
   */
  actorOf(accessToken: string): Promise<Actor>
  /** The same with the moment the token runs out. */
  holderOf(accessToken: string): Promise<TokenHolderNow>
  /** The same behind claims that were already read. */
  actorBehind(claims: TokenClaims): Promise<Actor>
  /**
   * The same, past what is remembered: for refresh tokens, and for a second look
   * before an actor is refused for what may have changed a moment ago on another replica.
   */
  actorNow(claims: Pick<TokenClaims, 'userId' | 'sessionId' | 'version'>): Promise<Actor>
  /** Drops what is remembered of a user after a change committed on this replica, and tells who listens. */
  forget(userId: string): void
  /** The same of everyone in a company: its branches, name, language or zone changed. */
  forgetCompany(companyId: string): void
  /** The same after a change that another replica told of. */
  heard(change: PeopleChange): void
  /** Called after a change, once what was remembered is dropped. */
  onChange(listener: ChangeListener): void
}

/** Somebody, or everybody in a company, may no longer be who they were. */
export type PeopleChange = { readonly userId: string } | { readonly companyId: string }

type ChangeListener = (change: PeopleChange, origin: 'here' | 'elsewhere') => void

/** Who is behind an access token, and until when it says so. */
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
  /** Rises when something is forgotten: a look-up begun before that must not be remembered after it. */
  let forgotten = 0
  const listeners: ChangeListener[] = []

  let sweeping: NodeJS.Timeout | undefined
  /** Thousands of sockets that came at once would else be kept as they were then, each with its company. */
  const sweep = (): void => {
    const now = clock().getTime()
    for (const [sessionId, { until }] of remembered) {
      if (until > now) break
      remembered.delete(sessionId)
    }
    sweeping = remembered.size > 0 ? setTimeout(sweep, config.actorCacheMs).unref() : undefined
  }

  async function lookAndRemember(sessionId: string): Promise<SignedIn | null> {
    const before = forgotten
    const signedIn = await look(sessionId)
    if (before === forgotten) {
      remembered.delete(sessionId)
      remembered.set(sessionId, { signedIn, until: clock().getTime() + config.actorCacheMs })
      sweeping ??= setTimeout(sweep, config.actorCacheMs).unref()
      // insertion order is age, so the first one is the stalest
      if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)
    }
    return signedIn
  }

  function changed(change: PeopleChange, origin: 'here' | 'elsewhere'): void {
    forgotten++
    for (const [sessionId, { signedIn }] of remembered) {
      if (signedIn && concerns(change, signedIn.actor)) remembered.delete(sessionId)
    }
    for (const listener of listeners) listener(change, origin)
  }

  async function actorBehind(claims: TokenClaims): Promise<Actor> {
    const known = remembered.get(claims.sessionId)
    const fresh = known !== undefined && known.until > clock().getTime()
    const signedIn = fresh ? known.signedIn : await lookAndRemember(claims.sessionId)
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
    actorNow: async (claims) => admitted(claims, await lookAndRemember(claims.sessionId), clock()),
    forget: (userId) => changed({ userId }, 'here'),
    forgetCompany: (companyId) => changed({ companyId }, 'here'),
    heard: (change) => changed(change, 'elsewhere'),
    onChange: (listener) => void listeners.push(listener),
  }
}

const concerns = (change: PeopleChange, actor: Actor): boolean =>
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

/** Thousands of sockets that come back at once cost a handful of queries. */
const joinedLookups = (database: Database) =>
  createJoiner<string, SignedIn | null>({
    ask: async (sessionIds) => {
      const found = await database.withRole('accounts', (tx) => readSignedIn(tx, sessionIds))
      return sessionIds.map((id) => found.get(id) ?? null)
    },
    keyOf: (sessionId) => sessionId,
    maxTogether: maxJoined,
    maxAtOnce: maxQueries,
  })
