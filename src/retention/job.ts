import { setTimeout as delay } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Clock } from '../lib/clock.ts'
import type { Database } from '../db/database.ts'

/** Result of one batch. */
export type TrimmedBatch<Place> =
  /** Another replica holds the lock. */
  | 'busy'
  | {
      readonly removed: number
      /** Where the next batch starts; null when everything has been checked. */
      readonly next: Place | null
    }

/** Options that all retention jobs share. */
export interface RetentionDeps {
  /** Average time between two runs on one replica. */
  intervalMs: number
  clock: Clock
  log: BaseLogger
  registry: Registry
}

/** Options of a retention job for one table. */
export interface TableRetentionDeps extends RetentionDeps {
  database: Database
  /** Minimum age of a row before it is removed. */
  retentionMs: number
}

interface Deps<Place> extends RetentionDeps {
  /** Name of what is removed, for the log. */
  what: string
  /** Removes a small batch of older items, starting at a place (null: at the beginning). */
  trim: (olderThan: Date, from: Place | null) => Promise<TrimmedBatch<Place>>
  /** Minimum age of an item before it is removed. */
  retentionMs: number
  /** Counts removed items. */
  trimmed: Metric
  /** Counts failed runs. */
  failures: Metric
}

interface Metric {
  name: string
  help: string
}

export interface RetentionJob {
  /** Removes what is too old now. Resolves with the number removed here; early when another replica holds the lock. */
  cleanUp(): Promise<number>
  /** Stops the schedule; a current run ends after its batch. */
  stop(): Promise<void>
}

/** Pause between two batches, to limit the load on the database. */
const pauseMs = 20
/** Node.js fires a longer timer at once. */
const longestTimerMs = 2 ** 31 - 1

/** Removes old items periodically, in small batches, on one replica at a time. */
export function startRetentionJob<Place>(deps: Deps<Place>): RetentionJob {
  const { what, trim, retentionMs, intervalMs, clock, log, registry } = deps
  const trimmed = new Counter({ ...deps.trimmed, registers: [registry] })
  const failures = new Counter({ ...deps.failures, registers: [registry] })
  let timer: NodeJS.Timeout
  let stopped = false
  let running: Promise<number> | undefined

  const cleanUp = async (): Promise<number> => {
    const olderThan = new Date(clock().getTime() - retentionMs)
    let removed = 0
    for (let from: Place | null = null; !stopped;) {
      const batch: TrimmedBatch<Place> = await trim(olderThan, from)
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
    // random, so that replicas that started together do not run together
    timer = setTimeout(run, Math.min(intervalMs * (0.5 + Math.random()), longestTimerMs)).unref()
  }
  const run = async () => {
    try {
      const removed = await once()
      if (removed > 0) log.info({ removed }, `old ${what} removed`)
    } catch (error) {
      failures.inc()
      log.warn({ err: error }, `cannot remove old ${what}`)
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
