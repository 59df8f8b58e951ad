import { startRetentionJob } from './job.ts'
import type { RetentionJob, RetentionDeps } from './job.ts'
import type { LogTrimmer } from './event-log-repository.ts'

interface Deps extends RetentionDeps {
  trimmer: LogTrimmer
  /** Minimum age of an event before it is removed. */
  retentionMs: number
}

/** Removes events older than the retention time: clients can no longer resume from them. */
export const startEventRetention = ({ trimmer, ...deps }: Deps): RetentionJob =>
  startRetentionJob({
    ...deps,
    what: 'events',
    trim: trimmer.trim,
    trimmed: {
      name: 'cafe_events_trimmed_total',
      help: 'Events that this replica removed from the log because they were older than EVENT_RETENTION.',
    },
    failures: {
      name: 'cafe_log_clean_up_failures_total',
      help: 'Failed clean-ups of the event log; the next one continues.',
    },
  })
