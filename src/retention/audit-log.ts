import { startRetentionJob } from './job.ts'
import type { RetentionJob, TableRetentionOptions } from './job.ts'
import { createAuditTrimmer } from './audit-log-repository.ts'

/** Forgets what was changed long ago, from time to time, in small batches. */
export const startAuditRetention = ({ database, ...parts }: TableRetentionOptions): RetentionJob =>
  startRetentionJob({
    ...parts,
    what: 'audit entries',
    trim: createAuditTrimmer(database),
    trimmed: {
      name: 'cafe_audit_entries_trimmed_total',
      help: 'Entries of the audit log removed by this replica because they were older than AUDIT_RETENTION.',
    },
    failures: {
      name: 'cafe_audit_clean_up_failures_total',
      help: 'Clean-ups of the audit log that broke off; the next one goes on.',
    },
  })
