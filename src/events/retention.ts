import { setTimeout as delay } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Clock } from '../clock.ts'
import type { LogTrimmer } from './log-trimmer.ts'
import type { StreamKey } from './stream-key.ts'

interface Parts {
  trimmer: LogTrimmer
  /** How long an event is kept at least. */
  retentionMs: number
  /** Between two clean-ups of one replica, on average. */
  intervalMs: number
  clock: Clock
  log: BaseLogger
  registry: Registry
}

export interface Retention {
  /** Removes what is too old now; the number of events removed here. Resolves early when another replica is at it. */
  cleanUp(): Promise<number>
  /** Ends the clean-up under way after its batch. */
  stop(): Promise<void>
}

/** The database breathes between two batches. */
const pauseMs = 20
/** Node runs a longer timer at once. */
const longestTimerMs = 2 ** 31 - 1

/** Keeps the event log from growing: removes what clients can no longer ask for, from time to time, in small batches. */
export function startRetention({ trimmer, retentionMs, intervalMs, clock, log, registry }: Parts): Retention {
  const trimmed = new Counter({
    name: 'cafe_events_trimmed_total',
    help: 'Events removed from the log by this replica because they were older than EVENT_RETENTION.',
    registers: [registry],
  })
  const failures = new Counter({
    name: 'cafe_log_clean_up_failures_total',
    help: 'Clean-ups of the log that broke off; the next one goes on.',
    registers: [registry],
  })
  let timer: NodeJS.Timeout
  let stopped = false
  let running: Promise<number> | undefined

  const cleanUp = async (): Promise<number> => {
    const olderThan = new Date(clock().getTime() - retentionMs)
    let removed = 0
    for (let from: StreamKey | null = null; !stopped;) {
      const batch = await trimmer.trim(olderThan, from)
      if (batch === 'busy') break
      removed += batch.removed
      trimmed.inc(batch.removed)
      if (batch.next === null) break
      from = batch.next
      await delay(pauseMs)
    }
    return removed
  }
  const once = () => (running ??= cleanUp().finally(() => (running = undefined)))

  const schedule = () => {
    // replicas that started together do not clean up together
    timer = setTimeout(run, Math.min(intervalMs * (0.5 + Math.random()), longestTimerMs)).unref()
  }
  const run = async () => {
    try {
      const removed = await once()
      if (removed > 0) log.info({ removed }, 'old events removed from the log')
    } catch (error) {
      failures.inc()
      log.warn({ err: error }, 'cannot clean up the event log')
    }
    if (!stopped) schedule()
  }
  schedule()

  return {
    cleanUp: once,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running?.catch(() => {})
    },
  }
}
