import { createConnection } from './connection.ts'
import type { Connection, Snapshot } from './connection.ts'
import { environment } from './environment.ts'
import type { WebSocketConstructor } from './environment.ts'
import { createLink } from './link.ts'
import { createTabLink } from './tabs.ts'
import type { Group } from './messages.ts'
import { toPosition } from './position.ts'
import type { Position, PositionStorage } from './position.ts'
import type { GetToken } from './token.ts'

export type { Connection, Item, Listeners, Snapshot } from './connection.ts'
export type { WebSocketConstructor, WebSocketLike } from './environment.ts'
export type { CafeEvent, EventData, EventType, EventTypeOf, Group, Resync } from './messages.ts'
export { webStorage } from './position.ts'
export type { Position, PositionStorage } from './position.ts'
export { ConnectionClosedError } from './status.ts'
export type { Status } from './status.ts'
export type { GetToken, TokenRequest } from './token.ts'

export interface ConnectOptions<G extends Group> {
  /** Address of the service, such as `https://cafe.example`; in a browser relative to the page. */
  readonly url: string | URL
  /** What to follow: `orders`, `tables`, `kitchen` or `notifications`. */
  readonly group: G
  /** Gives an access token; asked before every attempt to connect, and before the token of an open socket runs out. */
  readonly getToken?: GetToken | undefined
  /** Instead of `getToken`, for scripts: the connection ends with this token. */
  readonly token?: string | undefined
  /** For owners and admins: only this branch. */
  readonly branch?: string | undefined
  /** Where to begin when the storage knows nothing: `<epoch>:<seq>`, or anything with `epoch` and `seq`, such as a snapshot. */
  readonly since?: string | Position | undefined
  /** Fetches everything anew: at the first connection without a position, and whenever the missed events are gone. */
  readonly snapshot?: Snapshot | undefined
  /** Ends the connection when aborted. */
  readonly signal?: AbortSignal | undefined
  /** Keeps the position, so that a restart continues where the last event was handled. Without it only this object does. */
  readonly storage?: PositionStorage | undefined
  /** Under which name it is kept. Default: made of address, group and branch. */
  readonly storageKey?: string | undefined
  /** In a browser: one socket for all tabs of one login. Default: false. */
  readonly shareTabs?: boolean | undefined
  /** For Node.js 20, which has none: that of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor | undefined
  /** How many events may wait for a slow consumer before the connection pauses. Default: 10000. */
  readonly queueLimit?: number | undefined
  /** How long nothing may be heard before the service is asked whether it is there. Default: 20000. */
  readonly quietAfterMs?: number | undefined
  /** How long its answer may take before the connection is given up. Default: 8000. */
  readonly answerWithinMs?: number | undefined
  /** How long after a lost connection the status is `stale`. Default: 15000. */
  readonly staleAfterMs?: number | undefined
}

/**
 * Follows the events of a group: every event once, in order, across lost connections. Events wait until somebody listens, by
 * `for await` or `on`.
 * @throws TypeError when an option is missing or no WebSocket is there
 */
export function connect<G extends Group>(options: ConnectOptions<G>): Connection<G> {
  const { group, branch, since, signal, storage: store } = options
  const {
    queueLimit = 10_000,
    staleAfterMs = 15_000,
    quietAfterMs = 20_000,
    answerWithinMs = 8_000,
  } = options
  const url = socketUrl(options.url, group, branch)
  const WebSocket = options.WebSocket ?? environment.WebSocket
  if (!WebSocket) throw new TypeError('no WebSocket here: install `ws` and pass its WebSocket as an option')
  const getToken = options.getToken ?? (() => options.token)
  if (!options.getToken && !options.token) throw new TypeError('connect needs getToken or token')
  const storage = store ? { store, key: options.storageKey ?? `cafe-realtime ${url.href}` } : null

  return createConnection<G>({
    start: since === undefined ? null : toPosition(since),
    snapshot: options.snapshot,
    storage,
    queueLimit,
    staleAfterMs,
    signal,
    openLink(parts) {
      const all = { ...parts, url, WebSocket, getToken, quietAfterMs, answerWithinMs }
      return options.shareTabs ? createTabLink(all, createLink) : createLink(all)
    },
  })
}

function socketUrl(base: string | URL, group: Group, branch: string | undefined): URL {
  const url = new URL(base, environment.location?.href)
  url.protocol = url.protocol.replace('http', 'ws')
  const path = group === 'notifications' ? 'ws/notifications/' : `ws/cafe/${group}/`
  url.pathname = url.pathname.replace(/\/?$/, `/${path}`)
  url.search = branch ? new URLSearchParams({ branch_id: branch }).toString() : ''
  url.hash = ''
  return url
}
