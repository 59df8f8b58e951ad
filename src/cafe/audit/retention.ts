import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import { startCleanUp } from '../../clean-up.ts'
import type { CleanUp } from '../../clean-up.ts'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/database.ts'
import { createAuditTrimmer } from './trim-store.ts'

interface Parts {
  database: Database
  /** How long an entry is kept at least. */
  retentionMs: number
  /** Between two clean-ups of one replica, on average. */
  intervalMs: number
  clock: Clock
  log: BaseLogger
  registry: Registry
}

/** Forgets what was changed long ago, from time to time, in small batches. */
export const startAuditRetention = ({ database, registry, ...parts }: Parts): CleanUp =>
  startCleanUp({
    ...parts,
    what: 'audit entries',
    trim: createAuditTrimmer(database),
    trimmed: new Counter({
      name: 'cafe_audit_entries_trimmed_total',
      help: 'Entries of the audit log removed by this replica because they were older than AUDIT_RETENTION.',
      registers: [registry],
    }),
    failures: new Counter({
      name: 'cafe_audit_clean_up_failures_total',
      help: 'Clean-ups of the audit log that broke off; the next one goes on.',
      registers: [registry],
    }),
  })
