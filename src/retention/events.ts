import { startRetentionJob } from './job.ts'
import type { RetentionJob, RetentionOptions } from './job.ts'
import type { LogTrimmer } from './event-log-repository.ts'

interface Parts extends RetentionOptions {
  trimmer: LogTrimmer
  /** How long an event is kept at least. */
  retentionMs: number
}

/** Keeps the event log from growing: removes what clients can no longer ask for, from time to time, in small batches. */
export const startEventRetention = ({ trimmer, ...parts }: Parts): RetentionJob =>
  startRetentionJob({
    ...parts,
    what: 'events',
    trim: trimmer.trim,
    trimmed: {
      name: 'cafe_events_trimmed_total',
      help: 'Events removed from the log by this replica because they were older than EVENT_RETENTION.',
    },
    failures: {
      name: 'cafe_log_clean_up_failures_total',
      help: 'Clean-ups of the log that broke off; the next one goes on.',
    },
  })
