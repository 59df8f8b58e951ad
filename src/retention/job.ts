import { setTimeout as delay } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Clock } from '../lib/clock.ts'
import type { Database } from '../db/database.ts'

/** What one batch of a clean-up did. */
export type TrimmedBatch<Place> =
  /** Another replica is at it. */
  | 'busy'
  | {
      readonly removed: number
      /** Where the next batch goes on; null when everything has been looked at. */
      readonly next: Place | null
    }

/** What all clean-ups of a replica share. */
export interface RetentionOptions {
  /** Between two clean-ups of one replica, on average. */
  intervalMs: number
  clock: Clock
  log: BaseLogger
  registry: Registry
}

/** What a clean-up of one table needs. */
export interface TableRetentionOptions extends RetentionOptions {
  database: Database
  /** How long a row is kept at least. */
  retentionMs: number
}

interface Parts<Place> extends RetentionOptions {
  /** What is removed, in the words of the log. */
  what: string
  /** Removes a small batch of what is older, from a place on (null: from the start). */
  trim: (olderThan: Date, from: Place | null) => Promise<TrimmedBatch<Place>>
  /** How long a thing is kept at least. */
  retentionMs: number
  /** Counts what was removed. */
  trimmed: Metric
  /** Counts the clean-ups that broke off. */
  failures: Metric
}

interface Metric {
  name: string
  help: string
}

export interface RetentionJob {
  /** Removes what is too old now; how much was removed here. Resolves early when another replica is at it. */
  cleanUp(): Promise<number>
  /** Ends the clean-up under way after its batch. */
  stop(): Promise<void>
}

/** The database breathes between two batches. */
const pauseMs = 20
/** Node runs a longer timer at once. */
const longestTimerMs = 2 ** 31 - 1

/** Removes what is too old from time to time, in small batches, on one replica at a time. */
export function startRetentionJob<Place>(parts: Parts<Place>): RetentionJob {
  const { what, trim, retentionMs, intervalMs, clock, log, registry } = parts
  const trimmed = new Counter({ ...parts.trimmed, registers: [registry] })
  const failures = new Counter({ ...parts.failures, registers: [registry] })
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
    // replicas that started together do not clean up together
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
