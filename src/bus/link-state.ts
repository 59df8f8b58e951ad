import type { BaseLogger } from 'pino'
import type { BusMetrics } from './metrics.ts'

/** Whether a bus is up. Every change goes to the listeners, the log and the metrics. */
export interface LinkState {
  readonly up: boolean
  set(up: boolean, why?: string): void
  onChange(listener: (up: boolean) => void): void
  close(): void
}

export function createLinkState(log: BaseLogger, metrics: BusMetrics): LinkState {
  const listeners: ((up: boolean) => void)[] = []
  let up = false
  let closed = false
  return {
    get up() {
      return up
    },
    set(now, why) {
      if (up === now || closed) return
      up = now
      metrics.up.set(now ? 1 : 0)
      if (!now) metrics.linkLosses.inc()
      if (now) log.info('bus link is up')
      else log.warn({ why }, 'bus link is down: events are found by the head check')
      for (const listener of listeners) listener(now)
    },
    onChange(listener) {
      listeners.push(listener)
    },
    close() {
      closed = true
    },
  }
}
