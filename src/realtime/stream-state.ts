/**
 * The position of one follower in one stream and its reaction to every input: a pure state machine, with no I/O and no
 * clock. The caller carries out the effects, in order, and reports their results.
 *
 * Guarantee: it delivers the events of the stream after the position it went live at, each once, in order, without a
 * gap, until a `reset`. A reset says that the guarantee cannot be kept and from which position it continues.
 */
export class Stream<Event> {
  /** Number of the last event delivered, or of the one before the first delivery; −1 until the head is known. */
  position = -1
  /** Rises with every reset. Answers to older questions are ignored. */
  generation = 0
  epoch: string | null = null

  /** Highest number known to exist. */
  #wanted = -1
  /** Messages ahead of the position, in the order of their numbers. */
  #held: Held<Event>[] = []
  #heldEvents = 0
  #waiting = false
  /** Position at the start of the wait: if it has moved since, events do arrive, and the wait continues. */
  #waitedAt = -1
  #reading = false
  #readFor: 'hole' | 'head' = 'head'
  /** Number that the log should have had but did not: either trimmed or never committed. */
  #missing: number | null = null
  readonly #heldLimit: number

  /** @param heldLimit events kept while a gap is open; further events are read from the log */
  constructor(heldLimit = 1000) {
    this.#heldLimit = heldLimit
  }

  get live(): boolean {
    return this.position >= 0
  }

  /** What to remember when the head is asked for; passed to `head` with the answer. */
  ask(): Ask {
    return { position: this.position, generation: this.generation }
  }

  /** Input: the head of the stream in the database, read at some time after the ask. */
  head(epoch: string, head: number, ask: Ask): Effect<Event>[] {
    if (ask.generation !== this.generation) return []
    const changed = this.epoch !== epoch
    this.epoch = epoch
    if (!this.live) return this.#start(head)
    if (changed) return this.#reset('epoch_changed', head)
    // everything delivered was committed, so a head behind what was delivered before the ask means lost events
    if (head < ask.position) return this.#reset('head_behind', head)
    if (this.#missing !== null) {
      const trimmed = head >= this.#missing && head > this.position
      this.#missing = null
      if (trimmed) return this.#settle(this.#reset('log_trimmed', head, Math.max(head, this.#wanted)), true)
    }
    if (head > this.#wanted) this.#wanted = head
    return this.#settle([], false)
  }

  /**
   * Input: a message of the bus. It has events numbered from `first`, or none when the stream has grown to before
   * `first`.
   */
  message(first: number, events: readonly Event[]): Effect<Event>[] {
    const last = first + events.length - 1
    if (last <= this.position) return []
    if (last > this.#wanted) this.#wanted = last
    if (this.live && first <= this.position + 1 && events.length > 0) {
      return this.#settle([this.#deliver(first, events, 'message')], true)
    }
    this.#hold(first, events)
    return this.live ? this.#settle([], false) : []
  }

  /** Input: the wait is over. */
  waited(): Effect<Event>[] {
    this.#waiting = false
    if (this.#wanted <= this.position || this.#reading) return []
    if (this.position !== this.#waitedAt) return [this.#wait()]
    return [this.#read(this.#held.length > 0 ? 'hole' : 'head')]
  }

  /**
   * Input: a page of the log, read after the position of a `read`, with events numbered from `first`.
   * @param full whether more events may follow the page
   */
  page(generation: number, first: number, events: readonly Event[], full: boolean): Effect<Event>[] {
    if (generation !== this.generation) return []
    this.#reading = false
    const last = first + events.length - 1
    if (events.length === 0) return this.#emptyPage()
    if (first > this.position + 1) {
      const effects = this.#reset('log_trimmed', first - 1, Math.max(this.#wanted, last))
      effects.push(this.#deliver(first, events, this.#readFor))
      return this.#afterPage(effects, full)
    }
    if (last <= this.position) return this.#settle([], false)
    return this.#afterPage([this.#deliver(first, events, this.#readFor)], full)
  }

  /** Input: the log could not be read. The next head or message tries again. */
  readFailed(generation: number): Effect<Event>[] {
    if (generation === this.generation) this.#reading = false
    return []
  }

  #start(head: number): Effect<Event>[] {
    this.position = head
    if (this.#wanted < head) this.#wanted = head
    return this.#settle([{ kind: 'live', position: head }], false)
  }

  #afterPage(effects: Effect<Event>[], full: boolean): Effect<Event>[] {
    this.#drain(effects)
    if (!full || this.#wanted <= this.position) return this.#settle(effects, false)
    effects.push(this.#read(this.#readFor))
    return effects
  }

  #emptyPage(): Effect<Event>[] {
    if (this.#wanted <= this.position) return this.#settle([], false)
    this.#missing = this.#wanted
    this.#wanted = this.position
    this.#drop()
    return [{ kind: 'ask' }]
  }

  /** Delivers the new ones of events that begin at or before the next position. */
  #deliver(first: number, events: readonly Event[], by: Source): Effect<Event> {
    const passed = this.position + 1 - first
    const fresh = passed > 0 ? events.slice(passed) : events
    this.position = first + events.length - 1
    this.#missing = null
    if (this.#wanted < this.position) this.#wanted = this.position
    return { kind: 'deliver', first: this.position - fresh.length + 1, events: fresh, by }
  }

  #hold(first: number, events: readonly Event[]): void {
    if (events.length === 0 || this.#heldEvents + events.length > this.#heldLimit) return
    let at = this.#held.length
    while (at > 0 && this.#held[at - 1]!.first > first) at--
    this.#held.splice(at, 0, { first, events })
    this.#heldEvents += events.length
  }

  #drop(): void {
    this.#held = []
    this.#heldEvents = 0
  }

  /** Delivers the held messages that are next; true when there were any. */
  #drain(effects: Effect<Event>[]): boolean {
    let drained = false
    while (this.#held.length > 0 && this.#held[0]!.first <= this.position + 1) {
      const { first, events } = this.#held.shift()!
      this.#heldEvents -= events.length
      if (first + events.length - 1 <= this.position) continue
      effects.push(this.#deliver(first, events, 'message'))
      drained = true
    }
    return drained
  }

  /** Delivers held messages, then starts or stops the wait for missing ones. */
  #settle(effects: Effect<Event>[], delivered: boolean): Effect<Event>[] {
    if (this.#held.length > 0) {
      const drained = this.#drain(effects)
      // the gap is closed and this is another one: it gets its own wait
      if ((drained || delivered) && this.#held.length > 0) this.#waiting = false
    }
    if (this.#wanted <= this.position) {
      if (this.#waiting) {
        this.#waiting = false
        effects.push({ kind: 'stopWaiting' })
      }
    } else if (!this.#waiting && !this.#reading) {
      effects.push(this.#wait())
    }
    return effects
  }

  #wait(): Effect<Event> {
    this.#waiting = true
    this.#waitedAt = this.position
    return { kind: 'wait' }
  }

  #read(why: 'hole' | 'head'): Effect<Event> {
    this.#reading = true
    this.#readFor = why
    return { kind: 'read', after: this.position, why }
  }

  #reset(reason: ResetReason, position: number, wanted = position): Effect<Event>[] {
    this.generation++
    this.position = position
    this.#wanted = wanted
    this.#missing = null
    this.#reading = false
    const effects: Effect<Event>[] = []
    if (this.#waiting) effects.push({ kind: 'stopWaiting' })
    this.#waiting = false
    if (reason !== 'log_trimmed') this.#drop()
    effects.push({ kind: 'reset', reason, position })
    return effects
  }
}

/** Why a follower cannot continue from its position. */
export type ResetReason = 'epoch_changed' | 'head_behind' | 'log_trimmed'

/** How events came: by the bus, from the log because of a gap between messages, or because the head was ahead. */
export type Source = 'message' | 'hole' | 'head'

export interface Ask {
  readonly position: number
  readonly generation: number
}

/** Effects, in order. */
export type Effect<Event> =
  /** The position is known: listeners may join. */
  | { readonly kind: 'live'; readonly position: number }
  /** Hand these events to the listeners. */
  | {
      readonly kind: 'deliver'
      readonly first: number
      readonly events: readonly Event[]
      readonly by: Source
    }
  /** Call `waited` after the hole wait, counted from now, instead of any earlier wait. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'stopWaiting' }
  /** Read the log after this number and answer with `page` or `readFailed`; one read at a time. */
  | { readonly kind: 'read'; readonly after: number; readonly why: 'hole' | 'head' }
  /** Ask for the head and answer with `head`; if it cannot be asked, the next head check does. */
  | { readonly kind: 'ask' }
  /** The listeners must fetch everything again; events continue after the position. */
  | { readonly kind: 'reset'; readonly reason: ResetReason; readonly position: number }

interface Held<Event> {
  readonly first: number
  readonly events: readonly Event[]
}
