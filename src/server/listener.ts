import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyServerFactory } from 'fastify'
import type { Config } from '../config/config.ts'
import type { ErrorCode } from '../http/errors.ts'
import { requestLanguage } from '../i18n/request-language.ts'
import { translate } from '../i18n/translate.ts'
import type { Lifecycle } from '../plugins/lifecycle.ts'
import { endWithFault } from '../http/raw-error.ts'
import { StartupError } from '../config/startup-error.ts'

/**
 * The port, held from the first moment on: answers probes while the database is opened and migrated, and has others wait
 * for the app.
 */
export interface HttpListener {
  readonly server: Server
  readonly port: number
  /** The app's own server, which never listens: requests and upgrades come to it once the listener is open. */
  readonly serverFactory: FastifyServerFactory
  /** Gives the port to the app. Only when it is ready: a request in the midst of its start would end the process. */
  open(): void
  /**
   * Stops accepting; resolves when the last request is answered, at the latest after `timeoutMs`. Where the app is not
   * there yet, all who wait for it are told to come again, and so is who still comes on an open connection.
   */
  close(timeoutMs: number): Promise<void>
}

/** Longer than any proxy keeps an idle connection, so that it is never we who close one the proxy is about to use. */
const keepAliveTimeoutMs = 90_000

/** How many requests may wait for the app, and how long. */
const patience = { mostWaiting: 1000, longestWaitMs: 10_000 }

/**
 * @param refused told the code of what is answered here in place of a request
 * @throws StartupError when the address cannot be listened on
 */
export async function openListener(
  config: Config,
  lifecycle: Lifecycle,
  refused: (code: ErrorCode) => void,
  waiting = patience,
): Promise<HttpListener> {
  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: config.headersTimeoutMs,
    // by default a connection that never finishes its handshake would be noticed half a minute later
    connectionsCheckingInterval: 2000,
    requestTimeout: config.requestTimeoutMs,
  })
  const early = createPendingQueue(waiting)
  let closing = false
  const receiveEarly = (request: IncomingMessage, response: ServerResponse) => {
    if (closing) response.shouldKeepAlive = false
    if (answerProbe(request, response, lifecycle)) return
    early.enter(
      () => server.emit('request', request, response),
      response,
      () => refuse(request, response),
    )
  }
  const receiveEarlyUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {})
    early.enter(
      () => server.emit('upgrade', request, socket, head),
      socket,
      () => endWithFault(socket, 'unavailable', requestLanguage(request)),
    )
  }
  server.on('request', receiveEarly)
  server.on('upgrade', receiveEarlyUpgrade)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const fault = answerWhatIsNoRequest(error, socket)
    if (fault) refused(fault)
  })
  await listen(server, config)
  const inner = createServer()
  const answering = new Set<ServerResponse>()
  return {
    server,
    port: (server.address() as AddressInfo).port,
    serverFactory: (handler) => inner.on('request', handler),
    open() {
      server.off('request', receiveEarly)
      server.off('upgrade', receiveEarlyUpgrade)
      server.on('request', (request, response) => {
        answering.add(response)
        response.once('close', () => answering.delete(response))
        if (closing) response.shouldKeepAlive = false
        inner.emit('request', request, response)
      })
      server.on('upgrade', (request, socket, head) => inner.emit('upgrade', request, socket, head))
      early.empty()
    },
    close(timeoutMs) {
      closing = true
      // the proxy sends its next request elsewhere
      for (const response of answering) response.shouldKeepAlive = false
      early.close()
      return close(server, timeoutMs)
    },
  }
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'the port is taken by another process; stop that one or set PORT'
          : error.message
      reject(new StartupError(`cannot listen on ${host}:${port}: ${reason}`))
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

interface Waiting {
  readonly goOn: () => void
  readonly who: { readonly destroyed: boolean }
  readonly giveUp: () => void
  readonly timer: NodeJS.Timeout
}

/**
 * Where requests wait that come before the app. A proxy that knows no probes sends them as soon as the port is open, and
 * this replica, having nothing to do, would get all of them: refused, orders would fail although others could have
 * taken them.
 */
function createPendingQueue({ mostWaiting, longestWaitMs }: typeof patience) {
  const waiting = new Set<Waiting>()
  let closed = false
  const leave = (how: 'goOn' | 'giveUp') => {
    for (const one of waiting) {
      clearTimeout(one.timer)
      if (!one.who.destroyed) one[how]()
    }
    waiting.clear()
  }
  return {
    enter(goOn: () => void, who: Waiting['who'], giveUp: () => void): void {
      if (closed || waiting.size >= mostWaiting) return giveUp()
      const timer = setTimeout(() => {
        waiting.delete(one)
        giveUp()
      }, longestWaitMs)
      const one = { goOn, who, giveUp, timer }
      waiting.add(one)
    },
    /** Everybody goes on, in the order in which they came. */
    empty: () => leave('goOn'),
    /** Everybody is turned away, and so is whoever comes from now on: nobody is going to open. */
    close(): void {
      closed = true
      leave('giveUp')
    },
  }
}

/** Nothing but the probes is answered before the app is there. */
function answerProbe(request: IncomingMessage, response: ServerResponse, { phase }: Lifecycle): boolean {
  const path = request.url?.split('?', 1)[0]?.replace(/\/$/, '')
  if (path === '/healthz') sendJson(response, 200, { status: 'ok' })
  else if (path === '/readyz') sendJson(response, 503, { status: phase })
  else return false
  return true
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const detail = translate(requestLanguage(request), 'unavailable')
  // whoever sends the rest of a request that is not read would wait; and another replica may be there for the next one
  response.shouldKeepAlive = false
  sendJson(response, 503, { detail, code: 'unavailable' })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (status === 503) response.setHeader('retry-after', '1')
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

/**
 * What Node's parser refuses never becomes a request, but is answered like one, in Russian since nothing of it was read.
 * The connection ends: where the next request on it would begin is unknown. Null when there was nobody to answer.
 */
function answerWhatIsNoRequest({ code }: NodeJS.ErrnoException, socket: Duplex): ErrorCode | null {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return null
  }
  const fault: ErrorCode = (code && refusals[code]) || 'bad_request'
  endWithFault(socket, fault)
  return fault
}

const refusals: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** How long connections that nobody uses stay open, as a part of the time limit. */
const idlePart = 0.25
const longestIdleMs = 1000

/**
 * An idle connection may be the one that a proxy has just sent an order on, which it must not send again elsewhere. So
 * idle ones are not closed at once, as HTTP's own close would do: those in use end with their next answer, and the others
 * when they have had time to be used.
 */
async function close(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  const idleMs = Math.min(longestIdleMs, timeoutMs * idlePart)
  // again and again: an answer that had begun before could no longer say that its connection ends
  const idle = setInterval(() => server.closeIdleConnections(), Math.max(1, idleMs))
  const all = setTimeout(() => server.closeAllConnections(), timeoutMs)
  await closed
  clearInterval(idle)
  clearTimeout(all)
}
