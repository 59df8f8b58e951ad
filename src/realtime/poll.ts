import type { Group } from '../events/catalogue.ts'
import type { CloseReason } from './close-codes.ts'
import { messageIn } from './frame.ts'
import { writePosition } from './position.ts'
import { reachedIn, Subscriber } from './subscriber.ts'
import type { SubscriberDeps } from './subscriber.ts'

/** What a request for events is answered. */
export interface PollAnswer {
  readonly companyId: string
  readonly branchId: string | null
  /** Name of the group, as in the greeting of a socket. */
  readonly group: string
  /** Messages of events, in order. */
  readonly events: readonly string[]
  /** Everything up to here is in this answer or was in one before. */
  readonly position: string
  /** A message that the client must fetch everything again, if there is one. */
  readonly resync: string | null
}

/** The part of the greeting that the answer repeats. */
interface Hello {
  readonly company_id: string
  readonly branch_id: string | null
  readonly group: string
}

interface PollReply {
  answer(answer: PollAnswer): void
  refuse(reason: CloseReason): void
}

/**
 * One request that waits for events. It is answered at the end of the turn in which the first ones come, so that the
 * events of one action come together; a returning client gets at most one page of the log.
 */
export class Poll extends Subscriber {
  readonly #reply: PollReply
  #until: number
  #timer: NodeJS.Timeout | undefined
  #hello: Hello = { company_id: '', branch_id: null, group: '' }
  readonly #events: string[] = []
  #resync: string | null = null
  #ready = false

  /** @param waitMs how long it waits for an event */
  constructor(reply: PollReply, group: Group, deps: SubscriberDeps, waitMs: number) {
    super(group, deps)
    this.#reply = reply
    this.#until = performance.now() + waitMs
  }

  override get queuedBytes(): number {
    return 0
  }

  override get sendsPositions(): boolean {
    return false
  }

  /** Begins to wait: what is missed has been read. */
  wait(): void {
    if (this.closed || this.#ready) return
    const waitMs = this.#until - performance.now()
    if (waitMs <= 0) this.#finish()
    else this.#timer = setTimeout(() => this.#finish(), waitMs)
  }

  override send(message: string): void {
    const read = JSON.parse(message) as { type: string }
    if (read.type === 'connection_established') this.#hello = read as unknown as Hello
    if (read.type !== 'resync_required') return
    this.#resync = message
    this.#finishSoon()
  }

  override write(_bytes: Buffer, frames: readonly Buffer[]): void {
    for (const frame of frames) this.#events.push(messageIn(frame))
    this.#finishSoon()
  }

  override async drained(): Promise<void> {}

  /** The client has nothing to answer with. */
  override ping(): void {
    this.alive = true
  }

  override close(reason: CloseReason): void {
    // the client goes on from its position, on another replica or in another part of the café
    const goesOn = reason === 'restarting' || reason === 'scope_changed'
    if (goesOn && this.stage === 'open') this.#finish()
    else if (reason === 'restarting' && this.stage === 'opening') this.#until = 0
    else if (this.#leave()) this.#reply.refuse(reason)
  }

  override terminate(): void {
    this.#leave()
  }

  #finishSoon(): void {
    if (this.#ready) return
    this.#ready = true
    setImmediate(() => this.#finish())
  }

  #finish(): void {
    if (this.closed) return
    this.settle()
    const { companyWide } = this.authenticated!
    const reached = this.followers.map((follower) => reachedIn(follower, this.numberIn(follower)))
    const answer = {
      companyId: this.#hello.company_id,
      branchId: this.#hello.branch_id,
      group: this.#hello.group,
      events: this.#events,
      position: writePosition(reached, companyWide),
      resync: this.#resync,
    }
    this.#leave()
    this.#reply.answer(answer)
  }

  #leave(): boolean {
    clearTimeout(this.#timer)
    return this.end()
  }
}
