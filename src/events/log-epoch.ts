import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { postgresError } from '../db/pg-errors.ts'

/**
 * The history of the database is epochWith by the epoch row and by PostgreSQL's timeline: a replica promoted without the
 * last commits gives their numbers out again.
 */
const epochWith = (timeline: SQL): SQL => sql`(select epoch from epoch) || ${timeline}`

/** From the best to the last: not every provider lets its users see the timeline. */
const epochExpressions: readonly SQL[] = [
  epochWith(sql`ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0')`),
  // as of the last checkpoint, so late by some seconds after a promotion
  epochWith(sql`upper(to_hex((select timeline_id from pg_control_checkpoint())))`),
  epochWith(sql`''`),
]

/** SQLSTATEs of a function that is forbidden, missing or not supported. */
const unsupported = new Set(['42501', '42883', '0A000'])

/** Asks the database something with an expression that names its history, in the best way it allows. */
export function createEpochQuery(): <T>(ask: (epoch: SQL) => Promise<T>) => Promise<T> {
  let allowed = 0
  return async (ask) => {
    for (let way = allowed; ; way++) {
      try {
        const answer = await ask(epochExpressions[way]!)
        allowed = way
        return answer
      } catch (error) {
        if (way + 1 === epochExpressions.length || !unsupported.has(postgresError(error)?.code ?? ''))
          throw error
      }
    }
  }
}
