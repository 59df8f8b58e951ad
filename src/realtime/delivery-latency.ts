import type { Histogram } from 'prom-client'
import type { Clock } from '../lib/clock.ts'
import type { FlushScheduler } from './flush-scheduler.ts'

const mark = '"at":"'
/** `2024-01-01T12:00:00.000Z` */
const instantLength = 24

/** Measures the time from an event to its write to the sockets, once per turn of the event loop. */
export class DeliveryLatency {
  readonly #histogram: Histogram
  readonly #flushScheduler: FlushScheduler
  readonly #clock: Clock
  #moments: number[] = []

  constructor(histogram: Histogram, flushScheduler: FlushScheduler, clock: Clock) {
    this.#histogram = histogram
    this.#flushScheduler = flushScheduler
    this.#clock = clock
  }

  /** Records an event that is about to be written; its time stands in its message, before the data. */
  note(message: Buffer | string): void {
    const at = message.indexOf(mark) + mark.length
    const moment =
      typeof message === 'string'
        ? message.slice(at, at + instantLength)
        : message.toString('latin1', at, at + instantLength)
    if (this.#moments.push(Date.parse(moment)) === 1) this.#flushScheduler.scheduleLast(this)
  }

  /** Runs after the joined writes of a turn. */
  flush(): void {
    const now = this.#clock().getTime()
    // the clocks of two replicas may differ by more than the delivery takes
    for (const moment of this.#moments) this.#histogram.observe(Math.max(0, now - moment) / 1000)
    this.#moments = []
  }
}
