import type { Socket } from 'node:net'
import type { BaseLogger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import type { Authenticator, PeopleChange } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import { ApiError } from '../http/errors.ts'
import type { RequestLimits } from '../http/request-limits.ts'
import type { Group } from '../events/catalogue.ts'
import { admit, admitAgain, goesOnInBranch, isOwnSubprotocol, sameScope } from './authentication.ts'
import type { Admitted } from './authentication.ts'
import { tokenRefreshed, tokenRefused } from './protocol.ts'
import { createExpiry } from './token-expiry.ts'
import { createJoining } from './resume.ts'
import { createNoise } from './inbound-throttle.ts'
import type { Hub } from './hub.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { Outbox } from './flush-scheduler.ts'
import { createPulse } from './heartbeat.ts'
import type { Handshake } from './handshake.ts'
import { Session } from './socket.ts'

/** All sockets of this process, from the upgrade to the end. */
export interface Sockets {
  /** Takes over a socket right after its upgrade; faults close it with a code. */
  accept(ws: WebSocket, connection: Socket, group: Group, handshake: Handshake): void
  /** Closes all sockets, spread over a time, so that the other replicas are not overrun; refuses new ones. */
  drain(windowMs: number): Promise<void>
  readonly size: number
  stop(): void
}

interface Parts {
  config: Config
  bus: Bus
  clock: Clock
  authenticator: Authenticator
  requestLimits: RequestLimits
  hub: Hub
  outbox: Outbox
  log: BaseLogger
  metrics: RealtimeMetrics
}

const admissionMs = 10_000
const drainStepMs = 50
/** How long closed sockets may take to answer before they are cut. */
const farewellMs = 1000

export function createSockets(parts: Parts): Sockets {
  const { config, bus, clock, authenticator, requestLimits, hub, outbox, log, metrics } = parts
  const sessions = new Map<WebSocket, Session>()
  const perUser = new Map<string, Set<Session>>()
  /** Rises when somebody may no longer be who they were: who is being let in at that moment is looked at again. */
  let changes = 0
  let draining = false
  metrics.countQueuedBytes(() => {
    let bytes = 0
    for (const session of sessions.values()) bytes += session.queuedBytes
    return bytes
  })
  const joining = createJoining({
    hub,
    metrics,
    log,
    resumeWaitMs: config.resumeWaitMs,
  })
  const pulse = createPulse({
    pingIntervalMs: config.pingIntervalMs,
    positionIntervalMs: config.positionIntervalMs,
    openingMs: config.resumeWaitMs + admissionMs,
    onBeat: (session) => void lookAgain(session),
  })
  const expiry = createExpiry({ clock, onExpired: (session) => session.close('token_expired') })

  const noise = createNoise({ onPause: () => metrics.readsPaused.inc() })

  const sessionParts = {
    outbox,
    metrics,
    queueBytes: config.socketQueueBytes,
    messageBytes: config.socketMessageBytes,
    messagesPerSecond: config.rateLimit ? config.socketMessagesPerSecond : null,
    onResume: joining.resume,
    onRefresh: (session: Session, token: string) => void renew(session, token),
    onStreamAdded: joining.addStream,
    onFirstBranch: (session: Session) => void lookAgain(session),
    onNoise: noise.heard,
    onGone(session: Session) {
      noise.forget(session)
      pulse.delete(session)
      expiry.delete(session)
      joining.leave(session)
      if (!session.admitted) return
      const { userId } = session.admitted
      const held = perUser.get(userId)!
      held.delete(session)
      if (held.size === 0) perUser.delete(userId)
    },
  }

  // one function each for all sockets: what is made per socket is kept per socket
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    guarded(this, (session) => session.hear(data as Buffer, isBinary))
  }
  function onPong(this: WebSocket): void {
    guarded(this, (session) => (session.alive = true))
  }
  function onClose(this: WebSocket, code: number): void {
    guarded(this, (session) => session.gone(code))
    sessions.delete(this)
  }
  /** No error handler stands above the callbacks of a socket: what escaped would end the process. */
  const guarded = (ws: WebSocket, work: (session: Session) => void) => {
    const session = sessions.get(ws)
    if (!session) return
    try {
      work(session)
    } catch (error) {
      log.error({ err: error }, 'fault in a socket callback')
      ws.terminate()
    }
  }

  async function open(session: Session, handshake: Handshake): Promise<void> {
    const { credential, branch, fromAllowedOrigin, ...wish } = handshake
    if (draining) return session.close('restarting')
    if (config.rateLimit && sessions.size > config.socketsPerReplica) return session.close('replica_full')
    if (!fromAllowedOrigin) return session.close('origin_refused')
    const before = changes
    const admitted = await admit(authenticator, credential, branch)
    if (session.closed) return
    if (typeof admitted === 'string') return session.close(admitted)
    if (!(await mayOpen(admitted.userId))) return session.close('too_many_requests')
    if (session.closed) return
    const held = perUser.get(admitted.userId) ?? new Set()
    if (config.rateLimit && held.size >= config.socketsPerUser) return session.close('too_many_sockets')
    perUser.set(admitted.userId, held.add(session))
    session.admitted = admitted
    expiry.set(session, admitted.expiresAt)
    if (changes !== before) void lookAgain(session)
    await joining.join(session, admitted, wish)
  }

  const mayOpen = (userId: string): Promise<boolean> =>
    requestLimits.ofUser(userId).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiError) return false
        throw error
      },
    )

  /** Lets a socket live on with a new token of the same user. */
  async function renew(session: Session, token: string): Promise<void> {
    const before = changes
    try {
      const renewed = await admit(authenticator, { token }, session.admitted!.wantedBranch)
      if (session.closed) return
      const { userId } = session.admitted!
      if (renewed === 'not_authenticated' || (typeof renewed === 'object' && renewed.userId !== userId))
        return session.send(tokenRefused('token_not_valid'))
      if (typeof renewed === 'string') return session.close(renewed)
      takeUp(session, renewed)
      if (session.closed) return
      expiry.set(session, renewed.expiresAt)
      session.send(tokenRefreshed(renewed.expiresAt))
      if (changes !== before) void lookAgain(session)
    } catch (error) {
      log.warn({ err: error }, 'cannot check a new token just now')
      session.send(tokenRefused('unavailable'))
    }
  }

  /** Has a socket live on with what it may see now; ends it where that is something else. */
  function takeUp(session: Session, now: Admitted): void {
    const before = session.admitted!
    if (sameScope(now, before)) session.admitted = now
    else if (session.stage === 'open' && goesOnInBranch(before, now)) void joining.goOnInBranch(session, now)
    else session.close('scope_changed')
  }

  /** Ends a socket whose user was dismissed, logged out everywhere, or works elsewhere now. */
  async function lookAgain(session: Session): Promise<void> {
    const { admitted } = session
    if (!admitted) return
    try {
      const now = await admitAgain(authenticator, admitted)
      // a token brought meanwhile was looked at by itself
      if (session.closed || session.admitted !== admitted) return
      if (typeof now === 'string') session.close(now)
      else takeUp(session, now)
    } catch {
      // what cannot be checked just now is checked with the next beat
    }
  }

  function lookAtAll(concerned: Iterable<Session>): void {
    changes++
    for (const session of concerned) void lookAgain(session)
  }
  authenticator.onChange((change) => lookAtAll(concernedBy(change)))
  // what was announced while the link was down did not arrive
  bus.onLink((up) => up && lookAtAll(sessions.values()))

  const concernedBy = (change: PeopleChange): Iterable<Session> =>
    'userId' in change
      ? (perUser.get(change.userId) ?? [])
      : [...sessions.values()].filter((session) => session.admitted?.companyId === change.companyId)

  return {
    get size() {
      return sessions.size
    },
    accept(ws, connection, group, handshake) {
      const session = new Session(ws, connection, group, sessionParts)
      if (config.socketFrameGapMs > 0 && !isOwnSubprotocol(ws.protocol)) session.pace(config.socketFrameGapMs)
      sessions.set(ws, session)
      ws.on('message', onMessage)
      ws.on('pong', onPong)
      ws.on('close', onClose)
      ws.on('error', ignoreError)
      pulse.add(session)
      open(session, handshake).catch((error: unknown) => {
        log.warn({ err: error }, 'cannot admit a socket just now')
        session.close('try_later')
      })
    },
    async drain(windowMs) {
      draining = true
      const due = [...sessions.values()]
      const steps = Math.max(1, Math.floor(windowMs / drainStepMs))
      const perStep = Math.ceil(due.length / steps)
      while (due.length > 0) {
        for (const session of due.splice(0, perStep)) session.close('restarting')
        if (due.length > 0) await pause(drainStepMs)
      }
      const deadline = performance.now() + farewellMs
      while (sessions.size > 0 && performance.now() < deadline) await pause(20)
      for (const ws of sessions.keys()) ws.terminate()
    },
    stop() {
      pulse.stop()
      expiry.stop()
      noise.stop()
    },
  }
}

/** The close that follows says what there is to say. */
function ignoreError(): void {}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
