/** Something that collects writes during a turn of the event loop. */
interface Flushable {
  flush(): void
}

/**
 * Joins the writes to a socket in one turn of the event loop, because each system call is expensive. A single write
 * leaves in the same turn, right after the network has been read.
 */
export class FlushScheduler {
  #due: Flushable[] = []
  #last: Flushable[] = []
  #scheduled = false

  /** Flushes at the end of this turn; called once per flushable and turn. */
  schedule(flushable: Flushable): void {
    this.#due.push(flushable)
    this.#wake()
  }

  /** Flushes after everything scheduled by `schedule`. */
  scheduleLast(flushable: Flushable): void {
    this.#last.push(flushable)
    this.#wake()
  }

  #wake(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const due = this.#due
      this.#due = []
      for (const flushable of due) flushable.flush()
      const last = this.#last
      this.#last = []
      for (const flushable of last) flushable.flush()
    })
  }
}
