import { WebSocket } from 'ws'
import { messageFault } from './messages.ts'
import type { Teardown } from './teardown.ts'

/** A message as it came; its fields are checked by the test that reads it. */
export type Message = { readonly type: string; readonly seq?: number } & Readonly<Record<string, unknown>>

export interface SocketOptions {
  /** Sent as `Sec-WebSocket-Protocol`. */
  protocols?: string[]
  headers?: Record<string, string>
  timeoutMs?: number
  /** Whether messages must have the shape of their type; not those of the bench. */
  checkMessages?: boolean
}

/** A WebSocket client that keeps everything it gets, and fails the test when a message has not the shape of its type. */
export interface TestSocket {
  /** Everything that has come, in order. */
  readonly messages: readonly Message[]
  /** The subprotocol the server chose. */
  readonly protocol: string
  /**
   * The next message that fits, among those that came after the one taken last; waits for it if need be. Without a
   * condition: the very next one. Fails after the time-out with what came instead.
   */
  next(fits?: string | ((message: Message) => boolean)): Promise<Message>
  /** The next `count` messages, whatever they are. */
  take(count: number): Promise<Message[]>
  /** Messages that have come and were not taken or passed over. */
  rest(): readonly Message[]
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
  const messages: Message[] = []
  const faults = new Set<string>()
  let taken = 0
  let end: { code: number; reason: string } | undefined
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watch of watchers) watch()
  }
  ws.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message
    const fault = checkMessages ? messageFault(message) : null
    if (fault) faults.add(fault)
    messages.push(message)
    changed()
  })
  ws.on('close', (code, reason) => {
    end = { code, reason: reason.toString() }
    changed()
  })

  /** Looks now and whenever something has happened; registered before it returns, so before anything is sent. */
  const until = <T>(look: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer)
        watchers.delete(watch)
        done()
      }
      const fail = (why: string) =>
        settle(() => reject(new Error(`${what}: ${why}; got ${JSON.stringify(messages.slice(taken))}`)))
      const watch = () => {
        const value = look()
        if (value !== undefined) settle(() => resolve(value))
        else if (end) fail(`closed with ${end.code} ${end.reason}`)
      }
      const timer = setTimeout(() => fail(`nothing for ${timeoutMs} ms`), timeoutMs)
      watchers.add(watch)
      watch()
    })

  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
  })
  ws.on('error', () => {})

  const socket: TestSocket = {
    messages,
    protocol: ws.protocol,
    next(fits = () => true) {
      const wanted = typeof fits === 'string' ? (message: Message) => message.type === fits : fits
      return until(
        () => {
          const index = messages.findIndex((message, i) => i >= taken && wanted(message))
          if (index < 0) return undefined
          taken = index + 1
          return messages[index]
        },
        typeof fits === 'string' ? fits : 'the next message',
      )
    },
    async take(count) {
      const first = taken
      await until(() => messages[first + count - 1], `${count} messages`)
      taken = first + count
      return messages.slice(first, taken)
    },
    rest: () => messages.slice(taken),
    send(message) {
      ws.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
    },
    pingPong() {
      const pong = socket.next('pong')
      socket.send({ action: 'ping' })
      return pong
    },
    closed: () => until(() => end, 'close'),
    async close() {
      if (end) return
      const ended = until(() => end, 'close')
      ws.close(1000)
      await ended.catch(() => ws.terminate())
    },
  }
  t.teardown(async () => {
    await socket.close()
    if (faults.size === 0) return
    const failure = `messages that are not as declared:\n${[...faults].join('\n')}`
    // an error would end the teardown, and leave the programs of the test running
    if (!t.fail) throw new Error(failure)
    t.fail(failure)
  })
  return socket
}
