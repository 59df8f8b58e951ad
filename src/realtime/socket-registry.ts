import type { Socket } from 'node:net'
import type { BaseLogger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import type { Authenticator } from '../accounts/authenticator.ts'
import type { Config } from '../config/config.ts'
import type { Group } from '../events/catalogue.ts'
import { ApiError } from '../http/errors.ts'
import type { RequestLimits } from '../http/request-limits.ts'
import { authenticate, isOwnSubprotocol } from './authentication.ts'
import type { AuthenticatedClient } from './authentication.ts'
import type { CloseReason } from './close-codes.ts'
import type { FlushScheduler } from './flush-scheduler.ts'
import type { Handshake } from './handshake.ts'
import { createInboundThrottle } from './inbound-throttle.ts'
import type { RealtimeMetrics } from './metrics.ts'
import { ClientSocket } from './socket.ts'
import type { ClientSocketDeps } from './socket.ts'
import type { SubscriberRegistry } from './subscriber-registry.ts'

/** The sockets of this process, from the upgrade to the close. */
export interface SocketRegistry {
  /** Takes over a socket right after its upgrade; an error closes it with a code. */
  accept(ws: WebSocket, connection: Socket, group: Group, handshake: Handshake): void
  stop(): void
}

interface Deps {
  config: Config
  authenticator: Authenticator
  requestLimits: RequestLimits
  subscribers: SubscriberRegistry
  flushScheduler: FlushScheduler
  log: BaseLogger
  metrics: RealtimeMetrics
}

export function createSocketRegistry(deps: Deps): SocketRegistry {
  const { config, authenticator, requestLimits, subscribers, flushScheduler, log, metrics } = deps
  const sockets = new Map<WebSocket, ClientSocket>()
  const inboundThrottle = createInboundThrottle({ onPause: () => metrics.readsPaused.inc() })
  const socketDeps: ClientSocketDeps = {
    ...subscribers.deps,
    opened: metrics.sockets,
    flushScheduler,
    queueBytes: config.socketQueueBytes,
    messageBytes: config.socketMessageBytes,
    messagesPerSecond: config.rateLimit ? config.socketMessagesPerSecond : null,
    onResume: subscribers.resume,
    onRefresh: subscribers.renew,
    onOverLimit: inboundThrottle.record,
    onClosed(socket) {
      inboundThrottle.forget(socket as ClientSocket)
      subscribers.deps.onClosed(socket)
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
    subscribers.gone(sockets.get(this)!)
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

  async function identify(
    { credential, branch, fromAllowedOrigin }: Handshake,
    socket: ClientSocket,
  ): Promise<AuthenticatedClient | CloseReason> {
    if (!fromAllowedOrigin) return 'origin_refused'
    const authenticated = await authenticate(authenticator, credential, branch)
    if (socket.closed || typeof authenticated === 'string') return authenticated
    return (await mayOpen(authenticated.userId)) ? authenticated : 'too_many_requests'
  }

  const mayOpen = (userId: string): Promise<boolean> =>
    requestLimits.ofUser(userId).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiError) return false
        throw error
      },
    )

  return {
    accept(ws, connection, group, handshake) {
      const socket = new ClientSocket(ws, connection, group, socketDeps)
      if (isOwnSubprotocol(ws.protocol)) socket.tellsWhenCurrent = true
      else if (config.socketFrameGapMs > 0) socket.pace(config.socketFrameGapMs)
      sockets.set(ws, socket)
      ws.on('message', onMessage)
      ws.on('pong', onPong)
      ws.on('close', onClose)
      ws.on('error', ignoreError)
      void subscribers.accept(socket, handshake, () => identify(handshake, socket))
    },
    stop: () => inboundThrottle.stop(),
  }
}

/** The close event that follows has the reason. */
function ignoreError(): void {}
