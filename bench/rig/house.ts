import postgres from 'postgres'
import { openBenchCompany, tokensOfWaiters } from '../publish/company.ts'
import type { Stage } from './stage.ts'

/** Where orders are taken: branches with tables, waiters and a menu. */
export interface House {
  readonly places: readonly Place[]
  /** Ends every order but one at each table, so that a round finds what the one before found. */
  tidy(): Promise<void>
}

interface Place {
  readonly branch: string
  readonly token: string
  readonly tables: readonly string[]
  readonly dishes: readonly string[]
}

const dishCount = 5

export async function openHouse(
  stage: Stage,
  { branches, tables }: { branches: number; tables: number },
): Promise<House> {
  const company = await openBenchCompany(stage.config, branches)
  const ids = company.branches.slice(0, branches)
  const tokens = await tokensOfWaiters(
    stage.config,
    company,
    ids.map((branch) => ({ branch, count: 1 })),
  )
  const sql = postgres(stage.postgres.url, { max: 1, onnotice: () => {} })
  stage.teardown(() => sql.end({ timeout: 5 }))
  await sql`
    insert into tables (id, company_id, branch_id, number)
    select gen_random_uuid(), ${company.id}, b, n from unnest(${ids}::uuid[]) b, generate_series(1, ${tables}::int) n
    on conflict do nothing`
  await sql`
    with kitchen as (
      insert into kitchens (id, company_id, title, number) values (gen_random_uuid(), ${company.id}, 'Bench', 1)
      on conflict do nothing returning id
    ), section as (
      insert into categories (id, company_id, title) values (gen_random_uuid(), ${company.id}, 'Bench')
      on conflict do nothing returning id
    )
    insert into menu_items (id, company_id, category_id, kitchen_id, title, price)
    select gen_random_uuid(), ${company.id}, section.id, kitchen.id, 'Блюдо ' || n, 100 * n
    from section, kitchen, generate_series(1, ${dishCount}) n`
  const rows = await sql<{ id: string; branch: string }[]>`
    select id, branch_id as branch from tables where company_id = ${company.id} order by number`
  const dishes = await sql<{ id: string }[]>`select id from menu_items where company_id = ${company.id}`
  return {
    places: ids.map((branch, i) => ({
      branch,
      token: tokens[i]![0]!,
      tables: rows.filter((row) => row.branch === branch).map(({ id }) => id),
      dishes: dishes.map(({ id }) => id),
    })),
    async tidy() {
      await sql`
        update orders o set status = 'closed', closed_at = now()
        where o.company_id = ${company.id} and o.status = 'open' and exists (
          select from orders p
          where p.company_id = o.company_id and p.table_id = o.table_id and p.status = 'open' and p.id < o.id)`
      await sql`vacuum analyze`
    },
  }
}

/** An order of two lines and three units, as a waiter sends it; `id` where the client chooses its id. */
export function orderAt({ dishes }: Place, table: string, id?: string): string {
  const [first, second] = dishes
  const items = [
    { menu_item: first, quantity: 2 },
    { menu_item: second, quantity: 1, note: 'без лука' },
  ]
  return JSON.stringify({ id, table, guests: 2, items })
}
