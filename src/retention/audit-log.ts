import { startRetentionJob } from './job.ts'
import type { RetentionJob, TableRetentionDeps } from './job.ts'
import { createAuditTrimmer } from './audit-log-repository.ts'

/** Removes audit entries older than the retention time. */
export const startAuditRetention = ({ database, ...deps }: TableRetentionDeps): RetentionJob =>
  startRetentionJob({
    ...deps,
    what: 'audit entries',
    trim: createAuditTrimmer(database),
    trimmed: {
      name: 'cafe_audit_entries_trimmed_total',
      help: 'Entries of the audit log that this replica removed because they were older than AUDIT_RETENTION.',
    },
    failures: {
      name: 'cafe_audit_clean_up_failures_total',
      help: 'Failed clean-ups of the audit log; the next one continues.',
    },
  })
