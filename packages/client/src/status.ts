/** The state of a connection, as data. */
export interface Status {
  /**
   * `connecting`: not connected yet. `live`: what is shown is current. `replaying`: missed events, or everything anew, are being
   * taken in. `reconnecting`: the connection was lost a moment ago. `stale`: what is shown may be old; say so on the screen.
   * `closed`: it does not come back by itself.
   */
  readonly state: 'connecting' | 'live' | 'reconnecting' | 'replaying' | 'stale' | 'closed'
  /** Why, in one word: the name of a close code, `connection_lost`, `no_answer`, `slow_consumer`, `logged_out`, `aborted` … */
  readonly reason: string | null
  /** The close code that led here. */
  readonly code: number | null
  /** When the state began, in milliseconds since 1970. */
  readonly since: number
  /** When the service was heard last, as of the last change or answer to a ping; null: never. */
  readonly heartbeatAt: number | null
  /** Attempts that failed since the last good one. */
  readonly failures: number
  /** When the next attempt is made; null when none is planned. */
  readonly retryAt: number | null
}

/** A connection that has ended for good; `code` and `reason` as in its status. */
export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError'
  readonly code: number | null
  readonly reason: string

  constructor({ code, reason }: Pick<Status, 'code' | 'reason'>) {
    super(`the connection is closed: ${reason ?? 'closed'}`)
    this.code = code
    this.reason = reason ?? 'closed'
  }
}
