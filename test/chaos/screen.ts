import { WebSocket } from 'ws'
import type { Group } from '../../src/events/catalogue.ts'

/** What a screen looks at. */
export interface View {
  readonly group: Group
  readonly token: string
  /** A branch of a company that has several; null: all the token may see. */
  readonly branch: string | null
  /** Whether it follows all streams of a company that has branches. */
  readonly companyWide: boolean
}

/** What happens to screens, for the counts. */
export interface Watcher {
  event(delayMs: number, message: Message): void
  closed(code: number): void
  resync(reason: string): void
}

export interface Message {
  type: string
  seq?: number
  id?: string
  at?: string
  epoch?: string
  reason?: string
  branch_id?: string | null
  company_id?: string
  positions?: Record<string, number>
  data?: { branch_id?: string | null; company_id?: string }
}

/**
 * One client that keeps its last position and always comes back with it. It notes what it has got, and whatever breaks
 * the protocol: a repeat, a step back, a greeting at another position than it came with.
 */
export class Screen {
  readonly name: string
  readonly view: View
  /** Per stream: the number after which `received` begins. */
  readonly after = new Map<string, number>()
  /** Per stream: ids of the events since then, in the order they came. */
  readonly received = new Map<string, string[]>()
  /** Per stream: how far it has come. */
  readonly position = new Map<string, number>()
  readonly faults: string[] = []
  greeted = false
  /** Does not read, or catches up from then: its delays are its own. */
  stalled = false
  /** Where it is or tries to be. */
  target = ''
  readonly #targets: () => readonly string[]
  readonly #watcher: Watcher
  #preferred: number
  #attempts = 0
  #epoch: string | null = null
  #stream = ''
  /** Streams that were greeted elsewhere than expected: everything anew must follow. */
  #resyncDue = new Set<string>()
  #ws: WebSocket | null = null
  #again: NodeJS.Timeout | undefined
  #ended = false

  constructor(
    name: string,
    view: View,
    preferred: number,
    targets: () => readonly string[],
    watcher: Watcher,
  ) {
    this.name = name
    this.view = view
    this.#preferred = preferred
    this.#targets = targets
    this.#watcher = watcher
  }

  /** Whether it is where it likes to be. */
  get atHome(): boolean {
    const targets = this.#targets()
    return this.target === targets[this.#preferred % targets.length]
  }

  /** Before it connects: it has read a snapshot and wants what came after that. */
  startFrom({ epoch, stream, seq }: { epoch: string; stream: string; seq: number }): void {
    this.#epoch = epoch
    this.#stream = stream
    this.#startAfter(stream, seq)
  }

  connect(): void {
    const targets = this.#targets()
    this.target = targets[(this.#preferred + this.#attempts++) % targets.length]!
    const ws = new WebSocket(this.#address(), { handshakeTimeout: 15_000, perMessageDeflate: false })
    this.#ws = ws
    ws.on('open', () => this.#resumeCompany(ws))
    ws.on('message', (data: Buffer) => this.#ws === ws && this.#hear(JSON.parse(data.toString()) as Message))
    ws.on('error', () => {})
    ws.on('close', (code) => this.#ws === ws && this.#closed(code))
  }

  /** Breaks the connection off, as a network does. */
  cut(): void {
    const ws = this.#ws
    if (!ws) return
    this.#closed(1006)
    ws.terminate()
  }

  /**
   * Leaves the connection open but dead, and comes back by another, as a device does whose network was gone.
   * @returns what ends the dead one
   */
  vanish(): () => void {
    const ws = this.#ws
    ws?.pause()
    this.#closed(1006)
    return () => ws?.terminate()
  }

  stall(): void {
    this.stalled = true
    this.#ws?.pause()
  }

  read(): void {
    this.#ws?.resume()
  }

  /** From now on only what comes after these numbers counts. */
  begin(heads: ReadonlyMap<string, number>): void {
    for (const stream of this.after.keys()) this.after.set(stream, heads.get(stream) ?? 0)
    this.received.clear()
    this.stalled = false
  }

  end(): void {
    this.#ended = true
    clearTimeout(this.#again)
    this.#ws?.terminate()
  }

  #address(): string {
    const { group, token, branch, companyWide } = this.view
    const query = new URLSearchParams({ token })
    if (branch) query.set('branch_id', branch)
    if (companyWide) query.set('resume', this.#epoch ? '1' : '0')
    else if (this.#epoch) query.set('since', `${this.#epoch}:${this.position.get(this.#stream)}`)
    return `${this.target}/ws/cafe/${group}/?${query.toString()}`
  }

  #resumeCompany(ws: WebSocket): void {
    if (!this.view.companyWide || !this.#epoch) return
    const since = Object.fromEntries(this.position)
    ws.send(JSON.stringify({ action: 'resume', epoch: this.#epoch, since }))
  }

  #closed(code: number): void {
    this.#ws = null
    if (this.greeted) this.#watcher.closed(code)
    if (code === 4003 || code === 4004) this.#fault(`turned away with ${code}`)
    this.greeted = false
    this.#resyncDue.clear()
    if (this.#ended) return
    const waitMs = Math.min(1000, 20 * 2 ** Math.min(this.#attempts, 6)) * (0.5 + Math.random())
    this.#again = setTimeout(() => this.connect(), waitMs)
  }

  #hear(message: Message): void {
    if (message.type === 'connection_established') return this.#welcome(message)
    if (message.type === 'resync_required') return this.#startAnew(message)
    if (this.#resyncDue.size > 0)
      this.#fault(`greeted elsewhere, and no word of it: ${[...this.#resyncDue].join()}`)
    if (message.type === 'position') return this.#told(message)
    if (message.id !== undefined) this.#event(message)
  }

  #standing({ seq, positions }: Message): Map<string, number> {
    return new Map(positions ? Object.entries(positions) : [[this.#stream, seq!]])
  }

  #welcome(message: Message): void {
    this.greeted = true
    this.#attempts = 0
    this.#stream = message.branch_id ?? message.company_id!
    for (const [stream, seq] of this.#standing(message)) {
      const expected = this.position.get(stream)
      if (expected !== undefined && expected !== seq) this.#resyncDue.add(stream)
      else this.#startAfter(stream, seq)
    }
    this.#epoch = message.epoch!
  }

  /** A stream it has not known so far begins here. */
  #startAfter(stream: string, seq: number): void {
    if (!this.after.has(stream)) this.after.set(stream, seq)
    this.position.set(stream, seq)
  }

  #startAnew(message: Message): void {
    this.#watcher.resync(message.reason!)
    this.#epoch = message.epoch!
    for (const [stream, seq] of this.#standing(message)) {
      this.#resyncDue.delete(stream)
      this.after.set(stream, seq)
      this.position.set(stream, seq)
      this.received.set(stream, [])
    }
  }

  #told(message: Message): void {
    for (const [stream, seq] of this.#standing(message)) {
      if (seq < (this.position.get(stream) ?? 0)) this.#fault(`position goes back to ${seq} on ${stream}`)
      this.#startAfter(stream, seq)
    }
  }

  #event(message: Message): void {
    const { seq, id, data } = message
    const stream = data!.branch_id ?? data!.company_id!
    // a branch that came into being while it was open
    if (!this.after.has(stream)) this.after.set(stream, 0)
    const before = this.position.get(stream) ?? 0
    if (seq! <= before) this.#fault(`number ${seq} after ${before} on ${stream}`)
    this.position.set(stream, seq!)
    const list = this.received.get(stream)
    if (list) list.push(id!)
    else this.received.set(stream, [id!])
    if (!this.stalled) this.#watcher.event(Date.now() - Date.parse(message.at!), message)
  }

  #fault(what: string): void {
    if (this.faults.length < 5) this.faults.push(what)
  }
}
