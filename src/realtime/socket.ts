import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Group } from '../events/catalogue.ts'
import * as messages from './protocol.ts'
import { closeCodes } from './close-codes.ts'
import type { CloseReason } from './close-codes.ts'
import { pingFrame } from './frame.ts'
import type { FlushScheduler } from './flush-scheduler.ts'
import { Pacer } from './pacer.ts'
import { Subscriber } from './subscriber.ts'
import type { ResumeMessage, SubscriberDeps } from './subscriber.ts'
import { untilDrained } from './until-drained.ts'

/** What all sockets of a process share. */
export interface ClientSocketDeps extends SubscriberDeps {
  flushScheduler: FlushScheduler
  queueBytes: number
  messageBytes: number
  /** Limit of messages from a socket in a second; null for no limit. */
  messagesPerSecond: number | null
  /** Called when an open socket asks to resume. */
  onResume: (socket: Subscriber, request: ResumeMessage) => void
  /** Called when an open socket sends a new token. */
  onRefresh: (socket: Subscriber, token: string) => void
  /** Called for each message beyond the limit of a second. */
  onOverLimit: (socket: ClientSocket) => void
}

/** Messages up to this size are parsed even beyond the limit, so that a ping is always answered. */
const pingBytes = 64
const maxEarlyPings = 100
/** Writes are joined up to this many bytes. */
const joinedBytes = 65_536

/** One socket: bounds its writes and reads the client's messages. */
export class ClientSocket extends Subscriber<ClientSocketDeps> {
  readonly #ws: WebSocket
  readonly #connection: Socket
  /** For a client without positions. */
  #pacer: Pacer | null = null
  #sendsPositions = false
  #corked = false
  #earlyPings = 0
  #earlyToken: string | null = null
  #secondBegan = 0
  #messagesThisSecond = 0

  /** @param connection the connection under the WebSocket: ready-made frames are written to it directly */
  constructor(ws: WebSocket, connection: Socket, group: Group, deps: ClientSocketDeps) {
    super(group, deps)
    this.#ws = ws
    this.#connection = connection
  }

  override get queuedBytes(): number {
    return this.#connection.writableLength
  }

  override get sendsPositions(): boolean {
    return this.#sendsPositions
  }

  /** Adds a pause between the messages to a client that may not know positions. */
  pace(gapMs: number): void {
    this.#pacer = new Pacer(gapMs, this)
  }

  /** For a client that knows positions: it gets every message without a pause. */
  override enablePositions(): void {
    this.#sendsPositions = true
    this.#pacer?.flush()
    this.#pacer = null
  }

  override open(firstMessage: string): void {
    super.open(firstMessage)
    for (; this.#earlyPings > 0; this.#earlyPings--) this.send(messages.pong)
    if (this.#earlyToken !== null) this.deps.onRefresh(this, this.#earlyToken)
    this.#earlyToken = null
  }

  override write(bytes: Buffer, frames: readonly Buffer[] = [bytes]): void {
    if (!this.#writable) return
    if (this.#pacer) this.#pacer.push(frames)
    else if (this.followers.length > 1) this.#writeJoined(bytes)
    else this.writeNow(bytes)
  }

  /** Writes whole frames at once, without the pacer. */
  writeNow(bytes: Buffer): void {
    if (!this.#writable) return
    const connection = this.#connection
    const waiting = connection.writableLength
    if (waiting > 0 && waiting + bytes.length > this.deps.queueBytes) return this.close('slow_consumer')
    connection.write(bytes)
  }

  /** Writes as part of the joined write. */
  flush(): void {
    this.#corked = false
    this.#connection.uncork()
    if (this.stage === 'open' && this.#connection.writableLength > this.deps.queueBytes)
      this.close('slow_consumer')
  }

  override drained(): Promise<void> {
    return untilDrained(this.#connection)
  }

  override ping(): void {
    if (this.stage !== 'open') return
    if (this.#pacer) this.#pacer.pushUnseen(pingFrame)
    else this.#connection.write(pingFrame)
  }

  /** Stops reading until resumed: messages wait on the client's side. */
  pauseReading(): void {
    this.#ws.pause()
  }

  resumeReading(): void {
    this.#ws.resume()
  }

  receive(data: Buffer, isBinary: boolean): void {
    this.alive = true
    if (this.stage === 'closed') return
    const ignored = this.deps.metrics.ignored
    const overLimit = this.#overLimit()
    if (overLimit) this.deps.onOverLimit(this)
    if (isBinary) return ignored.inc({ reason: 'binary' })
    if (data.length > this.deps.messageBytes) return ignored.inc({ reason: 'too_big' })
    if (overLimit && data.length > pingBytes) return ignored.inc({ reason: 'too_many' })
    const message = messages.readClientMessage(data.toString())
    if (!message) return ignored.inc({ reason: 'not_understood' })
    if (message.action === 'ping') return this.#onPing()
    if (overLimit) return ignored.inc({ reason: 'too_many' })
    if (message.action === 'refresh') return this.#onToken(message.token)
    this.#onResumeMessage(message)
  }

  override close(reason: CloseReason): void {
    if (reason !== 'slow_consumer') this.#pacer?.flush()
    if (this.stage === 'closed') return
    this.#end(closeCodes[reason].code)
    this.#ws.close(closeCodes[reason].code, reason)
  }

  override terminate(): void {
    this.#end(1006)
    this.#ws.terminate()
  }

  /** Called when the connection has closed. */
  connectionClosed(code: number): void {
    this.#end(code)
  }

  get #writable(): boolean {
    return this.stage === 'open' && this.#ws.readyState === this.#ws.OPEN
  }

  /** Joins the writes of several streams in one turn into one system call. */
  #writeJoined(frames: Buffer): void {
    const connection = this.#connection
    if (this.#corked && connection.writableLength + frames.length > joinedBytes) {
      connection.uncork()
      if (connection.writableLength > this.deps.queueBytes) return this.close('slow_consumer')
      connection.cork()
    }
    if (!this.#corked) {
      this.#corked = true
      connection.cork()
      this.deps.flushScheduler.scheduleLast(this)
    }
    connection.write(frames)
  }

  #onPing(): void {
    if (this.stage === 'open') this.send(messages.pong)
    else if (this.#earlyPings < maxEarlyPings) this.#earlyPings++
  }

  #onToken(token: string): void {
    if (this.stage === 'open') this.deps.onRefresh(this, token)
    else this.#earlyToken = token
  }

  #onResumeMessage(request: ResumeMessage): void {
    if (this.stage === 'open') return this.deps.onResume(this, request)
    this.resumeMessage = request
    this.onResumeMessage?.()
  }

  #overLimit(): boolean {
    const { messagesPerSecond } = this.deps
    if (messagesPerSecond === null) return false
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#secondBegan) {
      this.#secondBegan = second
      this.#messagesThisSecond = 0
    }
    return ++this.#messagesThisSecond > messagesPerSecond
  }

  #end(code: number): void {
    if (this.closed) return
    this.deps.metrics.closes.inc({ code })
    this.#pacer?.stop()
    this.end()
  }
}
