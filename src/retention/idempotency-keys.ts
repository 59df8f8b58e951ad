import { startRetentionJob } from './job.ts'
import type { RetentionJob, TableRetentionDeps } from './job.ts'
import { createKeyTrimmer } from './idempotency-keys-repository.ts'

/** Removes saved answers older than the retention time. */
export const startKeyRetention = ({ database, ...deps }: TableRetentionDeps): RetentionJob =>
  startRetentionJob({
    ...deps,
    what: 'idempotency keys',
    trim: createKeyTrimmer(database),
    trimmed: {
      name: 'cafe_idempotency_keys_trimmed_total',
      help: 'Stored answers that this replica removed because they were older than IDEMPOTENCY_RETENTION.',
    },
    failures: {
      name: 'cafe_idempotency_clean_up_failures_total',
      help: 'Failed clean-ups of stored answers; the next one continues.',
    },
  })
