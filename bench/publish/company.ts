import Fastify from 'fastify'
import postgres from 'postgres'
import { systemClock } from '../../src/lib/clock.ts'
import type { Config } from '../../src/config/config.ts'
import { jwt } from '../../src/plugins/jwt.ts'

/** A company that is there to be measured: what is published in it reaches no real screen. */
export interface BenchCompany {
  readonly id: string
  /** Ids of its branches, in the order they were made. */
  readonly branches: readonly string[]
}

/** Slugs of what the service is measured with, and of what others are: what is in the log of theirs is no news to it. */
type Slug = 'bench' | 'bench-peers'

/** The company with a slug and at least so many branches; what is missing is made. */
export async function openBenchCompany(
  config: Config,
  branchCount: number,
  slug: Slug = 'bench',
): Promise<BenchCompany> {
  return withSql(config, async (sql) => {
    await sql`
      insert into companies (id, name, slug) values (gen_random_uuid(), 'Bench', ${slug}) on conflict (slug) do nothing`
    const [company] = await sql<{ id: string }[]>`select id from companies where slug = ${slug}`
    const id = company!.id
    await sql`
      insert into branches (id, company_id, name, created_at)
      select gen_random_uuid(), ${id}, 'Bench ' || n, now() + n * interval '1 millisecond'
      from generate_series(1, ${branchCount}::int) n
      on conflict on constraint branches_name_key do nothing`
    const rows = await sql<{ id: string }[]>`
      select id from branches where company_id = ${id} and name ~ '^Bench \\d+$' order by substr(name, 7)::int`
    return { id, branches: rows.map((row) => row.id) }
  })
}

/**
 * Access tokens of so many waiters of a branch, each with a login of its own. The people are made where they are missing;
 * nobody can log in as one of them, for no password fits.
 */
export async function tokensOfWaiters(
  config: Config,
  company: BenchCompany,
  wanted: readonly { readonly branch: string; readonly count: number }[],
): Promise<string[][]> {
  const app = Fastify()
  await app.register(jwt, { config, clock: systemClock })
  const { tokens } = app
  return withSql(config, async (sql) => {
    await makeWaiters(sql, company.id, wanted)
    const rows = await sql<{ session: string; user: string; branch: string }[]>`
      select s.id as session, u.id as user, b.branch_id as branch
      from users u join sessions s on s.user_id = u.id
        join user_branches b on b.company_id = u.company_id and b.user_id = u.id
      where u.company_id = ${company.id} and u.email like 'bench-%' order by u.email`
    const perBranch = new Map<string, string[]>(wanted.map(({ branch }) => [branch, []]))
    const counts = new Map(wanted.map(({ branch, count }) => [branch, count]))
    for (const { session: sessionId, user: userId, branch: branchId } of rows) {
      const mine = perBranch.get(branchId)
      if (!mine || mine.length >= counts.get(branchId)!) continue
      mine.push(
        tokens.issue('access', {
          userId,
          sessionId,
          version: 1,
          role: 'waiter',
          companyId: company.id,
          branchId,
        }),
      )
    }
    return [...perBranch.values()]
  })
}

async function makeWaiters(
  sql: postgres.Sql,
  company: string,
  wanted: readonly { readonly branch: string; readonly count: number }[],
): Promise<void> {
  await sql`
    with made as (
      insert into users (id, company_id, email, password_hash, role)
      select gen_random_uuid(), ${company}, 'bench-' || w.branch || '-' || n || '@bench.invalid', '!', 'waiter'
      from unnest(${wanted.map((one) => one.branch)}::uuid[], ${wanted.map((one) => one.count)}::int[]) as w (branch, count),
        generate_series(1, w.count) n
      on conflict (email) do nothing
      returning id, email
    ), placed as (
      insert into user_branches (company_id, user_id, branch_id, is_primary)
      select ${company}, id, substr(email, 7, 36)::uuid, true from made
    )
    insert into sessions (id, user_id, expires_at) select gen_random_uuid(), id, now() + interval '90 days' from made`
}

async function withSql<T>(config: Config, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(config.databaseUrl!, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
