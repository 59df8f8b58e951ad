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
import type { Lifecycle } from '../plugins/health.ts'
import { sendRawError } from '../http/raw-error.ts'
import { StartupError } from '../config/startup-error.ts'

/**
 * The listening port, open from the start of the process. While the database is opened and migrated it answers probes
 * and queues other requests for the app. Without the queue, requests of proxies that use no probes would fail during a
 * rolling update.
 */
export interface HttpListener {
  readonly server: Server
  readonly port: number
  /** Makes the app's server, which never listens: after `open` it gets the requests and upgrades of the port. */
  readonly serverFactory: FastifyServerFactory
  /** Passes requests to the app. Call it when the app is ready: a request during its start would end the process. */
  open(): void
  /**
   * Stops accepting connections. Resolves when the last request is answered, at the latest after `timeoutMs`. Before
   * `open`, queued requests and later ones on open connections are answered 503.
   */
  close(timeoutMs: number): Promise<void>
}

/** Longer than proxies keep idle connections, so that the server never closes one that a proxy is about to use. */
const keepAliveTimeoutMs = 90_000

/** Limits of the queue of requests before the app is ready. */
const patience = { mostWaiting: 1000, longestWaitMs: 10_000 }

/**
 * @param refused called with the error code of each malformed request that is answered here
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
    // with the default, the time-outs above are enforced up to 30 s late
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
      () => sendRawError(socket, 'unavailable', requestLanguage(request)),
    )
  }
  server.on('request', receiveEarly)
  server.on('upgrade', receiveEarlyUpgrade)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const code = answerWhatIsNoRequest(error, socket)
    if (code) refused(code)
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
      // `Connection: close`: a proxy sends its next request to another replica
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
          ? 'the port is in use by another process; stop it or set PORT'
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
 * Queues requests that arrive before the app is ready. A proxy without probes sends requests as soon as the port is open,
 * and prefers this idle replica. If it refused them, orders would fail although other replicas could take them.
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
    /** Passes all requests on, in the order of arrival. */
    empty: () => leave('goOn'),
    /** Refuses all requests, and all later ones. */
    close(): void {
      closed = true
      leave('giveUp')
    },
  }
}

/** Answers `/healthz` and `/readyz` before the app is ready. */
function answerProbe(request: IncomingMessage, response: ServerResponse, { phase }: Lifecycle): boolean {
  const path = request.url?.split('?', 1)[0]?.replace(/\/$/, '')
  if (path === '/healthz') sendJson(response, 200, { status: 'ok' })
  else if (path === '/readyz') sendJson(response, 503, { status: phase })
  else return false
  return true
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const detail = translate(requestLanguage(request), 'unavailable')
  // the body is not read, so the connection cannot be reused; the next request may reach a ready replica
  response.shouldKeepAlive = false
  sendJson(response, 503, { detail, code: 'unavailable' })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (status === 503) response.setHeader('retry-after', '1')
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

/**
 * Answers what Node's parser refuses, in Russian, because its headers are unknown. Closes the connection, because the
 * start of the next request is unknown. Null when the connection is gone.
 */
function answerWhatIsNoRequest({ code }: NodeJS.ErrnoException, socket: Duplex): ErrorCode | null {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return null
  }
  const answer: ErrorCode = (code && refusals[code]) || 'bad_request'
  sendRawError(socket, answer)
  return answer
}

const refusals: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** How long idle connections stay open, as a share of the time limit. */
const idlePart = 0.25
const longestIdleMs = 1000

/**
 * A proxy may just have sent an order on an idle connection, and must not repeat it elsewhere. So idle connections are not
 * closed at once, as `http.Server.close` does: connections in use end with their next answer, idle ones after a delay.
 */
async function close(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  const idleMs = Math.min(longestIdleMs, timeoutMs * idlePart)
  // repeated, because an answer whose headers were sent before `close` could not announce it
  const idle = setInterval(() => server.closeIdleConnections(), Math.max(1, idleMs))
  const all = setTimeout(() => server.closeAllConnections(), timeoutMs)
  await closed
  clearInterval(idle)
  clearTimeout(all)
}
