import DataLoader from 'dataloader'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { readSignedIn } from './actor-store.ts'
import type { SignedIn } from './actor-store.ts'
import type { Actor } from './actor.ts'
import type { TokenClaims, Tokens } from './tokens.ts'

/** Turns tokens into actors. What the token claims beside its user and session is only a hint. */
export interface Authenticator {
  /**
   * The actor behind an access token, as the database knows it now (remembered for a moment, look-ups of many callers
   * joined into one query).
   * @throws ApiError `token_not_valid` when the token is forged, expired, revoked or no access token; faults of the
   * database pass through, so that "could not check" is never mistaken for "not valid"
   */
  actorOf(accessToken: string): Promise<Actor>
  /**
   * The same behind claims that were already read, past what is remembered: for refresh tokens, and for a second look
   * before an actor is refused for what may have changed a moment ago on another replica.
   */
  actorNow(claims: Pick<TokenClaims, 'userId' | 'sessionId' | 'version'>): Promise<Actor>
  /** Drops what is remembered of a user after a change made on this replica. */
  forget(userId: string): void
  /** Drops what is remembered of everyone in a company: its branches, name, language or zone changed. */
  forgetCompany(companyId: string): void
}

interface Parts {
  config: Pick<Config, 'actorCacheMs'>
  database: Database
  clock: Clock
  tokens: Tokens
}

const maxRemembered = 20_000

export function createAuthenticator({ config, database, clock, tokens }: Parts): Authenticator {
  const look = joinedLookups(database)
  const remembered = new Map<string, { signedIn: SignedIn | null; until: number }>()
  /** Rises when something is forgotten: a look-up begun before that must not be remembered after it. */
  let forgotten = 0

  async function lookAndRemember(sessionId: string): Promise<SignedIn | null> {
    const before = forgotten
    const signedIn = await look(sessionId)
    if (before === forgotten) {
      remembered.delete(sessionId)
      remembered.set(sessionId, { signedIn, until: clock().getTime() + config.actorCacheMs })
      // insertion order is age, so the first one is the stalest
      if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)
    }
    return signedIn
  }

  function forgetWhere(concerns: (actor: Actor) => boolean): void {
    forgotten++
    for (const [sessionId, { signedIn }] of remembered) {
      if (signedIn && concerns(signedIn.actor)) remembered.delete(sessionId)
    }
  }

  return {
    async actorOf(accessToken) {
      const claims = tokens.read('access', accessToken)
      const known = remembered.get(claims.sessionId)
      const fresh = known !== undefined && known.until > clock().getTime()
      return admitted(claims, fresh ? known.signedIn : await lookAndRemember(claims.sessionId), clock())
    },
    actorNow: async (claims) => admitted(claims, await lookAndRemember(claims.sessionId), clock()),
    forget: (userId) => forgetWhere((actor) => actor.userId === userId),
    forgetCompany: (companyId) => forgetWhere((actor) => actor.company?.id === companyId),
  }
}

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

/**
 * Look-ups of one turn of the event loop become one query; while enough queries are under way, the next ones gather. So
 * thousands of sockets that come back at once cost a handful of queries, and a lone request waits for nobody.
 */
function joinedLookups(database: Database): (sessionId: string) => Promise<SignedIn | null> {
  const gathered: (() => void)[] = []
  let running = 0
  const dispatch = (): void => {
    while (running < maxQueries && gathered.length > 0) {
      running++
      gathered.shift()!()
    }
  }
  const loader = new DataLoader<string, SignedIn | null>(
    async (sessionIds) => {
      try {
        const found = await database.acrossCompanies((tx) => readSignedIn(tx, [...new Set(sessionIds)]))
        return sessionIds.map((id) => found.get(id) ?? null)
      } finally {
        running--
        dispatch()
      }
    },
    {
      cache: false,
      maxBatchSize: maxJoined,
      batchScheduleFn(dispatchBatch) {
        gathered.push(dispatchBatch)
        setImmediate(dispatch)
      },
    },
  )
  return (sessionId) => loader.load(sessionId)
}
