import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import { startCleanUp } from '../clean-up.ts'
import type { CleanUp } from '../clean-up.ts'
import type { Clock } from '../clock.ts'
import type { LogTrimmer } from './log-trimmer.ts'

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

/** Keeps the event log from growing: removes what clients can no longer ask for, from time to time, in small batches. */
export const startRetention = ({ trimmer, registry, ...parts }: Parts): CleanUp =>
  startCleanUp({
    ...parts,
    what: 'events',
    trim: trimmer.trim,
    trimmed: new Counter({
      name: 'cafe_events_trimmed_total',
      help: 'Events removed from the log by this replica because they were older than EVENT_RETENTION.',
      registers: [registry],
    }),
    failures: new Counter({
      name: 'cafe_log_clean_up_failures_total',
      help: 'Clean-ups of the log that broke off; the next one goes on.',
      registers: [registry],
    }),
  })
