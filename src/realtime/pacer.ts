/** Where paced frames go. */
interface Target {
  writeNow(bytes: Buffer): void
}

/** Waiting frames beyond which a burst is joined: what comes late helps nobody. */
const longestQueue = 50

/**
 * Writes what comes for a socket frame by frame, with a pause after each: a front end that keeps only the last message in
 * its state overlooks all but the last of those that arrive at once. The order stays. Nothing waits longer than fifty
 * pauses: beyond as many frames all that waits is written at once.
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

  /** Messages, a frame each. */
  push(frames: readonly Buffer[]): void {
    for (const frame of frames) this.#waiting.push(frame)
    if (this.#timer === undefined) this.#goOn()
    if (this.#waiting.length > longestQueue) this.flush()
  }

  /** A frame that no script sees, such as a ping: it keeps its place behind what waits, and costs no pause. */
  pushUnseen(frame: Buffer): void {
    const last = this.#waiting.pop()
    if (last) this.#waiting.push(Buffer.concat([last, frame]))
    else this.#target.writeNow(frame)
  }

  /** Writes all that waits. */
  flush(): void {
    const bytes = Buffer.concat(this.#waiting)
    this.stop()
    if (bytes.length === 0) return
    this.#target.writeNow(bytes)
    this.#writtenAt = performance.now()
  }

  /** Forgets what waits. */
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
    // looked at only now: this process may have been held up before the write
    this.#writtenAt = performance.now()
    if (this.#waiting.length > 0) this.#goOnIn(this.#gapMs)
  }

  #goOnIn(pauseMs: number): void {
    this.#timer = setTimeout(goOn, Math.ceil(pauseMs), this)
  }

  /** The pause is over. */
  static due(pacer: Pacer): void {
    pacer.#timer = undefined
    pacer.#goOn()
  }
}

/** One function for all: what is made per socket is kept per socket. */
const goOn = Pacer.due
