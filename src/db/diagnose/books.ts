import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { CheckKey } from '../../i18n/finding-texts.ts'
import { rowsOf } from '../database.ts'
import type { Database } from '../database.ts'

/** A derived value that differs from its recomputation. */
export interface Difference {
  readonly check: CheckKey
  readonly company: string
  /** The row that differs: a table, an order, a task, a day of a branch or a stream. */
  readonly row: string
  readonly found: string
  readonly expected: string
}

type DifferenceRow = Omit<Difference, 'check'> & Record<string, unknown>

/**
 * Recomputes everything the database derives: tables from open orders, totals from lines, what was paid and refunded
 * from payments and refunds, tasks from lines, order numbers, bills from orders, stream heads from events. There should be
 * no difference. Each check is one statement, so it may run while the service is in use.
 */
export async function findDifferences(database: Database): Promise<Difference[]> {
  const found: Difference[] = []
  for (const [check, statement] of Object.entries(checks) as [CheckKey, SQL][]) {
    const rows = await database.acrossCompanies((tx) => rowsOf<DifferenceRow>(tx, statement))
    found.push(...rows.map((row) => ({ check, ...row })))
  }
  return found
}

/**
 * Sets a new epoch after a restore from a backup. Event numbers since the backup will be reused, so old positions are
 * invalid and every client must load a new snapshot. Replicas notice with their next head check.
 */
export function beginNewEpoch(database: Database): Promise<{ before: string; after: string }> {
  return database.acrossCompanies(async (tx) => {
    const [old] = await rowsOf<{ epoch: string }>(tx, sql`select epoch from epoch for update`)
    const [fresh] = await rowsOf<{ epoch: string }>(
      tx,
      sql`update epoch set epoch = substr(md5(random()::text || clock_timestamp()::text), 1, 8) returning epoch`,
    )
    return { before: old!.epoch, after: fresh!.epoch }
  })
}

/** Rows of `source` whose `found` is not what is `expected`. */
const unequal = (source: SQL): SQL => sql`
  select company::text as company, row::text as row, found::text as found, expected::text as expected
  from (${source}) as compared where found is distinct from expected`

/** What a line comes to: by the kilogram, half of the smallest coin is rounded up. */
const lineTotal = (price: string, quantity: string, saleUnit: string): string =>
  `case ${saleUnit} when 'kg' then floor(${price} * ${quantity} / 10 + 0.5) / 100 else ${price} * ${quantity} end`

/** How many tasks of the kitchen a line makes. */
const units = sql`case when i.menu_item_id is null then 0 when i.sale_unit = 'pcs' then i.quantity else 1 end`

/** What stands in the values is the same in every language: numbers, ids, codes. */
const checks: Record<CheckKey, SQL> = {
  table_status: unequal(sql`
    select t.company_id as company, t.id as row, t.status as found,
      case when exists (
        select 1 from orders o where o.company_id = t.company_id and o.table_id = t.id and o.status = 'open'
      ) then 'busy' else 'free' end as expected
    from tables t`),

  order_total: unequal(sql`
    select o.company_id as company, o.id as row, o.total_amount as found, coalesce((
      select sum(${sql.raw(lineTotal('i.price', 'i.quantity', 'i.sale_unit'))}) from order_items i
      where i.company_id = o.company_id and i.order_id = o.id and i.removed_at is null
    ), 0) as expected
    from orders o`),

  money_paid: unequal(sql`
    select o.company_id as company, o.id as row, o.paid_amount as found, coalesce((
      select sum(p.amount) from payments p where p.company_id = o.company_id and p.order_id = o.id
    ), 0) as expected
    from order_archive o`),

  money_refunded: unequal(sql`
    select o.company_id as company, o.id as row, o.refunded_amount as found, coalesce((
      select sum(r.amount) from refunds r where r.company_id = o.company_id and r.order_id = o.id
    ), 0) as expected
    from order_archive o`),

  units_refunded: unequal(sql`
    select r.company_id as company, r.order_item_id as row, sum(r.quantity) as found, least(sum(r.quantity), (
      select (line ->> 'quantity')::int from order_archive a, jsonb_array_elements(a.lines) as line
      where a.company_id = r.company_id and a.id = r.order_id and line ->> 'id' = r.order_item_id::text
    )) as expected
    from refunds r where r.order_item_id is not null group by r.company_id, r.order_id, r.order_item_id`),

  archived_bill: unequal(sql`
    select o.company_id as company, o.id as row,
      concat_ws(' ', a.status, a.total_amount, a.discount_amount, a.paid_amount, a.refunded_amount,
        a.payment_method, a.deleted_at, a.merged_into, (
          select sum(${sql.raw(lineTotal("(line ->> 'price')::numeric / 100", "(line ->> 'quantity')::int", "line ->> 'saleUnit'"))})
          from jsonb_array_elements(a.lines) as line
        ) = a.total_amount) as found,
      concat_ws(' ', o.status, o.total_amount, o.discount_amount, o.paid_amount, o.refunded_amount,
        o.payment_method, case when o.total_amount > 0 or exists (
          select 1 from jsonb_array_elements(a.lines)
        ) then true end) as expected
    from orders o left join order_archive a on a.company_id = o.company_id and a.id = o.id
    where o.status <> 'open' or o.payment_method <> ''`),

  bill_of_lost_order: sql`
    select a.company_id::text as company, a.id::text as row, '0' as found, '1' as expected
    from order_archive a
    where a.deleted_at is null
      and not exists (select 1 from orders o where o.company_id = a.company_id and o.id = a.id)`,

  tasks_of_line: sql`
    select company, row, found, expected from (
      select i.company_id::text as company, i.id::text as row,
        concat_ws(' / ', count(t.id) filter (where t.status <> 'cancelled'), count(t.id)) as found,
        concat_ws(' / ', ${units}, ${units}) as expected,
        count(t.id) filter (where t.status <> 'cancelled') as live,
        count(t.id) filter (where t.status = 'ready') as ready,
        count(t.id) filter (where t.status in ('pending', 'in_progress')) as unfinished,
        count(t.id) as total, ${units} as quantity, i.removed_at is not null as removed
      from order_items i
      left join kitchen_tasks t on t.company_id = i.company_id and t.order_item_id = i.id
      group by i.company_id, i.id
    ) as lines
    where case when removed then unfinished > 0 else live > greatest(quantity, ready) or total < quantity end`,

  task_of_another_order: unequal(sql`
    select t.company_id as company, t.id as row, concat_ws(' ', t.order_id, t.branch_id, t.menu_item_id) as found,
      concat_ws(' ', i.order_id, o.branch_id, i.menu_item_id) as expected
    from kitchen_tasks t
    join order_items i on i.company_id = t.company_id and i.id = t.order_item_id
    join orders o on o.company_id = i.company_id and o.id = i.order_id`),

  unfinished_task: sql`
    select t.company_id::text as company, t.id::text as row, t.status as found, 'cancelled' as expected
    from kitchen_tasks t join orders o on o.company_id = t.company_id and o.id = t.order_id
    where t.status in ('pending', 'in_progress')
      and (o.status = 'cancelled' or (o.status = 'closed' and o.payment_method = ''))`,

  order_numbers: unequal(sql`
    select n.company_id as company, concat_ws(' ', n.branch_id, n.business_day) as row,
      concat_ws(' / ', n.last, n.last) as found, (
        select concat_ws(' / ', coalesce(max(given.number), 0), count(distinct given.number)) from (
          select o.number from orders o
          where o.company_id = n.company_id and o.branch_id is not distinct from n.branch_id
            and o.business_day = n.business_day
          union all
          select a.number from order_archive a
          where a.company_id = n.company_id and a.branch_id is not distinct from n.branch_id
            and a.business_day = n.business_day
        ) as given
      ) as expected
    from order_numbers n`),

  stream_head: unequal(sql`
    select s.company_id as company, s.stream_id as row, concat_ws(' / ', s.head, kept.events) as found,
      concat_ws(' / ', kept.last, kept.last - kept.first + 1) as expected
    from streams s cross join lateral (
      select count(*) as events, min(e.seq) as first, max(e.seq) as last
      from events e where e.company_id = s.company_id and e.stream_id = s.stream_id
    ) as kept where kept.events > 0`),
}
