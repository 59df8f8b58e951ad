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
export interface ClientSocketParts {
  flushScheduler: FlushScheduler
  metrics: RealtimeMetrics
  queueBytes: number
  messageBytes: number
  /** Messages a socket may send in a second; null for any number. */
  messagesPerSecond: number | null
  /** A socket that asks to resume, once it has been greeted. */
  onResume: (socket: ClientSocket, request: ResumeMessage) => void
  /** A socket that brings a new token, once it has been greeted. */
  onRefresh: (socket: ClientSocket, token: string) => void
  /** A socket that has said more than it may in this second, once per message. */
  onOverLimit: (socket: ClientSocket) => void
  /** A socket of a whole company, of which there is one more stream now. */
  onStreamAdded: (socket: ClientSocket, follower: Follower) => void
  /** A socket of a company without branches, which seems to have one now. */
  onFirstBranch: (socket: ClientSocket) => void
  /** A socket that has come to its end, whoever ended it. */
  onClosed: (socket: ClientSocket) => void
}

export type ResumeMessage = Extract<messages.ClientMessage, { action: 'resume' }>

/** Messages up to this size are looked at even beyond the limit: a ping is always answered. */
const pingBytes = 64
const maxEarlyPings = 100
/** Writes are joined up to this many bytes. */
const joinedBytes = 65_536

/** One socket: writes bounded, reads what the client says, and knows what it follows. */
export class ClientSocket implements StreamListener, CompanyListener {
  readonly group: Group
  /** Set when the socket is let in, and anew with every new token. */
  authenticated: AuthenticatedClient | null = null
  stage: 'opening' | 'open' | 'closed' = 'opening'
  /** What it follows; empty until it is let in. */
  followers: Follower[] = []
  company: CompanyStreams | null = null
  /** Rises when replaying starts anew: an older run then has nothing more to say. */
  run = 0
  /** Streams it is not yet attached to because it still reads the log, with the number read last. */
  readonly cursors = new Map<Follower, Cursor>()
  /** A request to resume that came before the greeting, and who waits for one. */
  resumeMessage: ResumeMessage | null = null
  onResumeMessage: (() => void) | null = null
  /** Whether anything was heard since the last ping. */
  alive = true

  readonly #ws: WebSocket
  readonly #connection: Socket
  readonly #parts: ClientSocketParts
  /** Of a client that knows nothing of positions. */
  #pacer: Pacer | null = null
  #sendsPositions = false
  #corked = false
  #earlyPings = 0
  #earlyToken: string | null = null
  #secondBegan = 0
  #messagesThisSecond = 0

  /** @param connection the connection under the WebSocket: frames that are built once are written to it as they are */
  constructor(ws: WebSocket, connection: Socket, group: Group, parts: ClientSocketParts) {
    this.#ws = ws
    this.#connection = connection
    this.group = group
    this.#parts = parts
  }

  /** Bytes that wait for the client to read on. */
  get queuedBytes(): number {
    return this.#connection.writableLength
  }

  /** Whose socket it is; empty until it is let in. */
  get userId(): string {
    return this.authenticated?.userId ?? ''
  }

  /** Whether it gets to know its position while its group is quiet. */
  get sendsPositions(): boolean {
    return this.#sendsPositions
  }

  get closed(): boolean {
    return this.stage === 'closed'
  }

  /** Has a pause between the messages to a client of which nothing more is known. */
  pace(gapMs: number): void {
    this.#pacer = new Pacer(gapMs, this)
  }

  /** The client knows of positions: it takes every message as it comes. */
  enablePositions(): void {
    this.#sendsPositions = true
    this.#pacer?.flush()
    this.#pacer = null
  }

  /** Sends the first message; from here on the socket may be written to. */
  open(firstMessage: string): void {
    this.stage = 'open'
    this.#parts.metrics.sockets.inc({ group: this.group })
    this.send(firstMessage)
    for (; this.#earlyPings > 0; this.#earlyPings--) this.send(messages.pong)
    if (this.#earlyToken !== null) this.#parts.onRefresh(this, this.#earlyToken)
    this.#earlyToken = null
  }

  send(message: string): void {
    this.write(textFrame(message))
  }

  /**
   * Writes whole frames. What would wait beyond the bound closes the socket instead: it comes back and reads the log.
   * @param frames that the bytes are made of
   */
  write(bytes: Buffer, frames: readonly Buffer[] = [bytes]): void {
    if (!this.#writable) return
    if (this.#pacer) this.#pacer.push(frames)
    else if (this.followers.length > 1) this.#writeJoined(bytes)
    else this.writeNow(bytes)
  }

  /** The same, past what waits for its turn. */
  writeNow(bytes: Buffer): void {
    if (!this.#writable) return
    const connection = this.#connection
    const waiting = connection.writableLength
    if (waiting > 0 && waiting + bytes.length > this.#parts.queueBytes) return this.close('slow_consumer')
    connection.write(bytes)
  }

  /** Part of the joined write. */
  flush(): void {
    this.#corked = false
    this.#connection.uncork()
    if (this.stage === 'open' && this.#connection.writableLength > this.#parts.queueBytes)
      this.close('slow_consumer')
  }

  /** Resolves when the client has read on, or the socket is gone. */
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

  /** Reads no further until told to: what the client sends meanwhile waits on its side. */
  pauseReading(): void {
    this.#ws.pause()
  }

  resumeReading(): void {
    this.#ws.resume()
  }

  receive(data: Buffer, isBinary: boolean): void {
    this.alive = true
    if (this.stage === 'closed') return
    const ignored = this.#parts.metrics.ignored
    const overLimit = this.#overLimit()
    if (overLimit) this.#parts.onOverLimit(this)
    if (isBinary) return ignored.inc({ reason: 'binary' })
    if (data.length > this.#parts.messageBytes) return ignored.inc({ reason: 'too_big' })
    if (overLimit && data.length > pingBytes) return ignored.inc({ reason: 'too_many' })
    const message = messages.readClientMessage(data.toString())
    if (!message) return ignored.inc({ reason: 'not_understood' })
    if (message.action === 'ping') return this.#onPing()
    if (overLimit) return ignored.inc({ reason: 'too_many' })
    if (message.action === 'refresh') return this.#onToken(message.token)
    this.#onResumeMessage(message)
  }

  /** Ends the socket with a code that tells the client what to do. */
  close(reason: CloseReason): void {
    if (reason !== 'slow_consumer') this.#pacer?.flush()
    if (this.stage === 'closed') return
    this.#end(closeCodes[reason].code)
    this.#ws.close(closeCodes[reason].code, reason)
  }

  /** Ends a socket that no longer answers. */
  terminate(): void {
    this.#end(1006)
    this.#ws.terminate()
  }

  /** The connection is gone. */
  connectionClosed(code: number): void {
    this.#end(code)
  }

  resync(follower: Follower, reason: ResetReason): void {
    this.#parts.metrics.resyncs.inc({ reason })
    this.send(messages.resyncRequired(reason, follower.epoch, this.standingOf([follower])))
  }

  streamAdded(follower: Follower): void {
    if (!this.authenticated?.companyWide) return this.#parts.onFirstBranch(this)
    this.followers.push(follower)
    this.#parts.onStreamAdded(this, follower)
  }

  /** Where the socket stands in these streams: what it has been sent, or will be before anything newer. */
  standingOf(followers: readonly Follower[]): messages.Standing {
    const reached = (follower: Follower) => this.cursors.get(follower)?.seq ?? follower.position
    if (!this.authenticated?.companyWide) return { seq: reached(followers[0]!) }
    return { positions: Object.fromEntries(followers.map((f) => [f.stream.streamId, reached(f)])) }
  }

  /** Tells the client how far it is, behind everything that came before. */
  sendPosition(): void {
    if (this.stage !== 'open' || this.followers.length === 0 || this.cursors.size > 0) return
    for (const follower of this.followers) follower.settle(this.group)
    this.send(messages.position(this.followers[0]!.epoch, this.standingOf(this.followers)))
  }

  get #writable(): boolean {
    return this.stage === 'open' && this.#ws.readyState === this.#ws.OPEN
  }

  /** News of several streams in one turn becomes one system call. */
  #writeJoined(frames: Buffer): void {
    const connection = this.#connection
    if (this.#corked && connection.writableLength + frames.length > joinedBytes) {
      connection.uncork()
      if (connection.writableLength > this.#parts.queueBytes) return this.close('slow_consumer')
      connection.cork()
    }
    if (!this.#corked) {
      this.#corked = true
      connection.cork()
      this.#parts.flushScheduler.scheduleLast(this)
    }
    connection.write(frames)
  }

  #onPing(): void {
    if (this.stage === 'open') this.send(messages.pong)
    else if (this.#earlyPings < maxEarlyPings) this.#earlyPings++
  }

  #onToken(token: string): void {
    if (this.stage === 'open') this.#parts.onRefresh(this, token)
    else this.#earlyToken = token
  }

  #onResumeMessage(request: ResumeMessage): void {
    if (this.stage === 'open') return this.#parts.onResume(this, request)
    this.resumeMessage = request
    this.onResumeMessage?.()
  }

  #overLimit(): boolean {
    const { messagesPerSecond } = this.#parts
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
    this.#parts.metrics.closes.inc({ code })
    if (this.stage === 'open') this.#parts.metrics.sockets.dec({ group: this.group })
    this.stage = 'closed'
    this.#pacer?.stop()
    this.run++
    for (const follower of this.followers) follower.detach(this)
    this.company?.listeners.delete(this)
    this.onResumeMessage?.()
    this.#parts.onClosed(this)
  }
}
