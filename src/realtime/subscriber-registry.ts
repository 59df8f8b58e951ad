import type { BaseLogger } from 'pino'
import type { Authenticator, AccountChange } from '../accounts/authenticator.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Config } from '../config/config.ts'
import { authenticate, reauthenticate, continuesInFirstBranch, sameScope } from './authentication.ts'
import type { AuthenticatedClient } from './authentication.ts'
import type { CloseReason } from './close-codes.ts'
import { createHeartbeat } from './heartbeat.ts'
import type { Hub } from './hub.ts'
import type { RealtimeMetrics } from './metrics.ts'
import { tokenRefreshed, tokenRefused } from './protocol.ts'
import { createResumeHandler } from './resume.ts'
import type { ResumeRequest } from './resume.ts'
import type { ResumeMessage, Subscriber, SubscriberDeps } from './subscriber.ts'
import { createTokenExpiry } from './token-expiry.ts'

/** All clients of this process that follow streams, from their coming to their end. */
export interface SubscriberRegistry {
  /** What all subscribers share. */
  readonly deps: Omit<SubscriberDeps, 'opened'>
  /**
   * Takes a subscriber in; an error closes it. Resolves when it has been greeted and has what it missed, or is closed.
   * @param identify authenticates it, or gives the reason to close it
   */
  accept(
    subscriber: Subscriber,
    request: ResumeRequest,
    identify: () => Promise<AuthenticatedClient | CloseReason>,
  ): Promise<void>
  /** Takes an open subscriber back to the positions it names. */
  resume(subscriber: Subscriber, request: ResumeMessage): void
  /** Continues a subscriber with a new token of the same user. */
  renew(subscriber: Subscriber, token: string): void
  /** Called when the connection of a subscriber has closed. */
  gone(subscriber: Subscriber): void
  /** Closes all of them over a time window, so that the other replicas are not overloaded; refuses new ones. */
  drain(windowMs: number): Promise<void>
  readonly size: number
  stop(): void
}

interface Deps {
  config: Config
  bus: Bus
  clock: Clock
  authenticator: Authenticator
  hub: Hub
  log: BaseLogger
  metrics: RealtimeMetrics
}

const authenticationMs = 10_000
const drainStepMs = 50
/** How long a closed connection may take to end before it is terminated. */
const closeTimeoutMs = 2500

export function createSubscriberRegistry(deps: Deps): SubscriberRegistry {
  const { config, bus, clock, authenticator, hub, log, metrics } = deps
  const subscribers = new Set<Subscriber>()
  const perUser = new Map<string, Set<Subscriber>>()
  /** Rises when access may have changed: a subscriber that is being authenticated at that moment is checked again. */
  let changes = 0
  let draining = false
  metrics.countQueuedBytes(() => {
    let bytes = 0
    for (const subscriber of subscribers) bytes += subscriber.queuedBytes
    return bytes
  })
  const resumeHandler = createResumeHandler({ hub, metrics, log, resumeWaitMs: config.resumeWaitMs })
  const heartbeat = createHeartbeat({
    pingIntervalMs: config.pingIntervalMs,
    positionIntervalMs: config.positionIntervalMs,
    openingMs: config.resumeWaitMs + authenticationMs,
    onBeat: (subscriber) => void recheck(subscriber),
  })
  const tokenExpiry = createTokenExpiry({
    clock,
    onExpired: (subscriber) => subscriber.close('token_expired'),
  })

  function onClosed(subscriber: Subscriber): void {
    heartbeat.delete(subscriber)
    tokenExpiry.delete(subscriber)
    resumeHandler.leave(subscriber)
    if (!subscriber.authenticated) return
    const { userId } = subscriber.authenticated
    const held = perUser.get(userId)!
    held.delete(subscriber)
    if (held.size === 0) perUser.delete(userId)
  }

  async function open(
    subscriber: Subscriber,
    request: ResumeRequest,
    identify: () => Promise<AuthenticatedClient | CloseReason>,
  ): Promise<void> {
    if (draining) subscriber.close('restarting')
    if (subscriber.closed) return
    if (config.rateLimit && subscribers.size > config.socketsPerReplica)
      return subscriber.close('replica_full')
    const before = changes
    const authenticated = await identify()
    if (subscriber.closed) return
    if (typeof authenticated === 'string') return subscriber.close(authenticated)
    const held = perUser.get(authenticated.userId) ?? new Set()
    if (config.rateLimit && held.size >= config.socketsPerUser) return subscriber.close('too_many_sockets')
    perUser.set(authenticated.userId, held.add(subscriber))
    subscriber.authenticated = authenticated
    tokenExpiry.set(subscriber, authenticated.expiresAt)
    if (changes !== before) void recheck(subscriber)
    await resumeHandler.join(subscriber, authenticated, request)
  }

  async function renew(subscriber: Subscriber, token: string): Promise<void> {
    const before = changes
    try {
      const { requestedBranch, userId } = subscriber.authenticated!
      const renewed = await authenticate(authenticator, { token }, requestedBranch)
      if (subscriber.closed) return
      if (renewed === 'not_authenticated' || (typeof renewed === 'object' && renewed.userId !== userId))
        return subscriber.send(tokenRefused('token_not_valid'))
      if (typeof renewed === 'string') return subscriber.close(renewed)
      apply(subscriber, renewed)
      if (subscriber.closed) return
      tokenExpiry.set(subscriber, renewed.expiresAt)
      subscriber.send(tokenRefreshed(renewed.expiresAt))
      if (changes !== before) void recheck(subscriber)
    } catch (error) {
      log.warn({ err: error }, 'cannot check a new token just now')
      subscriber.send(tokenRefused('unavailable'))
    }
  }

  /** Applies a scope read again: the same continues; another moves the subscriber to its first branch or closes it. */
  function apply(subscriber: Subscriber, now: AuthenticatedClient): void {
    const before = subscriber.authenticated!
    if (sameScope(now, before)) subscriber.authenticated = now
    else if (subscriber.stage === 'open' && continuesInFirstBranch(before, now))
      void resumeHandler.moveToFirstBranch(subscriber, now)
    else subscriber.close('scope_changed')
  }

  /** Closes a subscriber whose user was dismissed, logged out everywhere or moved to another branch. */
  async function recheck(subscriber: Subscriber): Promise<void> {
    const { authenticated } = subscriber
    if (!authenticated) return
    try {
      const now = await reauthenticate(authenticator, authenticated)
      // a new token of the subscriber was checked on its own
      if (subscriber.closed || subscriber.authenticated !== authenticated) return
      if (typeof now === 'string') subscriber.close(now)
      else apply(subscriber, now)
    } catch {
      // checked again with the next heartbeat
    }
  }

  function recheckAll(concerned: Iterable<Subscriber>): void {
    changes++
    for (const subscriber of concerned) void recheck(subscriber)
  }
  authenticator.onChange((change) => recheckAll(affectedBy(change)))
  // announcements made while the link was down did not arrive
  bus.onLink((up) => up && recheckAll(subscribers))

  const affectedBy = (change: AccountChange): Iterable<Subscriber> =>
    'userId' in change
      ? (perUser.get(change.userId) ?? [])
      : [...subscribers].filter(({ authenticated }) => authenticated?.companyId === change.companyId)

  return {
    deps: {
      metrics,
      onStreamAdded: resumeHandler.addStream,
      onFirstBranch: (subscriber) => void recheck(subscriber),
      onClosed,
    },
    get size() {
      return subscribers.size
    },
    async accept(subscriber, request, identify) {
      subscribers.add(subscriber)
      heartbeat.add(subscriber)
      try {
        await open(subscriber, request, identify)
      } catch (error) {
        log.warn({ err: error }, 'cannot authenticate a client just now')
        subscriber.close('try_later')
      }
    },
    resume: (subscriber, request) => void resumeHandler.resume(subscriber, request),
    renew: (subscriber, token) => void renew(subscriber, token),
    gone: (subscriber) => void subscribers.delete(subscriber),
    async drain(windowMs) {
      draining = true
      const due = [...subscribers]
      const startedAt = performance.now()
      // By the clock: pauses are longer on a busy machine, and the window must not become longer with them.
      // At least one a step: few subscribers need no long window.
      for (let closed = 0; closed < due.length;) {
        const elapsed = performance.now() - startedAt + drainStepMs
        const share = elapsed < windowMs ? Math.ceil((due.length * elapsed) / windowMs) : due.length
        const until = Math.max(closed + 1, share)
        for (const subscriber of due.slice(closed, until)) subscriber.close('restarting')
        closed = until
        if (closed < due.length) await pause(drainStepMs)
      }
      const deadline = performance.now() + closeTimeoutMs
      while (subscribers.size > 0 && performance.now() < deadline) await pause(20)
      for (const subscriber of subscribers) subscriber.terminate()
    },
    stop() {
      heartbeat.stop()
      tokenExpiry.stop()
    },
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
