import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Ask, Effect, Stream } from '../../src/realtime/stream-state.ts'

/**
 * A stream, its log, a bus that does anything to messages, and listeners, all held still: a history of commands moves
 * them one step at a time. `check` says whether every listener got what it was promised.
 */
export type Command =
  | { do: 'append'; events: number; publish: 'now' | 'late' | 'twice' | 'never' | 'doorbell' }
  /** Some message on its way arrives, not necessarily the oldest. */
  | { do: 'arrive'; which: number }
  | { do: 'waitOver' }
  | { do: 'answerRead'; fail: boolean }
  | { do: 'readLogNow' }
  | { do: 'answerAsk'; fail: boolean }
  | { do: 'readHeadNow' }
  | { do: 'headCheck' }
  | { do: 'join' }
  | { do: 'trim'; keep: number }
  /** The database comes back from an older backup: with another epoch, or with the same. */
  | { do: 'restore'; lose: number; epoch: boolean }

const small = fc.nat({ max: 5 })

export const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      events: fc.integer({ min: 1, max: 4 }),
      publish: fc.constantFrom('now', 'now', 'late', 'late', 'twice', 'never', 'doorbell'),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('arrive' as const), which: small }) },
  { weight: 3, arbitrary: fc.constant({ do: 'waitOver' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'readLogNow' as const }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answerRead' as const), fail: often(0.2) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'readHeadNow' as const }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answerAsk' as const), fail: often(0.2) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'headCheck' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'join' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trim' as const), keep: small }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restore' as const), lose: small, epoch: fc.boolean() }),
  },
)

function often(share: number): fc.Arbitrary<boolean> {
  return fc.nat({ max: 99 }).map((n) => n < share * 100)
}

/** An event, told apart from the one that had its number before the database was restored. */
export interface ModelEvent {
  seq: number
  history: number
}

interface Listener {
  /** What it got since it joined or was last told to fetch everything anew. */
  got: ModelEvent[]
  after: number
}

interface Ahead {
  first: number
  events: ModelEvent[]
}

const pageSize = 3

export class StreamModel {
  readonly stream: Stream<ModelEvent>
  readonly listeners: Listener[] = []
  #resets = 0
  /** Whether anything happened that may end in a reset. */
  #disturbed = false
  /** Everything committed, and the part of it that the log still keeps. */
  #committed: ModelEvent[] = []
  #log: ModelEvent[] = []
  #head = 0
  #epoch = 1
  #history = 1
  #onTheirWay: Ahead[] = []
  #waiting = false
  #read: { generation: number; after: number; answer?: ModelEvent[] } | null = null
  #asks: { ask: Ask; answer?: { epoch: string; head: number } }[] = []

  constructor(stream: Stream<ModelEvent>) {
    this.stream = stream
    this.#asks.push({ ask: stream.ask() })
  }

  run(command: Command): void {
    switch (command.do) {
      case 'append':
        return this.#append(command.events, command.publish)
      case 'arrive':
        return this.#arrive(command.which)
      case 'waitOver':
        return this.#waitOver()
      case 'readLogNow':
        return this.#readLog()
      case 'answerRead':
        return this.#answerRead(command.fail)
      case 'readHeadNow':
        return this.#readHead()
      case 'answerAsk':
        return this.#answerAsk(command.fail)
      case 'headCheck':
        return void this.#asks.push({ ask: this.stream.ask() })
      case 'join':
        if (this.stream.live) this.listeners.push({ got: [], after: this.stream.position })
        return
      case 'trim':
        this.#disturbed = true
        this.#log = this.#log.slice(Math.max(0, this.#log.length - command.keep))
        return
      case 'restore':
        return this.#restore(command.lose, command.epoch)
    }
  }

  /** Lets everything under way come to its end, and the head check run as it does every second. */
  quieten(): void {
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 40; i++) {
        this.#arrive(0)
        this.#waitOver()
        this.#readLog()
        this.#answerRead(false)
        this.#readHead()
        this.#answerAsk(false)
      }
      this.#asks.push({ ask: this.stream.ask() })
    }
  }

  check(): void {
    assert.equal(this.stream.position, this.#head, 'the follower stands at the head')
    for (const { got, after } of this.listeners) {
      assert.deepEqual(got, this.#committed.slice(after), 'every event after the start, in order, once')
    }
    assert.ok(this.#disturbed || this.#resets === 0, 'nobody is told to fetch everything anew without need')
    assert.ok(!this.#waiting && !this.#read, 'nothing waits any more')
  }

  #append(count: number, publish: 'now' | 'late' | 'twice' | 'never' | 'doorbell'): void {
    const first = this.#head + 1
    const events = Array.from({ length: count }, (_, i) => ({ seq: first + i, history: this.#history }))
    this.#log.push(...events)
    this.#committed.push(...events)
    this.#head += count
    if (publish === 'doorbell') this.#onTheirWay.push({ first: this.#head + 1, events: [] })
    if (publish === 'late' || publish === 'twice') this.#onTheirWay.push({ first, events })
    if (publish === 'now' || publish === 'twice') this.#carryOut(this.stream.message(first, events))
  }

  #arrive(which: number): void {
    if (this.#onTheirWay.length === 0) return
    const [message] = this.#onTheirWay.splice(which % this.#onTheirWay.length, 1)
    this.#carryOut(this.stream.message(message!.first, message!.events))
  }

  #waitOver(): void {
    if (!this.#waiting) return
    this.#waiting = false
    this.#carryOut(this.stream.waited())
  }

  /** The database looks now; the answer arrives later. */
  #readLog(): void {
    if (!this.#read || this.#read.answer) return
    const { after } = this.#read
    this.#read.answer = this.#log.filter((event) => event.seq > after).slice(0, pageSize)
  }

  #answerRead(fail: boolean): void {
    const read = this.#read
    if (!read || (!read.answer && !fail)) return
    this.#read = null
    if (fail) return this.#carryOut(this.stream.readFailed(read.generation))
    const page = read.answer!
    this.#carryOut(
      this.stream.page(read.generation, page[0]?.seq ?? read.after + 1, page, page.length === pageSize),
    )
  }

  #readHead(): void {
    const due = this.#asks.find((entry) => !entry.answer)
    if (due) due.answer = { epoch: String(this.#epoch), head: this.#head }
  }

  #answerAsk(fail: boolean): void {
    const at = fail ? 0 : this.#asks.findIndex((entry) => entry.answer)
    const [due] = at < 0 ? [] : this.#asks.splice(at, 1)
    if (due?.answer && !fail) this.#carryOut(this.stream.head(due.answer.epoch, due.answer.head, due.ask))
  }

  /**
   * Messages under way are lost with the old database; what was read from it may still arrive. Under the same epoch the
   * follower was at rest before, and has looked at the restored database before it is written to: a number given out
   * twice between two looks nobody can see, which is why restoring needs a new epoch. Before its first look a follower
   * cannot know of another history either; that moment is too short to restore a database in.
   */
  #restore(lose: number, newEpoch: boolean): void {
    if (!newEpoch || !this.stream.live) this.quieten()
    this.#disturbed = true
    this.#head = Math.max(0, this.#head - lose)
    this.#log = this.#log.filter((event) => event.seq <= this.#head)
    this.#committed = this.#committed.slice(0, this.#head)
    this.#history++
    this.#onTheirWay = []
    if (newEpoch) {
      this.#epoch++
      return
    }
    this.#asks = [{ ask: this.stream.ask() }]
    this.#readHead()
    this.#answerAsk(false)
  }

  #carryOut(effects: Effect<ModelEvent>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'deliver') this.#deliver(effect.first, effect.events)
      else if (effect.kind === 'wait') this.#waiting = true
      else if (effect.kind === 'stopWaiting') this.#waiting = false
      else if (effect.kind === 'ask') this.#asks.push({ ask: this.stream.ask() })
      else if (effect.kind === 'read') {
        assert.equal(this.#read, null, 'one read at a time')
        this.#read = { generation: this.stream.generation, after: effect.after }
      } else if (effect.kind === 'reset') this.#reset(effect.position)
    }
  }

  #deliver(first: number, events: readonly ModelEvent[]): void {
    events.forEach((event, i) =>
      assert.equal(event.seq, first + i, 'events carry the numbers they are given'),
    )
    for (const listener of this.listeners) listener.got.push(...events)
  }

  /** As sockets do: forget, fetch everything anew, go on after the position. */
  #reset(position: number): void {
    this.#resets++
    this.#read = null
    for (const listener of this.listeners) {
      listener.got = []
      listener.after = position
    }
  }
}
