import type { Socket } from 'node:net'
import type { BaseLogger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import type { Authenticator, AccountChange } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import { ApiError } from '../http/errors.ts'
import type { RequestLimits } from '../http/request-limits.ts'
import type { Group } from '../events/catalogue.ts'
import {
  authenticate,
  reauthenticate,
  continuesInFirstBranch,
  isOwnSubprotocol,
  sameScope,
} from './authentication.ts'
import type { AuthenticatedClient } from './authentication.ts'
import { tokenRefreshed, tokenRefused } from './protocol.ts'
import { createTokenExpiry } from './token-expiry.ts'
import { createResumeHandler } from './resume.ts'
import { createInboundThrottle } from './inbound-throttle.ts'
import type { Hub } from './hub.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { FlushScheduler } from './flush-scheduler.ts'
import { createHeartbeat } from './heartbeat.ts'
import type { Handshake } from './handshake.ts'
import { ClientSocket } from './socket.ts'

/** All sockets of this process, from the upgrade to the close. */
export interface SocketRegistry {
  /** Takes over a socket right after its upgrade; an error closes it with a code. */
  accept(ws: WebSocket, connection: Socket, group: Group, handshake: Handshake): void
  /** Closes all sockets over a time window, so that the other replicas are not overloaded; refuses new ones. */
  drain(windowMs: number): Promise<void>
  readonly size: number
  stop(): void
}

interface Deps {
  config: Config
  bus: Bus
  clock: Clock
  authenticator: Authenticator
  requestLimits: RequestLimits
  hub: Hub
  flushScheduler: FlushScheduler
  log: BaseLogger
  metrics: RealtimeMetrics
}

const authenticationMs = 10_000
const drainStepMs = 50
/** How long a closed socket may take to answer before it is terminated. */
const closeTimeoutMs = 1000

export function createSocketRegistry(deps: Deps): SocketRegistry {
  const { config, bus, clock, authenticator, requestLimits, hub, flushScheduler, log, metrics } = deps
  const sockets = new Map<WebSocket, ClientSocket>()
  const perUser = new Map<string, Set<ClientSocket>>()
  /** Rises when access may have changed: a socket that is being authenticated at that moment is checked again. */
  let changes = 0
  let draining = false
  metrics.countQueuedBytes(() => {
    let bytes = 0
    for (const socket of sockets.values()) bytes += socket.queuedBytes
    return bytes
  })
  const resumeHandler = createResumeHandler({
    hub,
    metrics,
    log,
    resumeWaitMs: config.resumeWaitMs,
  })
  const heartbeat = createHeartbeat({
    pingIntervalMs: config.pingIntervalMs,
    positionIntervalMs: config.positionIntervalMs,
    openingMs: config.resumeWaitMs + authenticationMs,
    onBeat: (socket) => void recheck(socket),
  })
  const tokenExpiry = createTokenExpiry({ clock, onExpired: (socket) => socket.close('token_expired') })

  const inboundThrottle = createInboundThrottle({ onPause: () => metrics.readsPaused.inc() })

  const socketDeps = {
    flushScheduler,
    metrics,
    queueBytes: config.socketQueueBytes,
    messageBytes: config.socketMessageBytes,
    messagesPerSecond: config.rateLimit ? config.socketMessagesPerSecond : null,
    onResume: resumeHandler.resume,
    onRefresh: (socket: ClientSocket, token: string) => void renew(socket, token),
    onStreamAdded: resumeHandler.addStream,
    onFirstBranch: (socket: ClientSocket) => void recheck(socket),
    onOverLimit: inboundThrottle.record,
    onClosed(socket: ClientSocket) {
      inboundThrottle.forget(socket)
      heartbeat.delete(socket)
      tokenExpiry.delete(socket)
      resumeHandler.leave(socket)
      if (!socket.authenticated) return
      const { userId } = socket.authenticated
      const held = perUser.get(userId)!
      held.delete(socket)
      if (held.size === 0) perUser.delete(userId)
    },
  }

  // one function each for all sockets: a closure per socket would cost memory
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    withErrorsLogged(this, (socket) => socket.receive(data as Buffer, isBinary))
  }
  function onPong(this: WebSocket): void {
    withErrorsLogged(this, (socket) => (socket.alive = true))
  }
  function onClose(this: WebSocket, code: number): void {
    withErrorsLogged(this, (socket) => socket.connectionClosed(code))
    sockets.delete(this)
  }
  /** An error that escapes the callback of a socket would end the process: it is logged and the socket terminated. */
  const withErrorsLogged = (ws: WebSocket, work: (socket: ClientSocket) => void) => {
    const socket = sockets.get(ws)
    if (!socket) return
    try {
      work(socket)
    } catch (error) {
      log.error({ err: error }, 'error in a socket callback')
      ws.terminate()
    }
  }

  async function open(socket: ClientSocket, handshake: Handshake): Promise<void> {
    const { credential, branch, fromAllowedOrigin, ...request } = handshake
    if (draining) return socket.close('restarting')
    if (config.rateLimit && sockets.size > config.socketsPerReplica) return socket.close('replica_full')
    if (!fromAllowedOrigin) return socket.close('origin_refused')
    const before = changes
    const authenticated = await authenticate(authenticator, credential, branch)
    if (socket.closed) return
    if (typeof authenticated === 'string') return socket.close(authenticated)
    if (!(await mayOpen(authenticated.userId))) return socket.close('too_many_requests')
    if (socket.closed) return
    const held = perUser.get(authenticated.userId) ?? new Set()
    if (config.rateLimit && held.size >= config.socketsPerUser) return socket.close('too_many_sockets')
    perUser.set(authenticated.userId, held.add(socket))
    socket.authenticated = authenticated
    tokenExpiry.set(socket, authenticated.expiresAt)
    if (changes !== before) void recheck(socket)
    await resumeHandler.join(socket, authenticated, request)
  }

  const mayOpen = (userId: string): Promise<boolean> =>
    requestLimits.ofUser(userId).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiError) return false
        throw error
      },
    )

  /** Continues a socket with a new token of the same user. */
  async function renew(socket: ClientSocket, token: string): Promise<void> {
    const before = changes
    try {
      const renewed = await authenticate(authenticator, { token }, socket.authenticated!.requestedBranch)
      if (socket.closed) return
      const { userId } = socket.authenticated!
      if (renewed === 'not_authenticated' || (typeof renewed === 'object' && renewed.userId !== userId))
        return socket.send(tokenRefused('token_not_valid'))
      if (typeof renewed === 'string') return socket.close(renewed)
      apply(socket, renewed)
      if (socket.closed) return
      tokenExpiry.set(socket, renewed.expiresAt)
      socket.send(tokenRefreshed(renewed.expiresAt))
      if (changes !== before) void recheck(socket)
    } catch (error) {
      log.warn({ err: error }, 'cannot check a new token just now')
      socket.send(tokenRefused('unavailable'))
    }
  }

  /** Applies a scope read again: the same continues; another moves the socket to its first branch or closes it. */
  function apply(socket: ClientSocket, now: AuthenticatedClient): void {
    const before = socket.authenticated!
    if (sameScope(now, before)) socket.authenticated = now
    else if (socket.stage === 'open' && continuesInFirstBranch(before, now))
      void resumeHandler.moveToFirstBranch(socket, now)
    else socket.close('scope_changed')
  }

  /** Closes a socket whose user was dismissed, logged out everywhere or moved to another branch. */
  async function recheck(socket: ClientSocket): Promise<void> {
    const { authenticated } = socket
    if (!authenticated) return
    try {
      const now = await reauthenticate(authenticator, authenticated)
      // a new token of the socket was checked on its own
      if (socket.closed || socket.authenticated !== authenticated) return
      if (typeof now === 'string') socket.close(now)
      else apply(socket, now)
    } catch {
      // checked again with the next heartbeat
    }
  }

  function recheckAll(concerned: Iterable<ClientSocket>): void {
    changes++
    for (const socket of concerned) void recheck(socket)
  }
  authenticator.onChange((change) => recheckAll(socketsAffectedBy(change)))
  // announcements made while the link was down did not arrive
  bus.onLink((up) => up && recheckAll(sockets.values()))

  const socketsAffectedBy = (change: AccountChange): Iterable<ClientSocket> =>
    'userId' in change
      ? (perUser.get(change.userId) ?? [])
      : [...sockets.values()].filter((socket) => socket.authenticated?.companyId === change.companyId)

  return {
    get size() {
      return sockets.size
    },
    accept(ws, connection, group, handshake) {
      const socket = new ClientSocket(ws, connection, group, socketDeps)
      if (isOwnSubprotocol(ws.protocol)) socket.tellsWhenCurrent = true
      else if (config.socketFrameGapMs > 0) socket.pace(config.socketFrameGapMs)
      sockets.set(ws, socket)
      ws.on('message', onMessage)
      ws.on('pong', onPong)
      ws.on('close', onClose)
      ws.on('error', ignoreError)
      heartbeat.add(socket)
      open(socket, handshake).catch((error: unknown) => {
        log.warn({ err: error }, 'cannot authenticate a socket just now')
        socket.close('try_later')
      })
    },
    async drain(windowMs) {
      draining = true
      const due = [...sockets.values()]
      const startedAt = performance.now()
      // By the clock: pauses are longer on a busy machine, and the window must not become longer with them.
      // At least one a step: few sockets need no long window.
      for (let closed = 0; closed < due.length;) {
        const elapsed = performance.now() - startedAt + drainStepMs
        const share = elapsed < windowMs ? Math.ceil((due.length * elapsed) / windowMs) : due.length
        const until = Math.max(closed + 1, share)
        for (const socket of due.slice(closed, until)) socket.close('restarting')
        closed = until
        if (closed < due.length) await pause(drainStepMs)
      }
      const deadline = performance.now() + closeTimeoutMs
      while (sockets.size > 0 && performance.now() < deadline) await pause(20)
      for (const ws of sockets.keys()) ws.terminate()
    },
    stop() {
      heartbeat.stop()
      tokenExpiry.stop()
      inboundThrottle.stop()
    },
  }
}

/** The close event that follows has the reason. */
function ignoreError(): void {}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
