/** One `for await` over a connection. It has an item until it asks for the next one, so the position waits for it. */
export class Reader<T> implements AsyncIterator<T, undefined> {
  readonly #wanted: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void }[] =
    []
  readonly #onWant: () => void
  readonly #onEnd: (reader: Reader<T>) => void
  #release = () => {}
  #end: { error?: Error } | null = null

  /** @param onWant called when it is ready for an item */
  constructor(onWant: () => void, onEnd: (reader: Reader<T>) => void) {
    this.#onWant = onWant
    this.#onEnd = onEnd
  }

  next(): Promise<IteratorResult<T, undefined>> {
    this.#release()
    if (this.#end?.error) return Promise.reject(this.#end.error)
    if (this.#end) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#wanted.push({ resolve, reject })
      this.#onWant()
    })
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  get ready(): boolean {
    return this.#wanted.length > 0
  }

  /** Hands an item over; resolves when the reader is done with it. */
  take(item: T): Promise<void> {
    const done = new Promise<void>((resolve) => (this.#release = resolve))
    this.#wanted.shift()?.resolve({ done: false, value: item })
    return done
  }

  /** @param error what the loop throws; without one it just ends */
  end(error?: Error): void {
    if (this.#end) return
    this.#end = error ? { error } : {}
    this.#release()
    for (const { resolve, reject } of this.#wanted.splice(0)) {
      if (error) reject(error)
      else resolve({ done: true, value: undefined })
    }
    this.#onEnd(this)
  }
}
