import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'

/**
 * The business day of a moment, as a date: by the clock on the wall in the zone of branch `b`, else of its company `c`. A
 * day begins at the first moment at which the wall shows the hour at which the branch begins its day, or, where that
 * hour is skipped in spring, a later one. Once begun it stays: an hour that the wall shows twice in autumn does not bring
 * the day before back. To be used in a statement that has `companies c left join branches b`.
 */
export const businessDayAt = (now: Date): SQL => {
  const at = sql`${now.toISOString()}::timestamptz`
  const byTheWall = sql`
    select z.*, ((${at} at time zone z.zone) - z.day_start)::date as day
    from (
      select coalesce(b.timezone, c.timezone) as zone,
        make_interval(mins => coalesce(b.day_start_minutes, 0)) as day_start
    ) as z`
  // of a time that comes twice PostgreSQL takes the later one
  const next = sql`
    select w.*, w.day + 1 + w.day_start as start, (w.day + 1 + w.day_start) at time zone w.zone as late
    from (${byTheWall}) as w`
  const turned = sql`
    select n.*, ((n.late - interval '3 hours') at time zone n.zone) + interval '3 hours'
      - (n.late at time zone n.zone) as turned_back
    from (${next}) as n`
  return sql`(
    select d.day + (d.turned_back > interval '0' and (d.late - d.turned_back) at time zone d.zone = d.start
      and ${at} >= d.late - d.turned_back)::int
    from (${turned}) as d)`
}
