import { startRetentionJob } from './job.ts'
import type { RetentionJob, TableRetentionDeps } from './job.ts'
import { createNotificationTrimmer } from './notifications-repository.ts'

/** Removes notifications older than the retention time. */
export const startNotificationRetention = ({ database, ...deps }: TableRetentionDeps): RetentionJob =>
  startRetentionJob({
    ...deps,
    what: 'notifications',
    trim: createNotificationTrimmer(database),
    trimmed: {
      name: 'cafe_notifications_trimmed_total',
      help: 'Notifications that this replica removed because they were older than NOTIFICATION_RETENTION.',
    },
    failures: {
      name: 'cafe_notifications_clean_up_failures_total',
      help: 'Failed clean-ups of notifications; the next one continues.',
    },
  })
