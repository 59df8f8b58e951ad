import { startRetentionJob } from './job.ts'
import type { RetentionJob, TableRetentionOptions } from './job.ts'
import { createNotificationTrimmer } from './notifications-repository.ts'

/** Forgets notifications that nobody looks for any more, from time to time, in small batches. */
export const startNotificationRetention = ({ database, ...parts }: TableRetentionOptions): RetentionJob =>
  startRetentionJob({
    ...parts,
    what: 'notifications',
    trim: createNotificationTrimmer(database),
    trimmed: {
      name: 'cafe_notifications_trimmed_total',
      help: 'Notifications removed by this replica because they were older than NOTIFICATION_RETENTION.',
    },
    failures: {
      name: 'cafe_notifications_clean_up_failures_total',
      help: 'Clean-ups of notifications that broke off; the next one goes on.',
    },
  })
