import { startRetentionJob } from './job.ts'
import type { RetentionJob, TableRetentionOptions } from './job.ts'
import { createKeyTrimmer } from './idempotency-keys-repository.ts'

/** Forgets answers that no client will ask for again, from time to time, in small batches. */
export const startKeyRetention = ({ database, ...parts }: TableRetentionOptions): RetentionJob =>
  startRetentionJob({
    ...parts,
    what: 'idempotency keys',
    trim: createKeyTrimmer(database),
    trimmed: {
      name: 'cafe_idempotency_keys_trimmed_total',
      help: 'Kept answers removed by this replica because they were older than IDEMPOTENCY_RETENTION.',
    },
    failures: {
      name: 'cafe_idempotency_clean_up_failures_total',
      help: 'Clean-ups of kept answers that broke off; the next one goes on.',
    },
  })
