import { and, eq, gte, isNull, lte, ne, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import { branches, companies, orderArchive, refunds } from '../../db/schema/index.ts'
import { within } from '../scope-sql.ts'

/** First and last business day of a report, both inclusive, and the part of each that counts. */
export interface Days {
  readonly from: string
  readonly to: string
  /** Local time of the branch, `18:30`, inclusive. */
  readonly timeFrom?: string
  /** Local time, inclusive; if before `timeFrom`, it is on the next morning. */
  readonly timeTo?: string
}

/** Bills of these days in the actor's scope. Lines merged into another order count there. */
export const billsOf = (scope: Scope, days: Days): SQL =>
  and(
    within(scope, orderArchive),
    isNull(orderArchive.mergedInto),
    gte(orderArchive.businessDay, days.from),
    lte(orderArchive.businessDay, days.to),
    atTime(days),
  )!

/** Bills whose order was taken at that time of day, local time of its branch. */
function atTime({ timeFrom, timeTo }: Days): SQL | undefined {
  if (timeFrom === undefined && timeTo === undefined) return undefined
  const { companyId, branchId, createdAt } = orderArchive
  const clock = sql`date_trunc('minute', ${createdAt} at time zone (
    select coalesce(b.timezone, c.timezone) from ${companies} c
    left join ${branches} b on b.company_id = c.id and b.id = ${branchId} where c.id = ${companyId}))::time`
  const since = timeFrom === undefined ? undefined : sql`${clock} >= ${timeFrom}::time`
  const until = timeTo === undefined ? undefined : sql`${clock} <= ${timeTo}::time`
  const isOverMidnight = timeFrom !== undefined && timeTo !== undefined && timeFrom > timeTo
  return isOverMidnight ? or(since, until) : and(since, until)
}

/** A bill is a sale when it is closed, or settled while its order is open: prepaid or on debt. */
export const isSale: SQL = and(
  ne(orderArchive.status, 'cancelled'),
  or(eq(orderArchive.status, 'closed'), ne(orderArchive.paymentMethod, '')),
)!

/** Quantity of a bill's line, in the unit of its price. */
const inOneUnit = sql`case line->>'saleUnit' when 'kg' then 1000::numeric else 1 end`

/** Total of a bill's line, in minor units: `totalOf` (src/cafe/quantities.ts) in SQL. */
const totalOf = sql`case line->>'saleUnit'
  when 'kg' then div((line->>'price')::numeric * (line->>'quantity')::numeric + 500, 1000)
  else (line->>'price')::numeric * (line->>'quantity')::numeric end`

/** Pieces of a bill's line; a weighed dish is one. */
export const piecesOf = sql`case when line->>'saleUnit' in ('kg', 'g') then 1 else (line->>'quantity')::numeric end`

/**
 * Lines of the sales with amounts in minor units: `gross`, `net` (its share of the bill after discount) and
 * `refunded` (refunds of the line, and its share of refunds without a line). The lines of a bill add up to the bill,
 * because shares use the largest remainder method, as in `prorate`.
 */
export const soldLines = (scope: Scope, days: Days): SQL => {
  const lines = sql`
    select o.id as bill, o.created_at, o.refunded_amount * 100 as bill_refunded,
      (o.total_amount - o.discount_amount) * 100 as final, place,
      (line->>'id')::uuid as id, (line->>'menuItemId')::uuid as menu_item, line->>'title' as title,
      (line->>'quantity')::numeric / ${inOneUnit} as quantity, ${inOneUnit} as in_one,
      coalesce(line->>'saleUnit', 'pcs') as sale_unit, ${totalOf} as gross
    from (select * from ${orderArchive} where ${billsOf(scope, days)} and ${isSale}) as o
    cross join lateral jsonb_array_elements(o.lines) with ordinality as l (line, place)`
  const returned = sql`
    select n.*, coalesce(r.amount, 0) as returned, coalesce(r.units, 0) / n.in_one as refunded_quantity,
      n.net - coalesce(r.amount, 0) as kept,
      n.bill_refunded - sum(coalesce(r.amount, 0)) over (partition by n.bill) as just_so
    from (${shared(lines, { amount: 'final', weight: 'gross', group: 'bill', order: 'place', as: 'net' })}) as n
    left join (
      select order_id, order_item_id, sum(amount) * 100 as amount, sum(quantity) as units
      from ${refunds} where company_id = ${scope.companyId}::uuid and order_item_id is not null
        and order_id in (select id from ${orderArchive} where ${billsOf(scope, days)} and ${isSale})
      group by order_id, order_item_id
    ) as r on r.order_id = n.bill and r.order_item_id = n.id`
  const parts = { amount: 'just_so', weight: 'kept', group: 'bill', order: 'place', as: 'share_of_refunds' }
  return sql`select s.*, s.returned + s.share_of_refunds as refunded from (${shared(returned, parts)}) as s`
}

interface Shares {
  /** Columns of the rows: the amount, the weight, the group of rows, and the order of equal remainders. */
  readonly amount: string
  readonly weight: string
  readonly group: string
  readonly order: string
  /** Name of the column the shares get. */
  readonly as: string
}

/**
 * Divides an amount among the rows of a group by largest remainder. It is `prorate` in SQL, so that a year of bills
 * stays in the database. `numeric`, because products of two amounts exceed 64 bits.
 */
export function shared(rows: SQL, shares: Shares): SQL {
  const [amount, weight, group, order, name] = [
    sql.identifier(shares.amount),
    sql.identifier(shares.weight),
    sql.identifier(shares.group),
    sql.identifier(shares.order),
    sql.identifier(shares.as),
  ]
  const [whole, base, rest] = ['whole', 'base', 'rest'].map((part) => sql.identifier(`${shares.as}_${part}`))
  return sql`
    select d.*, coalesce(${base} + (row_number() over (partition by ${group} order by ${rest} desc, ${order})
      <= ${amount} - sum(${base}) over (partition by ${group}))::int, 0) as ${name}
    from (
      select w.*, div(${amount} * ${weight}, nullif(${whole}, 0)) as ${base},
        mod(${amount} * ${weight}, nullif(${whole}, 0)) as ${rest}
      from (select t.*, sum(${weight}) over (partition by ${group}) as ${whole} from (${rows}) as t) as w
    ) as d`
}
