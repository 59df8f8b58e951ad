import type { BaseLogger } from 'pino'
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import { startCleanUp } from '../clean-up.ts'
import type { CleanUp } from '../clean-up.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { createKeyTrimmer } from './trim-store.ts'

interface Parts {
  database: Database
  /** How long an answer is kept at least. */
  retentionMs: number
  /** Between two clean-ups of one replica, on average. */
  intervalMs: number
  clock: Clock
  log: BaseLogger
  registry: Registry
}

/** Forgets answers that no client will ask for again, from time to time, in small batches. */
export const startKeyRetention = ({ database, registry, ...parts }: Parts): CleanUp =>
  startCleanUp({
    ...parts,
    what: 'idempotency keys',
    trim: createKeyTrimmer(database),
    trimmed: new Counter({
      name: 'cafe_idempotency_keys_trimmed_total',
      help: 'Kept answers removed by this replica because they were older than IDEMPOTENCY_RETENTION.',
      registers: [registry],
    }),
    failures: new Counter({
      name: 'cafe_idempotency_clean_up_failures_total',
      help: 'Clean-ups of kept answers that broke off; the next one goes on.',
      registers: [registry],
    }),
  })
