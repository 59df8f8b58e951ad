import { and, sql } from 'drizzle-orm'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { Scope } from '../accounts/actor.ts'
import type { Span } from '../http/time-range.ts'

/** The instant at which a business day begins in the time zone of the branch, or of the company; `later` adds days. */
const dayStart = ({ companyId, branchId }: Scope, day: string, later = 0): SQL => sql`(
  select (${day}::date + ${later}::int + make_interval(mins => coalesce(b.day_start_minutes, 0)))
    at time zone coalesce(b.timezone, c.timezone)
  from companies c left join branches b on b.company_id = c.id and b.id = ${branchId}::uuid
  where c.id = ${companyId}::uuid)`

/** Filters rows by creation time, for tables without a business day. */
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
 * The business day of a moment, as a date: by local time in the zone of branch `b`, else of its company `c`. A day
 * begins when local time first reaches the hour at which the branch begins its day, or a later hour if that one is
 * skipped in spring. An hour that occurs twice in autumn does not return to the day before. For use in a statement
 * that has `companies c left join branches b`.
 */
export const businessDayAt = (now: Date): SQL => {
  const at = sql`${now.toISOString()}::timestamptz`
  const byTheWall = sql`
    select z.*, ((${at} at time zone z.zone) - z.day_start)::date as day
    from (
      select coalesce(b.timezone, c.timezone) as zone,
        make_interval(mins => coalesce(b.day_start_minutes, 0)) as day_start
    ) as z`
  // PostgreSQL takes the later of two equal local times
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
