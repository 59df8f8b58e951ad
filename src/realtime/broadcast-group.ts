import type { Counter } from 'prom-client'
import type { FlushScheduler } from './flush-scheduler.ts'

/** Gets the frames of a broadcast group. */
export interface Listener {
  /** @param frames that the bytes are made of */
  write(bytes: Buffer, frames: readonly Buffer[]): void
}

/** Frames are joined up to this many bytes, or one turn could join megabytes. */
const joinedBytes = 65_536

/**
 * The listeners of one group on one stream. They all get the same frames, so what one turn brings is joined once and
 * written to each.
 */
export class BroadcastGroup<L extends Listener> {
  readonly listeners = new Set<L>()
  readonly #flushScheduler: FlushScheduler
  readonly #delivered: Counter.Internal
  #frames: Buffer[] = []
  #bytes = 0
  #scheduled = false

  constructor(flushScheduler: FlushScheduler, delivered: Counter.Internal) {
    this.#flushScheduler = flushScheduler
    this.#delivered = delivered
  }

  get size(): number {
    return this.listeners.size
  }

  /** Adds a listener that gets what is pushed from now on. */
  add(listener: L): void {
    this.#write()
    this.listeners.add(listener)
  }

  /** Removes a listener; what is not written yet it does not get. */
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

  /** Writes what waits: whatever is sent to a listener by another way comes behind it. */
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
    for (const listener of this.listeners) listener.write(bytes, frames)
  }
}
