import type { Actor } from './actor.ts'

/** Turns tokens into actors. What the token claims beside its user and session is only a hint. */
export interface Authenticator {
  /**
   * The actor behind an access token, as the database knows it now (remembered for a moment, look-ups of many callers
   * joined into one query).
   * @throws ApiError `token_not_valid` when the token is forged, expired, revoked or no access token; faults of the
   * database pass through, so that "could not check" is never mistaken for "not valid"
   */
  actorOf(accessToken: string): Promise<Actor>
}
