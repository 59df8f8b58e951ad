import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import { startCleanUp } from '../../clean-up.ts'
import type { CleanUp } from '../../clean-up.ts'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/database.ts'
import { createNotificationTrimmer } from './trim-store.ts'

interface Parts {
  database: Database
  /** How long a notification is kept at least. */
  retentionMs: number
  /** Between two clean-ups of one replica, on average. */
  intervalMs: number
  clock: Clock
  log: BaseLogger
  registry: Registry
}

/** Forgets notifications that nobody looks for any more, from time to time, in small batches. */
export const startNotificationRetention = ({ database, registry, ...parts }: Parts): CleanUp =>
  startCleanUp({
    ...parts,
    what: 'notifications',
    trim: createNotificationTrimmer(database),
    trimmed: new Counter({
      name: 'cafe_notifications_trimmed_total',
      help: 'Notifications removed by this replica because they were older than NOTIFICATION_RETENTION.',
      registers: [registry],
    }),
    failures: new Counter({
      name: 'cafe_notifications_clean_up_failures_total',
      help: 'Clean-ups of notifications that broke off; the next one goes on.',
      registers: [registry],
    }),
  })
