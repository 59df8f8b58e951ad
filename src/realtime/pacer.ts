/** Receives paced frames. */
interface Target {
  writeNow(bytes: Buffer): void
}

/** Limit of waiting frames; beyond it all are written at once, because late messages are of no use. */
const longestQueue = 50

/**
 * Writes the messages to a socket one frame at a time, with a pause after each: a front end that keeps only the last
 * message in its state misses all but the last of several that arrive at once. The order is kept. No frame waits longer
 * than fifty pauses: with more frames than that, all waiting frames are written at once.
 */
export class Pacer {
  readonly #gapMs: number
  readonly #target: Target
  #waiting: Buffer[] = []
  #writtenAt = -Infinity
  #timer: NodeJS.Timeout | undefined

  constructor(gapMs: number, target: Target) {
    this.#gapMs = gapMs
    this.#target = target
  }

  /** Queues messages, one per frame. */
  push(frames: readonly Buffer[]): void {
    for (const frame of frames) this.#waiting.push(frame)
    if (this.#timer === undefined) this.#goOn()
    if (this.#waiting.length > longestQueue) this.flush()
  }

  /** Queues a frame that scripts do not see, such as a ping: it keeps its place in the order and needs no pause. */
  pushUnseen(frame: Buffer): void {
    const last = this.#waiting.pop()
    if (last) this.#waiting.push(Buffer.concat([last, frame]))
    else this.#target.writeNow(frame)
  }

  /** Writes all waiting frames. */
  flush(): void {
    const bytes = Buffer.concat(this.#waiting)
    this.stop()
    if (bytes.length === 0) return
    this.#target.writeNow(bytes)
    this.#writtenAt = performance.now()
  }

  /** Drops all waiting frames. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waiting = []
  }

  #goOn(): void {
    const pauseMs = this.#writtenAt + this.#gapMs - performance.now()
    if (pauseMs > 0) return this.#goOnIn(pauseMs)
    const frame = this.#waiting.shift()
    if (!frame) return
    this.#target.writeNow(frame)
    // read after the write: the process may have been delayed before it
    this.#writtenAt = performance.now()
    if (this.#waiting.length > 0) this.#goOnIn(this.#gapMs)
  }

  #goOnIn(pauseMs: number): void {
    this.#timer = setTimeout(goOn, Math.ceil(pauseMs), this)
  }

  /** Called when the pause is over. */
  static due(pacer: Pacer): void {
    pacer.#timer = undefined
    pacer.#goOn()
  }
}

/** One function for all pacers: a closure per socket would cost memory. */
const goOn = Pacer.due
