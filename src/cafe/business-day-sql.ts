import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'

/**
 * The business day of a moment, as a date: in the zone of branch `b`, else of its company `c`, and from the hour at which
 * the branch begins its day. To be used in a statement that has `companies c left join branches b`.
 */
export const businessDayAt = (now: Date): SQL =>
  sql`((${now.toISOString()}::timestamptz at time zone coalesce(b.timezone, c.timezone))
    - make_interval(mins => coalesce(b.day_start_minutes, 0)))::date`
