import { WebSocket } from 'ws'
import { createInbox } from './inbox.ts'
import type { Inbox, Message } from './inbox.ts'
import type { Teardown } from './teardown.ts'

export type { Message } from './inbox.ts'

export interface SocketOptions {
  /** Sent as `Sec-WebSocket-Protocol`. */
  protocols?: string[]
  headers?: Record<string, string>
  timeoutMs?: number
  /** Whether messages must have the shape of their type; not those of the bench. */
  checkMessages?: boolean
}

/** A WebSocket client that keeps everything it gets, and fails the test when a message has not the shape of its type. */
export interface TestSocket extends Inbox {
  /** The subprotocol the server chose. */
  readonly protocol: string
  /** Sends an object as JSON; text and bytes as they are. */
  send(message: object | string | Buffer): void
  /** A ping and its pong: whatever the server sent before has come by then. */
  pingPong(): Promise<Message>
  /** Waits for the end: who closed and why. */
  closed(): Promise<{ code: number; reason: string }>
  close(): Promise<void>
}

/** Opens a socket and resolves once the handshake is done; listens from before that, so that nothing is missed. */
export async function openSocket(
  t: Teardown,
  url: string,
  { protocols = [], headers = {}, timeoutMs = 10_000, checkMessages = true }: SocketOptions = {},
): Promise<TestSocket> {
  const ws = new WebSocket(url, protocols, { headers, handshakeTimeout: timeoutMs })
  const inbox = createInbox<{ code: number; reason: string }>(t, {
    timeoutMs,
    told: ({ code, reason }) => `${code} ${reason}`,
    checkMessages,
  })
  ws.on('message', (data: Buffer) => inbox.push(JSON.parse(data.toString()) as Message))
  ws.on('close', (code, reason) => inbox.end({ code, reason: reason.toString() }))

  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
  })
  ws.on('error', () => {})

  const socket: TestSocket = {
    messages: inbox.messages,
    next: inbox.next,
    take: inbox.take,
    rest: inbox.rest,
    closed: inbox.closed,
    protocol: ws.protocol,
    send(message) {
      ws.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
    },
    pingPong() {
      const pong = inbox.next('pong')
      socket.send({ action: 'ping' })
      return pong
    },
    async close() {
      if (inbox.ended) return
      const ended = inbox.closed()
      ws.close(1000)
      await ended.catch(() => ws.terminate())
    },
  }
  t.teardown(() => socket.close())
  return socket
}
