import type { Counter } from 'prom-client'
import type { FlushScheduler } from './flush-scheduler.ts'

/** Receives the frames of a broadcast group. */
export interface Listener<Source> {
  /**
   * @param frames the frames in the bytes
   * @param source whose group it is
   */
  write(bytes: Buffer, frames: readonly Buffer[], source: Source): void
}

/** Limit, in bytes, of frames joined in one write. */
const joinedBytes = 65_536

/**
 * The listeners of one group on one stream. All get the same frames, so the frames of one turn are joined once and
 * written to each listener.
 */
export class BroadcastGroup<Source, L extends Listener<Source>> {
  readonly listeners = new Set<L>()
  readonly #source: Source
  readonly #flushScheduler: FlushScheduler
  readonly #delivered: Counter.Internal
  #frames: Buffer[] = []
  #bytes = 0
  #scheduled = false

  constructor(source: Source, flushScheduler: FlushScheduler, delivered: Counter.Internal) {
    this.#source = source
    this.#flushScheduler = flushScheduler
    this.#delivered = delivered
  }

  get size(): number {
    return this.listeners.size
  }

  /** Adds a listener; it gets what is pushed from now on. */
  add(listener: L): void {
    this.#write()
    this.listeners.add(listener)
  }

  /** Removes a listener; frames not written yet do not reach it. */
  delete(listener: L): void {
    this.listeners.delete(listener)
  }

  push(frame: Buffer, _message?: Buffer | string): void {
    this.#frames.push(frame)
    this.#bytes += frame.length
    if (this.#bytes >= joinedBytes) this.#write()
    else if (!this.#scheduled) {
      this.#scheduled = true
      this.#flushScheduler.schedule(this)
    }
  }

  flush(): void {
    this.#scheduled = false
    this.#write()
  }

  /** Writes the queued frames, so that what is sent to a listener directly comes after them. */
  settle(): void {
    this.#write()
  }

  #write(): void {
    const frames = this.#frames
    if (frames.length === 0) return
    const bytes = frames.length === 1 ? frames[0]! : Buffer.concat(frames, this.#bytes)
    this.#frames = []
    this.#bytes = 0
    this.#delivered.inc(frames.length * this.listeners.size)
    for (const listener of this.listeners) listener.write(bytes, frames, this.#source)
  }
}
