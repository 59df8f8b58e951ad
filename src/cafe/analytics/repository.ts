import { sql } from 'drizzle-orm'
import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import { rowsOf } from '../../db/database.ts'
import type { Tx } from '../../db/database.ts'
import { alphabetical, folded, orderingOf, searchIn } from '../../db/list-query-sql.ts'
import {
  branches,
  categories,
  companies,
  menuItems,
  orderArchive,
  payments,
  refunds,
} from '../../db/schema/index.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed } from '../../http/pagination.ts'
import { businessDayAt } from '../business-day-sql.ts'
import { dayFiguresOf, methodFiguresOf, soldCategoryOf, soldItemOf } from './presenter.ts'
import type { DayFigures, DayRow, MethodFigures, MethodRow, SoldRow } from './presenter.ts'
import { billsOf, isSale, piecesOf, shared, soldLines } from './sales-sql.ts'
import type { Days } from './sales-sql.ts'
import type { SoldCategory, SoldItem, SoldQuery } from './schema.ts'

/** The current business day; of several branches the latest. */
export async function latestDay(tx: Tx, { companyId, branchId }: Scope, now: Date): Promise<string> {
  const [row] = await rowsOf<{ day: string }>(
    tx,
    sql`select max(${businessDayAt(now)})::text as day
      from ${companies} c left join ${branches} b
        on b.company_id = c.id and (b.id = ${branchId}::uuid or ${branchId}::uuid is null)
      where c.id = ${companyId}::uuid`,
  )
  return row!.day
}

/** Bills and money of every business day that had any, oldest first. */
export async function dayFigures(tx: Tx, scope: Scope, days: Days): Promise<DayFigures[]> {
  const rows = await rowsOf<DayRow>(
    tx,
    sql`select business_day::text as date,
        count(*) filter (where ${isSale})::int as orders,
        count(*) filter (where status = 'cancelled')::int as cancelled,
        ${ofSales('guests')} as guests,
        coalesce(sum(${unitsOf}) filter (where ${isSale}), 0)::text as items,
        ${ofSales('total_amount * 100')} as gross,
        ${ofSales('discount_amount * 100')} as discount,
        ${ofSales('refunded_amount * 100')} as refunded,
        ${ofSales('paid_amount * 100')} as paid
      from ${orderArchive} where ${billsOf(scope, days)}
      group by business_day order by business_day`,
  )
  return rows.map(dayFiguresOf)
}

/** Units on a bill. */
const unitsOf = sql`(select sum(${piecesOf}) from jsonb_array_elements(lines) as l (line))`

/** A sum as text: it may have more digits than a JavaScript number. */
const ofSales = (expression: string): SQL =>
  sql`coalesce(sum(${sql.raw(expression)}) filter (where ${isSale}), 0)::int8::text`

/** Payments and refunds for the sales of these days, at any time, by payment method. */
export async function methodFigures(tx: Tx, scope: Scope, days: Days): Promise<MethodFigures[]> {
  const money = (table: SQLWrapper, sign: SQL) => sql`
    select m.method, m.order_id, m.amount * 100 as amount, ${sign} as is_refund
    from ${table} m join ${orderArchive} on order_archive.company_id = m.company_id and order_archive.id = m.order_id
    where m.company_id = ${scope.companyId}::uuid and ${billsOf(scope, days)} and ${isSale}`
  const rows = await rowsOf<MethodRow>(
    tx,
    sql`select method, count(distinct order_id) filter (where not is_refund)::int as orders,
        coalesce(sum(amount) filter (where not is_refund), 0)::int8::text as paid,
        coalesce(sum(amount) filter (where is_refund), 0)::int8::text as refunded
      from (${money(payments, sql`false`)} union all ${money(refunds, sql`true`)}) as moved
      group by method`,
  )
  return methodFiguresOf(rows)
}

/** Revenue of every dish and service, highest first. Services are grouped by title. */
export async function soldItems(
  tx: Tx,
  scope: Scope,
  days: Days,
  query: SoldQuery,
): Promise<Listed<SoldItem>> {
  const dishes = sql`
    select max(coalesce(s.menu_item::text, s.title)) as key, s.menu_item, (array_agg(s.title order by s.created_at desc, s.bill desc))[1] as title,
      (array_agg(s.sale_unit order by s.created_at desc, s.bill desc))[1] as sale_unit,
      max(m.category_id::text)::uuid as category, coalesce(max(c.title), '') as category_title, ${totals}
    from (${soldLines(scope, days)}) as s ${withCategory(scope)}
    group by s.menu_item, case when s.menu_item is null then s.title end`
  const listed = await soldPage(tx, dishes, query, ['title', 'category_title'])
  return { count: listed.count, rows: listed.rows.map(soldItemOf) }
}

/** Revenue of every category, by the dishes' present categories. */
export async function soldCategories(
  tx: Tx,
  scope: Scope,
  days: Days,
  query: SoldQuery,
): Promise<Listed<SoldCategory>> {
  const groups = sql`
    select m.category_id::text as key, null::uuid as menu_item, null as sale_unit, coalesce(max(c.title), '') as title, m.category_id as category,
      '' as category_title, ${totals}
    from (${soldLines(scope, days)}) as s ${withCategory(scope)}
    group by m.category_id`
  const listed = await soldPage(tx, groups, query, ['title'])
  return { count: listed.count, rows: listed.rows.map(soldCategoryOf) }
}

const withCategory = ({ companyId }: Scope): SQL => sql`
  left join ${menuItems} m on m.company_id = ${companyId}::uuid and m.id = s.menu_item
  left join ${categories} c on c.company_id = m.company_id and c.id = m.category_id`

const totals = sql`
  sum(s.quantity) as quantity, sum(s.refunded_quantity) as refunded_quantity, count(distinct s.bill) as orders,
  sum(s.gross) as gross, sum(s.gross - s.net) as discount, sum(s.refunded) as refunded,
  sum(s.net - s.refunded) as revenue, true as everything`

/** A page of groups. Shares are of the revenue of all groups, including filtered ones. */
async function soldPage(
  tx: Tx,
  groups: SQL,
  query: SoldQuery,
  searched: readonly string[],
): Promise<Listed<SoldRow>> {
  const hundredths = sql`select g.*, 10000::numeric as per_cent from (${groups}) as g`
  const parts = { amount: 'per_cent', weight: 'revenue', group: 'everything', order: 'key', as: 'share' }
  const isCategory = query.category ? sql`category = ${query.category}::uuid` : sql`true`
  const isFound = searchIn(
    query.search,
    searched.map((name) => folded(sql.identifier(name))),
  )
  const { limit, offset } = sliceOf(query)
  const order = orderingOf(query.ordering, orderings, '-revenue', sql`key`)
  const rows = await rowsOf<SoldRow & { count: number }>(
    tx,
    sql`select menu_item::text as menu_item, title, sale_unit, category::text as category, category_title,
        trim_scale(quantity)::text as quantity, trim_scale(refunded_quantity)::text as refunded_quantity, orders::int as orders, gross::int8::text as gross,
        discount::int8::text as discount, refunded::int8::text as refunded, revenue::int8::text as revenue,
        share::int as share, count(*) over ()::int as count
      from (${shared(hundredths, parts)}) as sold
      where ${isCategory} and ${isFound ?? sql`true`}
      order by ${sql.join(order, sql`, `)} limit ${limit} offset ${offset}`,
  )
  // past the end there is no row with the count, and no page either
  return { count: rows[0]?.count ?? 0, rows }
}

const orderings = {
  revenue: sql`sold.revenue`,
  gross_total: sql`sold.gross`,
  quantity: sql`sold.quantity`,
  orders: sql`sold.orders`,
  title: alphabetical(sql`sold.title`),
}
