/** Something that gathers writes during a turn of the event loop. */
interface Gathering {
  flush(): void
}

/**
 * Joins what one turn of the event loop brings for a socket into one write: the system call is what costs. A lone write
 * leaves in the same turn, right after the network has been read.
 */
export class Outbox {
  #due: Gathering[] = []
  #last: Gathering[] = []
  #scheduled = false

  /** Flushes at the end of this turn; called once per gathering and turn. */
  schedule(gathering: Gathering): void {
    this.#due.push(gathering)
    this.#wake()
  }

  /** The same, after everything scheduled by `schedule`. */
  scheduleLast(gathering: Gathering): void {
    this.#last.push(gathering)
    this.#wake()
  }

  #wake(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const due = this.#due
      this.#due = []
      for (const gathering of due) gathering.flush()
      const last = this.#last
      this.#last = []
      for (const gathering of last) gathering.flush()
    })
  }
}
