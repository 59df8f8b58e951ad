import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { postgresError } from '../db/pg-errors.ts'

/**
 * The epoch consists of the epoch row and PostgreSQL's timeline: a standby promoted without the last commits reuses their
 * numbers.
 */
const epochWith = (timeline: SQL): SQL => sql`(select epoch from epoch) || ${timeline}`

/** In order of preference: not every provider allows access to the timeline. */
const epochExpressions: readonly SQL[] = [
  epochWith(sql`ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0')`),
  // as of the last checkpoint, so it changes some seconds after a promotion
  epochWith(sql`upper(to_hex((select timeline_id from pg_control_checkpoint())))`),
  epochWith(sql`''`),
]

/** SQLSTATEs of a function that is forbidden, missing or not supported. */
const unsupported = new Set(['42501', '42883', '0A000'])

/** Runs a query with an SQL expression for the epoch: the best one that the database allows. */
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
