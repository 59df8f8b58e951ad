import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Group } from '../events/catalogue.ts'
import type { AuthenticatedClient } from './authentication.ts'
import * as messages from './protocol.ts'
import { closeCodes } from './close-codes.ts'
import type { CloseReason } from './close-codes.ts'
import type { CompanyListener, CompanyStreams } from './company-streams.ts'
import type { Follower, StreamListener } from './stream-follower.ts'
import { pingFrame, textFrame } from './frame.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { FlushScheduler } from './flush-scheduler.ts'
import { Pacer } from './pacer.ts'
import type { ResetReason } from './stream-state.ts'

/** How far a socket has read a stream from the log, in one history of the stream. */
export interface Cursor {
  readonly seq: number
  readonly generation: number
}

/** What all sockets of a process share. */
export interface ClientSocketDeps {
  flushScheduler: FlushScheduler
  metrics: RealtimeMetrics
  queueBytes: number
  messageBytes: number
  /** Limit of messages from a socket in a second; null for no limit. */
  messagesPerSecond: number | null
  /** Called when an open socket asks to resume. */
  onResume: (socket: ClientSocket, request: ResumeMessage) => void
  /** Called when an open socket sends a new token. */
  onRefresh: (socket: ClientSocket, token: string) => void
  /** Called for each message beyond the limit of a second. */
  onOverLimit: (socket: ClientSocket) => void
  /** Called when the company of a company-wide socket gets one more stream. */
  onStreamAdded: (socket: ClientSocket, follower: Follower) => void
  /** Called when a company without branches seems to have its first. */
  onFirstBranch: (socket: ClientSocket) => void
  /** Called when a socket has closed, by either side. */
  onClosed: (socket: ClientSocket) => void
}

export type ResumeMessage = Extract<messages.ClientMessage, { action: 'resume' }>

/** Messages up to this size are parsed even beyond the limit, so that a ping is always answered. */
const pingBytes = 64
const maxEarlyPings = 100
/** Writes are joined up to this many bytes. */
const joinedBytes = 65_536

/** One socket: bounds its writes, reads the client's messages and knows its streams. */
export class ClientSocket implements StreamListener, CompanyListener {
  readonly group: Group
  /** Set on authentication, and again with every new token. */
  authenticated: AuthenticatedClient | null = null
  stage: 'opening' | 'open' | 'closed' = 'opening'
  /** Empty until the socket is authenticated. */
  followers: Follower[] = []
  company: CompanyStreams | null = null
  /** Rises with every new replay; an older run then stops. */
  run = 0
  /** Streams it still reads from the log, with the number read last; it is attached to them later. */
  readonly cursors = new Map<Follower, Cursor>()
  /** A resume message that came before the greeting, and the function that waits for one. */
  resumeMessage: ResumeMessage | null = null
  onResumeMessage: (() => void) | null = null
  /** Whether the client wants to know when it has got all it missed. */
  tellsWhenCurrent = false
  /** Whether anything has been received since the last ping. */
  alive = true

  readonly #ws: WebSocket
  readonly #connection: Socket
  readonly #deps: ClientSocketDeps
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
    this.#ws = ws
    this.#connection = connection
    this.group = group
    this.#deps = deps
  }

  /** Bytes that the client has not read yet. */
  get queuedBytes(): number {
    return this.#connection.writableLength
  }

  /** The user of the socket; empty until it is authenticated. */
  get userId(): string {
    return this.authenticated?.userId ?? ''
  }

  /** Whether the client gets its position while its group has no events. */
  get sendsPositions(): boolean {
    return this.#sendsPositions
  }

  get closed(): boolean {
    return this.stage === 'closed'
  }

  /** Adds a pause between the messages to a client that may not know positions. */
  pace(gapMs: number): void {
    this.#pacer = new Pacer(gapMs, this)
  }

  /** For a client that knows positions: it gets every message without a pause. */
  enablePositions(): void {
    this.#sendsPositions = true
    this.#pacer?.flush()
    this.#pacer = null
  }

  /** Sends the first message; from here on events may be written to the socket. */
  open(firstMessage: string): void {
    this.stage = 'open'
    this.#deps.metrics.sockets.inc({ group: this.group })
    this.send(firstMessage)
    for (; this.#earlyPings > 0; this.#earlyPings--) this.send(messages.pong)
    if (this.#earlyToken !== null) this.#deps.onRefresh(this, this.#earlyToken)
    this.#earlyToken = null
  }

  send(message: string): void {
    this.write(textFrame(message))
  }

  /**
   * Writes whole frames. If the queue would exceed its limit, the socket is closed instead; the client returns and
   * reads the log.
   * @param frames the frames in the bytes
   */
  write(bytes: Buffer, frames: readonly Buffer[] = [bytes]): void {
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
    if (waiting > 0 && waiting + bytes.length > this.#deps.queueBytes) return this.close('slow_consumer')
    connection.write(bytes)
  }

  /** Writes as part of the joined write. */
  flush(): void {
    this.#corked = false
    this.#connection.uncork()
    if (this.stage === 'open' && this.#connection.writableLength > this.#deps.queueBytes)
      this.close('slow_consumer')
  }

  /** Resolves when the client has read the queue, or the socket is closed. */
  drained(): Promise<void> {
    const connection = this.#connection
    if (!connection.writableNeedDrain || connection.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        connection.off('drain', done)
        connection.off('close', done)
        resolve()
      }
      connection.on('drain', done)
      connection.on('close', done)
    })
  }

  ping(): void {
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
    const ignored = this.#deps.metrics.ignored
    const overLimit = this.#overLimit()
    if (overLimit) this.#deps.onOverLimit(this)
    if (isBinary) return ignored.inc({ reason: 'binary' })
    if (data.length > this.#deps.messageBytes) return ignored.inc({ reason: 'too_big' })
    if (overLimit && data.length > pingBytes) return ignored.inc({ reason: 'too_many' })
    const message = messages.readClientMessage(data.toString())
    if (!message) return ignored.inc({ reason: 'not_understood' })
    if (message.action === 'ping') return this.#onPing()
    if (overLimit) return ignored.inc({ reason: 'too_many' })
    if (message.action === 'refresh') return this.#onToken(message.token)
    this.#onResumeMessage(message)
  }

  /** Closes the socket with a code that tells the client what to do. */
  close(reason: CloseReason): void {
    if (reason !== 'slow_consumer') this.#pacer?.flush()
    if (this.stage === 'closed') return
    this.#end(closeCodes[reason].code)
    this.#ws.close(closeCodes[reason].code, reason)
  }

  /** Terminates a socket that no longer answers. */
  terminate(): void {
    this.#end(1006)
    this.#ws.terminate()
  }

  /** Called when the connection has closed. */
  connectionClosed(code: number): void {
    this.#end(code)
  }

  resync(follower: Follower, reason: ResetReason): void {
    this.#deps.metrics.resyncs.inc({ reason })
    this.send(messages.resyncRequired(reason, follower.epoch, this.standingOf([follower])))
  }

  streamAdded(follower: Follower): void {
    if (!this.authenticated?.companyWide) return this.#deps.onFirstBranch(this)
    this.followers.push(follower)
    this.#deps.onStreamAdded(this, follower)
  }

  /**
   * The positions of the socket in these streams: everything up to them has been sent, or is sent before anything
   * newer.
   */
  standingOf(followers: readonly Follower[]): messages.Standing {
    const reached = (follower: Follower) => this.cursors.get(follower)?.seq ?? follower.position
    if (!this.authenticated?.companyWide) return { seq: reached(followers[0]!) }
    return { positions: Object.fromEntries(followers.map((f) => [f.stream.streamId, reached(f)])) }
  }

  /** Sends the client its position, after everything written before. */
  sendPosition(): void {
    if (this.stage !== 'open' || this.followers.length === 0 || this.cursors.size > 0) return
    for (const follower of this.followers) follower.settle(this.group)
    this.send(messages.position(this.followers[0]!.epoch, this.standingOf(this.followers)))
  }

  get #writable(): boolean {
    return this.stage === 'open' && this.#ws.readyState === this.#ws.OPEN
  }

  /** Joins the writes of several streams in one turn into one system call. */
  #writeJoined(frames: Buffer): void {
    const connection = this.#connection
    if (this.#corked && connection.writableLength + frames.length > joinedBytes) {
      connection.uncork()
      if (connection.writableLength > this.#deps.queueBytes) return this.close('slow_consumer')
      connection.cork()
    }
    if (!this.#corked) {
      this.#corked = true
      connection.cork()
      this.#deps.flushScheduler.scheduleLast(this)
    }
    connection.write(frames)
  }

  #onPing(): void {
    if (this.stage === 'open') this.send(messages.pong)
    else if (this.#earlyPings < maxEarlyPings) this.#earlyPings++
  }

  #onToken(token: string): void {
    if (this.stage === 'open') this.#deps.onRefresh(this, token)
    else this.#earlyToken = token
  }

  #onResumeMessage(request: ResumeMessage): void {
    if (this.stage === 'open') return this.#deps.onResume(this, request)
    this.resumeMessage = request
    this.onResumeMessage?.()
  }

  #overLimit(): boolean {
    const { messagesPerSecond } = this.#deps
    if (messagesPerSecond === null) return false
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#secondBegan) {
      this.#secondBegan = second
      this.#messagesThisSecond = 0
    }
    return ++this.#messagesThisSecond > messagesPerSecond
  }

  #end(code: number): void {
    if (this.stage === 'closed') return
    this.#deps.metrics.closes.inc({ code })
    if (this.stage === 'open') this.#deps.metrics.sockets.dec({ group: this.group })
    this.stage = 'closed'
    this.#pacer?.stop()
    this.run++
    for (const follower of this.followers) follower.detach(this)
    this.company?.listeners.delete(this)
    this.onResumeMessage?.()
    this.#deps.onClosed(this)
  }
}
