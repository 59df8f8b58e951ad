import type { BaseLogger } from 'pino'
import type { Bus } from '../bus/bus.ts'
import { groups } from '../events/catalogue.ts'
import type { Group } from '../events/catalogue.ts'
import type { Envelope } from '../events/envelope.ts'
import type { LoggedEvent } from '../events/log.ts'
import type { StreamKey } from '../events/stream-key.ts'
import { eventMessage } from '../events/event-message.ts'
import type { Span, Tracing } from '../tracing/tracing.ts'
import { BroadcastGroup } from './broadcast-group.ts'
import { PersonalGroup } from './personal-group.ts'
import type { PersonalListener } from './personal-group.ts'
import type { DeliveryLatency } from './delivery-latency.ts'
import { textFrame } from './frame.ts'
import type { LogPageLoader } from './log-page-loader.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { FlushScheduler } from './flush-scheduler.ts'
import { Stream } from './stream-state.ts'
import type { Ask, Effect, ResetReason, Source } from './stream-state.ts'

/** An event to deliver: its groups and the complete message. */
interface PassingEvent {
  readonly groups: number
  readonly message: Buffer | string
}

/** A listener of whole streams. */
export interface StreamListener extends PersonalListener<Follower> {
  readonly group: Group
  /** The listener must fetch everything again; events of the follower continue after its position. */
  resync(follower: Follower, reason: ResetReason): void
}

export interface FollowerDeps {
  bus: Bus
  /** Both calls are batched over all followers. */
  pageAfter: LogPageLoader['pageAfter']
  readHead: (stream: StreamKey) => Promise<{ epoch: string; head: number }>
  flushScheduler: FlushScheduler
  tracing: Tracing | null
  metrics: RealtimeMetrics
  latency: DeliveryLatency
  log: BaseLogger
  holeWaitMs: number
}

type Listeners = BroadcastGroup<Follower, StreamListener> | PersonalGroup<Follower, StreamListener>

/** Follows one stream for its sockets: carries out the effects of the state machine. */
export class Follower {
  readonly stream: StreamKey
  /** Resolves when the position is known; listeners may join from then on. */
  readonly live: Promise<void>
  /** Reason of the last reset. */
  lastReset: ResetReason = 'epoch_changed'
  readonly #deps: FollowerDeps
  readonly #machine = new Stream<PassingEvent>()
  readonly #broadcastGroups: Record<Group, Listeners>
  /** The same groups, each with its bit in an event's mask. */
  readonly #broadcastGroupList: { bit: number; broadcastGroup: Listeners }[]
  #acknowledged = false
  /** The head read last, and when it was asked for. */
  #knownHead = { head: -1, askedAt: -Infinity }
  #waiting: NodeJS.Timeout | undefined
  #moved: (() => void)[] = []
  #becameLive!: () => void
  #stopped = false

  constructor(stream: StreamKey, deps: FollowerDeps) {
    this.stream = stream
    this.#deps = deps
    const delivered = deps.metrics.delivered.labels()
    const { flushScheduler } = deps
    const broadcastGroup = (): Listeners => new BroadcastGroup(this, flushScheduler, delivered)
    this.#broadcastGroups = {
      orders: broadcastGroup(),
      tables: broadcastGroup(),
      kitchen: broadcastGroup(),
      notifications: new PersonalGroup(this, flushScheduler, delivered),
    }
    const names = Object.keys(this.#broadcastGroups) as Group[]
    this.#broadcastGroupList = names.map((name) => ({
      bit: groups[name],
      broadcastGroup: this.#broadcastGroups[name],
    }))
    this.live = new Promise((resolve) => (this.#becameLive = resolve))
  }

  /** Number of the last event delivered to the listeners. */
  get position(): number {
    return this.#machine.position
  }

  /** The history of the position. */
  get epoch(): string {
    return this.#machine.epoch ?? ''
  }

  /** Rises with every reset. */
  get generation(): number {
    return this.#machine.generation
  }

  /** Subscribes and reads the position. No event is missed, because the head is read after the acknowledgement. */
  start(): void {
    this.#deps.bus
      .subscribe(this.stream)
      // without the bus the head check finds new events, and the bus renews the subscription itself
      .catch(() => {})
      .then(() => {
        this.#acknowledged = true
        return this.readHead()
      })
      // the head check asks again
      .catch(() => {})
  }

  /** Whether a head may be used: one read before the acknowledgement would leave a gap after it. */
  get acknowledged(): boolean {
    return this.#acknowledged
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#waiting)
    this.#deps.bus.unsubscribe(this.stream)
    this.#hasMoved()
  }

  /** Adds a listener; it gets every event after the present position. */
  attach(listener: StreamListener): void {
    this.#broadcastGroups[listener.group].add(listener)
  }

  detach(listener: StreamListener): void {
    this.#broadcastGroups[listener.group].delete(listener)
  }

  /** Writes everything up to the position, so that a message about the position comes after it. */
  settle(group: Group): void {
    this.#broadcastGroups[group].settle()
  }

  ask(): Ask {
    return this.#machine.ask()
  }

  head(epoch: string, head: number, ask: Ask): void {
    this.#run(this.#machine.head(epoch, head, ask))
  }

  message(envelope: Envelope): void {
    const { first, events } = envelope
    if (envelope.trace && this.#deps.tracing) void this.#traceDelivery(envelope, envelope.trace)
    this.#run(this.#machine.message(first, events))
  }

  /** A span from the arrival of a message until all of its events have been written to the sockets here. */
  async #traceDelivery({ first, events }: Envelope, context: Buffer): Promise<void> {
    const last = first + events.length - 1
    const span = this.#deps.tracing!.follow(context, 'deliver', {
      ...this.#spanAttributes(),
      'messaging.batch.message_count': events.length,
      'cafe.event.first': first,
    })
    while (this.position < last && !this.#stopped) await this.#nextMove()
    this.#endWhenWritten(span)
  }

  #spanAttributes() {
    return {
      'cafe.company.id': this.stream.companyId,
      'messaging.destination.name': this.stream.streamId,
    }
  }

  /** Ends a span when everything up to the position has been written to the sockets here. */
  #endWhenWritten(span: Span): void {
    const sockets = this.#broadcastGroupList.reduce((sum, { broadcastGroup }) => sum + broadcastGroup.size, 0)
    span.add({ 'cafe.sockets': sockets })
    this.#deps.flushScheduler.scheduleLast({
      flush: () => span.end(this.#stopped ? 'nobody listens any more' : undefined),
    })
  }

  /** Reads the head from the database now. */
  async readHead(): Promise<number> {
    const ask = this.ask()
    const askedAt = performance.now()
    const { epoch, head } = await this.#deps.readHead(this.stream)
    this.head(epoch, head, ask)
    this.#knownHead = { head, askedAt }
    return head
  }

  /**
   * Waits until everything committed before a moment has been delivered here, so that a new listener begins after it.
   * @param moment of `performance.now()`
   */
  async caughtUpWith(moment: number): Promise<void> {
    const { head, askedAt } = this.#knownHead
    await this.reaches(askedAt >= moment ? head : await this.readHead())
  }

  /** Waits until the position has reached a number; false when the stream does not reach it. */
  async reaches(seq: number): Promise<boolean> {
    while (this.position < seq) {
      const moved = this.#nextMove()
      if ((await this.readHead()) < seq) return false
      if (this.position < seq) await moved
    }
    return true
  }

  #run(effects: Effect<PassingEvent>[]): void {
    for (const effect of effects) if (!this.#stopped) this.#carryOut(effect)
  }

  #carryOut(effect: Effect<PassingEvent>): void {
    switch (effect.kind) {
      case 'deliver':
        return this.#deliver(effect.events, effect.by)
      case 'wait':
        return this.#wait()
      case 'stopWaiting':
        return clearTimeout(this.#waiting)
      case 'read':
        return void this.#read(effect.after, effect.why)
      case 'ask':
        return void this.readHead().catch(() => {})
      case 'live':
        this.#becameLive()
        return this.#hasMoved()
      case 'reset':
        return this.#reset(effect.reason)
    }
  }

  #deliver(events: readonly PassingEvent[], by: Source): void {
    this.#deps.metrics.followedBy[by].inc(events.length)
    let first: Buffer | string | undefined
    for (const { groups: mask, message } of events) {
      let frame: Buffer | undefined
      for (const { bit, broadcastGroup } of this.#broadcastGroupList) {
        if ((mask & bit) === 0 || broadcastGroup.size === 0) continue
        frame ??= textFrame(message)
        first ??= message
        broadcastGroup.push(frame, message)
      }
    }
    if (first) this.#deps.latency.note(first)
    if (this.#moved.length > 0) this.#hasMoved()
  }

  #wait(): void {
    clearTimeout(this.#waiting)
    const waiting = setTimeout(() => {
      // one more turn of the event loop: messages that arrived while the process was busy are read first
      setImmediate(() => {
        if (this.#waiting === waiting) this.#run(this.#machine.waited())
      })
    }, this.#deps.holeWaitMs)
    waiting.unref()
    this.#waiting = waiting
  }

  async #read(after: number, why: 'hole' | 'head'): Promise<void> {
    const { pageAfter, tracing, log } = this.#deps
    const { generation } = this
    const span = tracing?.begin('repair', { ...this.#spanAttributes(), 'cafe.repair.reason': why })
    try {
      const page = await pageAfter({ ...this.stream, after })
      // events delivered meanwhile do not belong to this read, and after a reset none does
      const from = generation === this.generation ? this.position : Infinity
      const events = page.map((event) => ({ groups: event.groups, message: eventMessage(event) }))
      this.#run(this.#machine.page(generation, page[0]?.seq ?? after + 1, events, page.length > 0))
      if (span) this.#traceRepair(span, page, from)
    } catch (error) {
      span?.end((error as Error).name)
      log.warn({ err: error, ...this.stream }, 'cannot read the event log')
      this.#run(this.#machine.readFailed(generation))
    }
  }

  /** Adds to the span of a read which events it brought: those after a number. */
  #traceRepair(span: Span, page: readonly LoggedEvent[], from: number): void {
    const brought = page.filter(({ seq }) => seq > from)
    span.add({
      'messaging.batch.message_count': brought.length,
      'cafe.event.first': brought[0]?.seq,
      'cafe.event.ids': brought.map(({ id }) => id),
      'cafe.event.types': brought.map(({ type }) => type),
    })
    this.#endWhenWritten(span)
  }

  #reset(reason: ResetReason): void {
    this.lastReset = reason
    this.#deps.log.warn({ ...this.stream, reason, position: this.position }, 'stream was reset')
    for (const { broadcastGroup } of this.#broadcastGroupList) {
      broadcastGroup.settle()
      for (const listener of broadcastGroup.listeners) listener.resync(this, reason)
    }
    this.#hasMoved()
  }

  #nextMove(): Promise<void> {
    return new Promise((resolve) => this.#moved.push(resolve))
  }

  #hasMoved(): void {
    const moved = this.#moved
    this.#moved = []
    for (const resolve of moved) resolve()
  }
}
