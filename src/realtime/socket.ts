import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Group } from '../events/catalogue.ts'
import type { Admitted } from './authentication.ts'
import * as messages from './protocol.ts'
import { closeCodes } from './close-codes.ts'
import type { CloseReason } from './close-codes.ts'
import type { CompanyListener, CompanyWatch } from './company-streams.ts'
import type { Follower, StreamListener } from './stream-follower.ts'
import { pingFrame, textFrame } from './frame.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { Outbox } from './flush-scheduler.ts'
import { Pacer } from './pacer.ts'
import type { ResetReason } from './stream-state.ts'

/** How far a socket has read a stream from the log, in one history of the stream. */
export interface Cursor {
  readonly seq: number
  readonly generation: number
}

/** What all sockets of a process share. */
export interface SessionParts {
  outbox: Outbox
  metrics: RealtimeMetrics
  queueBytes: number
  messageBytes: number
  /** Messages a socket may send in a second; null for any number. */
  messagesPerSecond: number | null
  /** A socket that asks to resume, once it has been greeted. */
  onResume: (session: Session, wish: ResumeWish) => void
  /** A socket that brings a new token, once it has been greeted. */
  onRefresh: (session: Session, token: string) => void
  /** A socket that has said more than it may in this second, once per message. */
  onNoise: (session: Session) => void
  /** A socket of a whole company, of which there is one more stream now. */
  onStreamAdded: (session: Session, follower: Follower) => void
  /** A socket of a company without branches, which seems to have one now. */
  onFirstBranch: (session: Session) => void
  /** A socket that has come to its end, whoever ended it. */
  onGone: (session: Session) => void
}

export type ResumeWish = Extract<messages.ClientMessage, { action: 'resume' }>

/** Messages up to this size are looked at even beyond the limit: a ping is always answered. */
const pingBytes = 64
const maxEarlyPings = 100
/** Writes are joined up to this many bytes. */
const joinedBytes = 65_536

/** One socket: writes bounded, reads what the client says, and knows what it follows. */
export class Session implements StreamListener, CompanyListener {
  readonly group: Group
  /** Set when the socket is let in, and anew with every new token. */
  admitted: Admitted | null = null
  stage: 'opening' | 'open' | 'closed' = 'opening'
  /** What it follows; empty until it is let in. */
  followers: Follower[] = []
  watch: CompanyWatch | null = null
  /** Rises when replaying starts anew: an older run then has nothing more to say. */
  run = 0
  /** Streams it is not yet attached to because it still reads the log, with the number read last. */
  readonly cursors = new Map<Follower, Cursor>()
  /** A wish to resume that came before the greeting, and who waits for one. */
  resumeWish: ResumeWish | null = null
  onResumeWish: (() => void) | null = null
  /** Whether anything was heard since the last ping. */
  alive = true

  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #parts: SessionParts
  /** Of a client that knows nothing of positions. */
  #pacer: Pacer | null = null
  #toldPosition = false
  #corked = false
  #earlyPings = 0
  #earlyToken: string | null = null
  #secondBegan = 0
  #messagesThisSecond = 0

  /** @param socket the connection under the WebSocket: frames that are built once are written to it as they are */
  constructor(ws: WebSocket, socket: Socket, group: Group, parts: SessionParts) {
    this.#ws = ws
    this.#socket = socket
    this.group = group
    this.#parts = parts
  }

  /** Bytes that wait for the client to read on. */
  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  /** Whose socket it is; empty until it is let in. */
  get userId(): string {
    return this.admitted?.userId ?? ''
  }

  /** Whether it gets to know its position while its group is quiet. */
  get toldPosition(): boolean {
    return this.#toldPosition
  }

  get closed(): boolean {
    return this.stage === 'closed'
  }

  /** Has a pause between the messages to a client of which nothing more is known. */
  pace(gapMs: number): void {
    this.#pacer = new Pacer(gapMs, this)
  }

  /** The client knows of positions: it takes every message as it comes. */
  tellPositions(): void {
    this.#toldPosition = true
    this.#pacer?.flush()
    this.#pacer = null
  }

  /** Sends the first message; from here on the session may be written to. */
  greet(greeting: string): void {
    this.stage = 'open'
    this.#parts.metrics.sockets.inc({ group: this.group })
    this.send(greeting)
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
    const socket = this.#socket
    const waiting = socket.writableLength
    if (waiting > 0 && waiting + bytes.length > this.#parts.queueBytes) return this.close('slow_consumer')
    socket.write(bytes)
  }

  /** Part of the joined write. */
  flush(): void {
    this.#corked = false
    this.#socket.uncork()
    if (this.stage === 'open' && this.#socket.writableLength > this.#parts.queueBytes)
      this.close('slow_consumer')
  }

  /** Resolves when the client has read on, or the socket is gone. */
  drained(): Promise<void> {
    const socket = this.#socket
    if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done)
        socket.off('close', done)
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })
  }

  ping(): void {
    if (this.stage !== 'open') return
    if (this.#pacer) this.#pacer.pushUnseen(pingFrame)
    else this.#socket.write(pingFrame)
  }

  /** Reads no further until told to: what the client sends meanwhile waits on its side. */
  pauseReading(): void {
    this.#ws.pause()
  }

  resumeReading(): void {
    this.#ws.resume()
  }

  hear(data: Buffer, isBinary: boolean): void {
    this.alive = true
    if (this.stage === 'closed') return
    const ignored = this.#parts.metrics.ignored
    const beyond = this.#beyondLimit()
    if (beyond) this.#parts.onNoise(this)
    if (isBinary) return ignored.inc({ reason: 'binary' })
    if (data.length > this.#parts.messageBytes) return ignored.inc({ reason: 'too_big' })
    if (beyond && data.length > pingBytes) return ignored.inc({ reason: 'too_many' })
    const message = messages.readClientMessage(data.toString())
    if (!message) return ignored.inc({ reason: 'not_understood' })
    if (message.action === 'ping') return this.#answerPing()
    if (beyond) return ignored.inc({ reason: 'too_many' })
    if (message.action === 'refresh') return this.#broughtToken(message.token)
    this.#askedToResume(message)
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
  gone(code: number): void {
    this.#end(code)
  }

  resync(follower: Follower, reason: ResetReason): void {
    this.#parts.metrics.resyncs.inc({ reason })
    this.send(messages.resyncRequired(reason, follower.epoch, this.standingOf([follower])))
  }

  streamAdded(follower: Follower): void {
    if (!this.admitted?.companyWide) return this.#parts.onFirstBranch(this)
    this.followers.push(follower)
    this.#parts.onStreamAdded(this, follower)
  }

  /** Where the socket stands in these streams: what it has been sent, or will be before anything newer. */
  standingOf(followers: readonly Follower[]): messages.Standing {
    const reached = (follower: Follower) => this.cursors.get(follower)?.seq ?? follower.position
    if (!this.admitted?.companyWide) return { seq: reached(followers[0]!) }
    return { positions: Object.fromEntries(followers.map((f) => [f.stream.streamId, reached(f)])) }
  }

  /** Tells the client how far it is, behind everything that came before. */
  tellPosition(): void {
    if (this.stage !== 'open' || this.followers.length === 0 || this.cursors.size > 0) return
    for (const follower of this.followers) follower.settle(this.group)
    this.send(messages.position(this.followers[0]!.epoch, this.standingOf(this.followers)))
  }

  get #writable(): boolean {
    return this.stage === 'open' && this.#ws.readyState === this.#ws.OPEN
  }

  /** News of several streams in one turn becomes one system call. */
  #writeJoined(frames: Buffer): void {
    const socket = this.#socket
    if (this.#corked && socket.writableLength + frames.length > joinedBytes) {
      socket.uncork()
      if (socket.writableLength > this.#parts.queueBytes) return this.close('slow_consumer')
      socket.cork()
    }
    if (!this.#corked) {
      this.#corked = true
      socket.cork()
      this.#parts.outbox.scheduleLast(this)
    }
    socket.write(frames)
  }

  #answerPing(): void {
    if (this.stage === 'open') this.send(messages.pong)
    else if (this.#earlyPings < maxEarlyPings) this.#earlyPings++
  }

  #broughtToken(token: string): void {
    if (this.stage === 'open') this.#parts.onRefresh(this, token)
    else this.#earlyToken = token
  }

  #askedToResume(wish: ResumeWish): void {
    if (this.stage === 'open') return this.#parts.onResume(this, wish)
    this.resumeWish = wish
    this.onResumeWish?.()
  }

  #beyondLimit(): boolean {
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
    this.watch?.listeners.delete(this)
    this.onResumeWish?.()
    this.#parts.onGone(this)
  }
}
