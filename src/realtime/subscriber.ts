import type { Gauge } from 'prom-client'
import type { Group } from '../events/catalogue.ts'
import type { AuthenticatedClient } from './authentication.ts'
import type { CloseReason } from './close-codes.ts'
import type { CompanyListener, CompanyStreams } from './company-streams.ts'
import { textFrame } from './frame.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { Reached } from './position.ts'
import * as messages from './protocol.ts'
import type { Follower, StreamListener } from './stream-follower.ts'
import type { ResetReason } from './stream-state.ts'

/** How far a subscriber has read a stream from the log, in one history of the stream. */
export interface Cursor {
  readonly seq: number
  readonly generation: number
}

/** What all subscribers of one kind share. */
export interface SubscriberDeps {
  metrics: RealtimeMetrics
  /** Counts the open ones by group. */
  opened: Gauge
  /** Called when the company of a company-wide subscriber gets one more stream. */
  onStreamAdded: (subscriber: Subscriber, follower: Follower) => void
  /** Called when a company without branches seems to have its first. */
  onFirstBranch: (subscriber: Subscriber) => void
  /** Called when it has ended, by either side. */
  onClosed: (subscriber: Subscriber) => void
}

export type ResumeMessage = Extract<messages.ClientMessage, { action: 'resume' }>

/**
 * A client that follows streams. The subclasses are the ways in which its messages travel: a WebSocket, an event stream,
 * or the answer of one waiting request.
 */
export abstract class Subscriber<Deps extends SubscriberDeps = SubscriberDeps>
  implements StreamListener, CompanyListener
{
  readonly group: Group
  /** Set on authentication, and again with every new token. */
  authenticated: AuthenticatedClient | null = null
  stage: 'opening' | 'open' | 'closed' = 'opening'
  /** Empty until it is authenticated. */
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
  /** Whether the client has shown since the last ping that it is there. */
  alive = true
  protected readonly deps: Deps

  constructor(group: Group, deps: Deps) {
    this.group = group
    this.deps = deps
  }

  /** Bytes that the client has not read yet. */
  abstract get queuedBytes(): number

  /** Whether the client gets its position while its group has no events. */
  abstract get sendsPositions(): boolean

  /**
   * Writes whole frames, of one stream or of none. If the queue would exceed its limit, the subscriber is closed instead;
   * the client returns and reads the log.
   * @param frames the frames in the bytes
   */
  abstract write(bytes: Buffer, frames?: readonly Buffer[], source?: Follower): void

  /** Resolves when the client has read the queue, or the subscriber is closed. */
  abstract drained(): Promise<void>

  abstract ping(): void

  /** Ends it with a reason that tells the client what to do. */
  abstract close(reason: CloseReason): void

  /** Ends it without a word. */
  abstract terminate(): void

  /** For a client that knows positions. */
  enablePositions(): void {}

  /** The user of the subscriber; empty until it is authenticated. */
  get userId(): string {
    return this.authenticated?.userId ?? ''
  }

  get closed(): boolean {
    return this.stage === 'closed'
  }

  /** Sends the first message; from here on events may be written. */
  open(firstMessage: string): void {
    this.stage = 'open'
    this.deps.opened.inc({ group: this.group })
    this.send(firstMessage)
  }

  send(message: string): void {
    this.write(textFrame(message))
  }

  resync(follower: Follower, reason: ResetReason): void {
    this.deps.metrics.resyncs.inc({ reason })
    this.send(messages.resyncRequired(reason, follower.epoch, this.standingOf([follower])))
  }

  streamAdded(follower: Follower): void {
    if (!this.authenticated?.companyWide) return this.deps.onFirstBranch(this)
    this.followers.push(follower)
    this.deps.onStreamAdded(this, follower)
  }

  /**
   * The positions of the subscriber in these streams: everything up to them has been sent, or is sent before anything
   * newer.
   */
  standingOf(followers: readonly Follower[]): messages.Standing {
    if (!this.authenticated?.companyWide) return { seq: this.numberIn(followers[0]!) }
    return { positions: Object.fromEntries(followers.map((f) => [f.stream.streamId, this.numberIn(f)])) }
  }

  /** The number of the same in one stream. */
  protected numberIn(follower: Follower): number {
    return this.cursors.get(follower)?.seq ?? follower.position
  }

  /** Sends the client its position, after everything written before. */
  sendPosition(): void {
    if (this.stage !== 'open' || this.followers.length === 0 || this.cursors.size > 0) return
    this.settle()
    this.send(messages.position(this.followers[0]!.epoch, this.standingOf(this.followers)))
  }

  /** Has everything written that its streams have delivered. */
  protected settle(): void {
    for (const follower of this.followers) follower.settle(this.group)
  }

  /** Leaves its streams; false when it has left already. */
  protected end(): boolean {
    if (this.stage === 'closed') return false
    if (this.stage === 'open') this.deps.opened.dec({ group: this.group })
    this.stage = 'closed'
    this.run++
    for (const follower of this.followers) follower.detach(this)
    this.company?.listeners.delete(this)
    this.onResumeMessage?.()
    this.deps.onClosed(this)
    return true
  }
}

/** How far a client has come in a stream, for the text of its position. */
export const reachedIn = ({ stream, epoch }: Follower, seq: number): Reached => ({
  streamId: stream.streamId,
  epoch,
  seq,
})
