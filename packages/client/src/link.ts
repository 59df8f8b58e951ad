import { asksToWait, comeBackAfter, waitMs } from './backoff.ts'
import { onWake } from './environment.ts'
import type { WebSocketConstructor, WebSocketLike } from './environment.ts'
import type { ServerMessage } from './messages.ts'
import type { Position } from './position.ts'
import { expiryOf, pasted, renewalAt } from './token.ts'
import type { GetToken, TokenRequest } from './token.ts'

/** What a link is doing. `greeted`: messages come. */
export interface LinkState {
  readonly state: 'connecting' | 'greeted' | 'waiting' | 'paused' | 'closed'
  readonly reason: string | null
  /** Of the close that led here; null when there was none. */
  readonly code: number | null
  /** Attempts that failed since the last good one. */
  readonly failures: number
  /** When the next attempt is made, in milliseconds since 1970; null when none is planned. */
  readonly retryAt: number | null
}

/** A connection to the service that comes back whenever it is lost, with the position reached by then. */
export interface Link {
  start(): void
  /** Leaves the connection for now; `resume` opens a new one. */
  pause(reason: string): void
  /** Comes back at once; also after it was closed for good. */
  resume(): void
  /** Breaks off and comes back after a wait, as after a lost connection. */
  retryLater(reason: string, atLeastMs?: number): void
  /** Has the service send what came after a position, on the open socket. */
  ask(position: Position): void
  /** Looks now whether the connection is alive; a waiting one comes back at once. */
  wake(): void
  stop(): void
}

export interface LinkParts {
  /** Address of the socket without position. */
  readonly url: URL
  readonly WebSocket: WebSocketConstructor
  readonly getToken: GetToken
  readonly signal: AbortSignal
  /** Nothing heard for so long: ask whether the service is still there. */
  readonly quietAfterMs: number
  /** An answer that takes longer: the connection is dead. */
  readonly answerWithinMs: number
  /** The position to come back with; null for none. */
  readonly where: () => Position | null
  readonly onMessage: (message: ServerMessage) => void
  readonly onState: (state: LinkState) => void
}

/** From the first step to the greeting. */
const openingMs = 20_000
const longestTimerMs = 2 ** 31 - 1

export function createLink(parts: LinkParts): Link {
  const { url, WebSocket, getToken, signal, quietAfterMs, answerWithinMs, where, onMessage, onState } = parts
  const beatMs = Math.min(5_000, quietAfterMs / 4)
  let socket: WebSocketLike | null = null
  /** Rises with every attempt: what an earlier one still brings is of no interest. */
  let turn = 0
  let state: LinkState['state'] = 'paused'
  let failures = 0
  let greetedAt = 0
  let token = ''
  let reason: TokenRequest['reason'] = 'connect'
  /** Whether the service asked for the wait that is going on. */
  let mustWait = false
  let answered = true
  let heardAt = 0
  let renewal: { at: number; offered: string | null } | null = null
  let retryTimer: Timer
  let openingTimer: Timer
  let answerTimer: Timer
  let renewalTimer: Timer
  let beat: Timer
  let stopWatching = () => {}

  const tell = (next: LinkState['state'], why: Partial<LinkState> = {}) => {
    state = next
    onState({ state, reason: null, code: null, retryAt: null, ...why, failures })
  }

  async function open(): Promise<void> {
    leave()
    const attempt = turn
    tell('connecting')
    openingTimer = setTimeout(() => lost(attempt, 1006, 'no_greeting'), openingMs)
    const asked = reason
    let given: string | null | undefined
    try {
      given = await getToken({ reason, signal })
    } catch (error) {
      return lost(attempt, 1006, 'no_token', waitOf(error))
    }
    if (attempt !== turn) return
    given = given && pasted(given)
    if (!given) return finish(4003, 'logged_out')
    if (asked === 'refused' && given === token) return finish(4003, 'not_authenticated')
    token = given
    try {
      const from = where()
      socket = listen(new WebSocket(addressOf(url, from), ['cafe.v1', token]), attempt, from)
    } catch {
      // a token that no header can carry
      finish(4003, 'not_authenticated')
    }
  }

  function listen(opened: WebSocketLike, attempt: number, from: Position | null): WebSocketLike {
    opened.addEventListener('open', () => {
      if (attempt === turn && from?.positions) askFor(opened, from)
    })
    opened.addEventListener('message', ({ data }: { data: unknown }) => {
      if (attempt !== turn) return
      const message = JSON.parse(String(data)) as ServerMessage
      // to be told its position later on, as whoever comes with one is
      if (!from && message.type === 'connection_established' && state !== 'greeted') askFor(opened, message)
      hear(message)
    })
    opened.addEventListener('close', ({ code, reason }: { code: number; reason: string }) =>
      lost(attempt, code, reason || 'connection_lost'),
    )
    // the close that follows says what there is to say
    opened.addEventListener('error', () => {})
    // the package `ws` shows an answer that is no upgrade
    ;(opened as Partial<NodeSocket>).on?.('unexpected-response', (_request, { statusCode, headers }) =>
      lost(attempt, 1006, `http_${statusCode}`, (Number(headers['retry-after']) || 0) * 1000),
    )
    return opened
  }

  function hear(message: ServerMessage): void {
    heardAt = Date.now()
    answered = true
    if (message.type === 'connection_established') welcome()
    if (message.type === 'token_refreshed')
      renewAt(Date.parse(message.expires_at), (token = renewal!.offered!))
    else if (message.type === 'token_refused') planRenewal(message.code === 'unavailable' ? 5_000 : 30_000)
    else onMessage(message)
  }

  function welcome(): void {
    if (state === 'greeted') return
    clearTimeout(openingTimer)
    greetedAt = Date.now()
    reason = 'connect'
    tell('greeted')
    const expiresAt = expiryOf(token)
    if (expiresAt) renewAt(expiresAt, token)
  }

  function lost(attempt: number, code: number, why: string, atLeastMs = 0): void {
    if (attempt !== turn || state === 'closed') return
    const wasGreetedForMs = greetedAt ? Date.now() - greetedAt : -1
    const mayRenew = code === 4201 || (code === 4003 && reason !== 'refused')
    const comeBack = mayRenew ? 'at once' : comeBackAfter(code)
    if (comeBack === 'no') return finish(code, why)
    leave()
    mustWait = asksToWait(code) || atLeastMs > 0
    if (wasGreetedForMs > (asksToWait(code) ? 10_000 : -1)) failures = 0
    if (mayRenew) reason = 'refused'
    if (asksToWait(code)) failures = Math.max(failures, 2)
    const delay = waitMs(comeBack === 'at once' ? 0 : failures++, atLeastMs)
    tell('waiting', { reason: why, code, retryAt: Date.now() + delay })
    retryTimer = setTimeout(() => void open(), delay)
  }

  function finish(code: number, why: string): void {
    leave()
    tell('closed', { code, reason: why })
  }

  /** Lets go of what there is of a connection. */
  function leave(): void {
    turn++
    greetedAt = 0
    mustWait = false
    renewal = null
    for (const timer of [retryTimer, openingTimer, answerTimer, renewalTimer]) clearTimeout(timer)
    answered = true
    socket?.close()
    socket = null
  }

  /** Pings; without one in time the connection is dead. */
  function ping(mayPingAgain = true): void {
    if (!socket || state !== 'greeted' || !answered) return
    const [attempt, askedAt] = [turn, Date.now()]
    answered = false
    send(socket, { action: 'ping' })
    answerTimer = setTimeout(() => {
      if (answered) return
      // the machine slept meanwhile, so the answer had no time to come
      const slept = Date.now() - askedAt > answerWithinMs * 1.5
      answered = true
      if (slept && mayPingAgain) ping(false)
      else lost(attempt, 1006, 'no_answer')
    }, answerWithinMs)
  }

  function wake(): void {
    if (state === 'waiting' && !mustWait) void open()
    else ping()
    void renewIfDue()
  }

  function startBeat(): void {
    let last = Date.now()
    beat = setInterval(() => {
      const now = Date.now()
      const leapt = Math.abs(now - last - beatMs) > beatMs
      last = now
      if (leapt) wake()
      else if (now - heardAt > quietAfterMs) ping()
      void renewIfDue()
    }, beatMs)
  }

  function renewAt(expiresAt: number, current: string): void {
    token = current
    planRenewal(renewalAt(expiresAt, Date.now()) - Date.now())
  }

  function planRenewal(inMs: number): void {
    clearTimeout(renewalTimer)
    renewal = { at: Date.now() + inMs, offered: null }
    renewalTimer = setTimeout(() => void renewIfDue(), Math.min(inMs, longestTimerMs))
  }

  /** Sends a new token on the open socket before the present one runs out. */
  async function renewIfDue(): Promise<void> {
    // timers may be a little early
    if (!renewal || renewal.offered !== null || Date.now() + 50 < renewal.at) return
    const attempt = turn
    renewal.offered = ''
    const given = await Promise.resolve(getToken({ reason: 'expiring', signal })).catch(() => null)
    if (attempt !== turn || !socket) return
    // asked again soon; if nothing comes by the end, the service closes the socket and a new one is opened
    if (!given || pasted(given) === token) return planRenewal(5_000)
    renewal = { at: Infinity, offered: pasted(given) }
    send(socket, { action: 'refresh', token: renewal.offered })
  }

  return {
    start() {
      stopWatching = onWake(wake)
      startBeat()
      void open()
    },
    pause(why) {
      leave()
      tell('paused', { reason: why })
    },
    resume() {
      if (state === 'closed') reason = 'connect'
      void open()
    },
    retryLater: (why, atLeastMs) => lost(turn, 1013, why, atLeastMs),
    ask(position) {
      if (socket) askFor(socket, position)
    },
    wake,
    stop() {
      stopWatching()
      clearInterval(beat)
      leave()
      state = 'closed'
    },
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined

interface NodeSocket {
  on(
    event: 'unexpected-response',
    listener: (
      request: unknown,
      response: {
        readonly statusCode: number
        readonly headers: Readonly<Record<string, string | undefined>>
      },
    ) => void,
  ): void
}

function addressOf(url: URL, from: Position | null): string {
  const address = new URL(url)
  if (from?.positions) address.searchParams.set('resume', '1')
  else if (from) address.searchParams.set('since', `${from.epoch}:${from.seq ?? 0}`)
  return address.href
}

/** Asks for the events after a position. */
const askFor = (socket: WebSocketLike, { epoch, seq, positions }: Omit<Position, 'group'>) =>
  send(socket, { action: 'resume', epoch, since: positions ?? `${epoch}:${seq}` })

function send(socket: WebSocketLike, message: object): void {
  if (socket.readyState === 1) socket.send(JSON.stringify(message))
}

/** How long an error asks to wait, such as one of a request that was answered with `Retry-After`. */
export const waitOf = (error: unknown): number =>
  (error as { retryAfterMs?: number } | null)?.retryAfterMs ?? 0
