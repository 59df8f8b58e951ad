import type { ServerResponse } from 'node:http'
import type { Group } from '../events/catalogue.ts'
import { typeAndSeqOf } from '../events/event-message.ts'
import { closeCodes } from './close-codes.ts'
import type { CloseReason } from './close-codes.ts'
import { messageIn } from './frame.ts'
import { writePosition } from './position.ts'
import { closing } from './protocol.ts'
import type { Follower } from './stream-follower.ts'
import { reachedIn, Subscriber } from './subscriber.ts'
import type { SubscriberDeps } from './subscriber.ts'
import { untilDrained } from './until-drained.ts'

/** What all event streams of a process share. */
export interface EventStreamDeps extends SubscriberDeps {
  queueBytes: number
}

/** How an event stream answers its request. */
export interface EventStreamReply {
  /** Sends the headers; from then on the response belongs to the stream. */
  begin(): ServerResponse
  /** Answers with an error instead. */
  refuse(reason: CloseReason): void
}

/** Milliseconds that a client may take to read the end of its stream. */
const closeTimeoutMs = 10_000
/** Shortest and longest pause before a browser returns: spread, so that not all return in the same second. */
const pauses = { no: [1000, 5000], 'at once': [1000, 5000], later: [5000, 30_000] } as const

const comment = ': ping\n\n'
/** Events as they are written, without the position: clients of a whole company have positions of their own. */
const written = new WeakMap<Buffer, { seq: number; text: string }>()

/**
 * One client of `text/event-stream` (HTML standard, 9.2): every message of a socket as an event of its type, with the
 * position after it as its id.
 */
export class EventStream extends Subscriber<EventStreamDeps> {
  readonly #reply: EventStreamReply
  #response: ServerResponse | null = null
  /** The numbers up to which each stream has been written. */
  readonly #reached = new Map<Follower, number>()

  constructor(reply: EventStreamReply, group: Group, deps: EventStreamDeps) {
    super(group, deps)
    this.#reply = reply
  }

  override get queuedBytes(): number {
    return this.#response?.writableLength ?? 0
  }

  override get sendsPositions(): boolean {
    return true
  }

  override open(hello: string): void {
    this.#response = this.#reply.begin()
    this.#response.write(`retry: ${pauseBefore('at once')}\n\n`)
    super.open(hello)
  }

  /** Writes a message that is no event: each of them tells the position. */
  override send(message: string): void {
    this.#noteStanding()
    const { type } = JSON.parse(message) as { type: string }
    this.#writeText(`id: ${this.#position()}\n${eventOf(type, message)}`)
  }

  override write(_bytes: Buffer, frames: readonly Buffer[], source: Follower): void {
    let text = ''
    for (const frame of frames) {
      const event = writtenOf(frame)
      this.#reached.set(source, event.seq)
      text += `id: ${this.#position()}\n${event.text}`
    }
    this.#writeText(text)
  }

  override drained(): Promise<void> {
    return this.#response ? untilDrained(this.#response) : Promise.resolve()
  }

  /** Keeps proxies from closing a quiet stream. There is no answer: TCP notices that the client has gone. */
  override ping(): void {
    this.alive = true
    this.#writeText(comment)
  }

  override close(reason: CloseReason): void {
    if (!this.end()) return
    const response = this.#response
    if (!response) return this.#reply.refuse(reason)
    const { code, reconnect } = closeCodes[reason]
    this.#count(code)
    response.end(`retry: ${pauseBefore(reconnect)}\n${eventOf('close', closing(code, reason))}`)
    const late = setTimeout(() => response.destroy(), closeTimeoutMs)
    response.once('close', () => clearTimeout(late))
  }

  override terminate(): void {
    if (this.end()) this.#count(1006)
    this.#response?.destroy()
  }

  #count(code: number): void {
    this.deps.metrics.streamCloses.inc({ code })
  }

  #writeText(text: string): void {
    const response = this.#response
    if (this.stage !== 'open' || !response) return
    const bytes = Buffer.from(text)
    const waiting = response.writableLength
    if (waiting > 0 && waiting + bytes.length > this.deps.queueBytes) return this.close('slow_consumer')
    response.write(bytes)
  }

  /** The streams that still read the log count as far as they have read; the others have written all they had. */
  #noteStanding(): void {
    for (const follower of this.#reached.keys())
      if (!this.followers.includes(follower)) this.#reached.delete(follower)
    this.settle()
    for (const follower of this.followers) this.#reached.set(follower, this.numberIn(follower))
  }

  #position(): string {
    const reached = [...this.#reached].map(([follower, seq]) => reachedIn(follower, seq))
    return writePosition(reached, this.authenticated!.companyWide)
  }
}

const eventOf = (type: string, message: string): string => `event: ${type}\ndata: ${message}\n\n`

function writtenOf(frame: Buffer): { seq: number; text: string } {
  let event = written.get(frame)
  if (!event) {
    const message = messageIn(frame)
    const { type, seq } = typeAndSeqOf(message)
    event = { seq, text: eventOf(type, message) }
    written.set(frame, event)
  }
  return event
}

function pauseBefore(reconnect: keyof typeof pauses): number {
  const [shortest, longest] = pauses[reconnect]
  return Math.round(shortest + Math.random() * (longest - shortest))
}
