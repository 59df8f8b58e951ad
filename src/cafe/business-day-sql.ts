import { and, sql } from 'drizzle-orm'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { Scope } from '../accounts/actor.ts'
import type { Span } from '../http/time-range.ts'

/**
 * The moment at which a business day begins by the clock of the branch, or of the company for all of it; `later` counts
 * days from there.
 */
const dayStart = ({ companyId, branchId }: Scope, day: string, later = 0): SQL => sql`(
  select (${day}::date + ${later}::int + make_interval(mins => coalesce(b.day_start_minutes, 0)))
    at time zone coalesce(b.timezone, c.timezone)
  from companies c left join branches b on b.company_id = c.id and b.id = ${branchId}::uuid
  where c.id = ${companyId}::uuid)`

/** Rows of a span by the moment they were written, for what has no business day of its own. */
export const writtenIn = (
  scope: Scope,
  at: SQLWrapper,
  { firstDay, lastDay, from, before }: Span,
): SQL | undefined =>
  and(
    firstDay ? sql`${at} >= ${dayStart(scope, firstDay)}` : undefined,
    lastDay ? sql`${at} < ${dayStart(scope, lastDay, 1)}` : undefined,
    from ? sql`${at} >= ${from.toISOString()}::timestamptz` : undefined,
    before ? sql`${at} < ${before.toISOString()}::timestamptz` : undefined,
  )

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
