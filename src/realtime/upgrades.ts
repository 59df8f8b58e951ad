import { ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { BaseLogger } from 'pino'
import { WebSocketServer } from 'ws'
import type { ServerOptions, WebSocket } from 'ws'
import type { Group } from '../events/catalogue.ts'
import { endWithFault } from '../wire-fault.ts'
import { chosenSubprotocol } from './admission.ts'
import type { Request } from './request.ts'

interface Parts {
  /** The group of each path; the slash at the end may be left out by clients. */
  groupAt: ReadonlyMap<string, Group>
  read: (request: IncomingMessage, query: string) => Request
  accept: (ws: WebSocket, connection: Socket, group: Group, request: Request) => void
  log: BaseLogger
}

/** Beyond this a message ends the socket; smaller ones that are still too big are ignored. */
const largestMessageBytes = 1024 * 1024
/** `closeTimeout`: how long, in milliseconds, a closed socket may take to answer; missing in the published types. */
const serverOptions: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  // whoever accepts them keeps them
  clientTracking: false,
  maxPayload: largestMessageBytes,
  perMessageDeflate: false,
  closeTimeout: 10_000,
  handleProtocols: chosenSubprotocol,
}

/**
 * Takes the upgrades of an app. Those of the socket paths go past its hooks and routes, which are made for requests that
 * are answered: of a storm of returning sockets they would be the larger part of the cost, and what they make for a
 * request would be kept as long as the socket.
 */
export function takeUpgrades(app: FastifyInstance, { groupAt, read, accept, log }: Parts) {
  const websockets = new WebSocketServer(serverOptions)
  const onUpgrade = (request: IncomingMessage, connection: Duplex, head: Buffer): void => {
    // no error handler stands above an upgrade: what escaped would end the process
    try {
      const [path, query] = partsOf(request.url!)
      const group = groupAt.get(path.endsWith('/') ? path : `${path}/`)
      if (!group) return answerPlainly(app, request, connection as Socket)
      websockets.handleUpgrade(request, connection, head, (ws) =>
        accept(ws, connection as Socket, group, read(request, query)),
      )
    } catch (error) {
      log.error({ err: error }, 'fault in an upgrade')
      connection.destroy()
    }
  }
  app.server.on('upgrade', onUpgrade)
  return {
    /** Refuses upgrades from now on. */
    stop: () => websockets.close(),
  }
}

function partsOf(url: string): [path: string, query: string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

/**
 * There is nothing to upgrade to: the wish is ignored (RFC 9110 §7.8), and the answer the last on its connection, since
 * Node has stopped reading requests from it. A body would not be read either.
 */
function answerPlainly(app: FastifyInstance, request: IncomingMessage, connection: Socket): void {
  connection.on('error', () => connection.destroy())
  if (request.method !== 'GET') return endWithFault(connection, 'bad_request')
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(connection)
  response.on('finish', () => connection.end())
  app.routing(request, response)
}
