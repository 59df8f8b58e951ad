import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Teardown } from '../support/teardown.ts'
import { waitUntil } from '../support/wait.ts'

/** A socket that a client has opened. */
export interface Visit {
  readonly ws: WebSocket
  /** The token it was opened with. */
  readonly token: string
  readonly query: URLSearchParams
  /** What the client has said. */
  readonly said: { readonly action: string; readonly token?: string }[]
  say(message: object): void
  /** Welcomes it at its own position, if it has one, and says that it has missed nothing. */
  greet(): void
}

/** A service that does with its sockets what a test wants; for what a real one does only in trouble. */
export interface ScriptedService {
  readonly url: string
  readonly visits: readonly Visit[]
  /** Waits for the visit of this number, from 0. */
  visit(index: number): Promise<Visit>
  /** Answers the next upgrade with this instead of a socket. */
  refuseNext(answer: string): void
}

export async function startScriptedService(
  t: Teardown,
  onVisit: (visit: Visit, index: number) => void = (visit) => visit.greet(),
): Promise<ScriptedService> {
  const visits: Visit[] = []
  const refusals: string[] = []
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'cafe.v1' })
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const refusal = refusals.shift()
    if (refusal) return void connection.end(refusal)
    sockets.handleUpgrade(request, connection, head, (ws) => {
      const visit = visitOf(ws, request)
      visits.push(visit)
      onVisit(visit, visits.length - 1)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const { ws } of visits) ws.terminate()
    sockets.close()
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    visit: (index) => waitUntil(() => visits[index], { what: `visit ${index}`, timeoutMs: 30_000 }),
    refuseNext: (answer) => void refusals.push(answer),
  }
}

function visitOf(ws: WebSocket, { url, headers }: IncomingMessage): Visit {
  const said: Visit['said'] = []
  ws.on('message', (data: Buffer) => said.push(JSON.parse(data.toString()) as Visit['said'][number]))
  ws.on('error', () => {})
  const say = (message: object) => ws.send(JSON.stringify(message))
  const query = new URL(url!, 'http://service').searchParams
  const since = query.get('since')?.split(':')[1]
  const standing = { epoch: 'e', seq: Number(since ?? 0) }
  const place = { company_id: 'c', branch_id: 'b', group: 'g' }
  return {
    ws,
    token: headers['sec-websocket-protocol']!.split(',')[1]!.trim(),
    query,
    said,
    say,
    greet() {
      say({ type: 'connection_established', ...place, ...standing })
      if (since) say({ type: 'position', ...standing })
    },
  }
}

/** An event as the scripted service sends it. */
export const event = (seq: number, type = 'order_created') => ({
  type,
  seq,
  id: `event-${seq}`,
  at: '2026-01-01T00:00:00.000Z',
  data: { company_id: 'c', branch_id: 'b' },
})

/** A token that says when it runs out. */
export function tokenFor(name: string, lifeMs: number): string {
  const claims = { sub: name, exp: (Date.now() + lifeMs) / 1000 }
  return `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`
}
