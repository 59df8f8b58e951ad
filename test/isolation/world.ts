import { sql } from 'drizzle-orm'
import { allowedBy } from '../../src/accounts/permissions.ts'
import { rowsOf } from '../../src/db/database.ts'
import type { Role } from '../../src/db/enums.ts'
import type { DeclaredRoute } from '../../src/plugins/declared-access.ts'
import { foundCompany, password } from '../accounts/staff.ts'
import { branchesOf } from '../cafe/people.ts'
import { demoPassword } from '../../src/db/demo/accounts.ts'
import { startApp } from '../support/app.ts'
import type { Caller, TestApp } from '../support/app.ts'
import type { DatabaseKind } from '../support/database.ts'
import type { Teardown } from '../support/teardown.ts'
import { houseOf } from './house.ts'
import type { House } from './house.ts'
import { rows } from './rows.ts'
import type { Row } from './row.ts'

/** A route with what the test knows of it. */
export interface Known {
  key: string
  route: DeclaredRoute
  row: Row
}

/** Two companies on one service, the first with two branches and somebody of every role in the first of them. */
export interface World {
  cafe: TestApp
  routes: Known[]
  centre: House
  south: House
  other: House
  otherToken: string
  staff: Record<Role, Caller>
}

export async function buildWorld(t: Teardown, kind: DatabaseKind): Promise<World> {
  const cafe = await startApp(t, { kind, env: { RATE_LIMIT: 'off' } })
  const owner = cafe.as('owner')
  const branches = await branchesOf(owner)
  const stranger = await foundCompany(cafe, ['Чужой'])
  return {
    cafe,
    routes: cafe.app.declaredRoutes.flatMap((route) => {
      const key = keyOf(route)
      const row = rows[key]
      return row ? [{ key, route, row }] : []
    }),
    centre: houseOf(owner, branches.centre, demoPassword),
    south: houseOf(owner, branches.south, demoPassword),
    other: houseOf(stranger.owner, stranger.branches[0]!, password),
    otherToken: stranger.owner.login.access,
    staff: {
      owner,
      admin: cafe.as('admin'),
      waiter: cafe.as('waiter1'),
      cook: cafe.as('cook1'),
      cashier: cafe.as('cashier1'),
    },
  }
}

/** Name of a route in the table of rows; HEAD goes with GET. */
export const keyOf = ({ method, url }: Pick<DeclaredRoute, 'method' | 'url'>): string =>
  `${method === 'HEAD' ? 'GET' : method} ${url}`

/** The path with these ids in the places of its parameters. */
export function pathOf({ url }: Pick<DeclaredRoute, 'url'>, ids: readonly string[]): string {
  let next = 0
  return url.replace(/:\w+/g, () => ids[next++] ?? '')
}

export function send(caller: Caller, method: string, path: string, body?: unknown) {
  switch (method) {
    case 'GET':
      return caller.get(path)
    case 'POST':
      return caller.post(path, body)
    case 'PUT':
      return caller.put(path, body)
    case 'PATCH':
      return caller.patch(path, body)
    case 'DELETE':
      return caller.delete(path)
    default:
      throw new Error(`no such method here: ${method}`)
  }
}

/** Who is bound to the first branch and may call a route. */
export const boundStaff = ({ access }: Row, staff: World['staff']): Caller[] =>
  (['waiter', 'cook', 'cashier'] as const)
    .filter((role) => access === 'signed-in' || (access !== 'public' && allowedBy(role, access)))
    .map((role) => staff[role])

/** What a good request answers. */
export const statusOf = ({ method }: DeclaredRoute, row: Row): number =>
  row.status ?? { POST: 201, DELETE: 204 }[method] ?? 200

/** Ids of everything a company has, or one of its branches. */
export async function idsOf(
  { cafe }: World,
  { branch }: House,
  part: 'company' | 'branch',
): Promise<string[]> {
  const ids: string[] = []
  for (const { table_name: table } of await tablesOf(cafe, part)) {
    const found = await cafe.database.acrossCompanies((tx) =>
      rowsOf<{ id: string }>(
        tx,
        sql`select id::text from ${sql.identifier(table)} where ${owned(part, branch)}`,
      ),
    )
    ids.push(...found.map(({ id }) => id))
  }
  return ids
}

/** A number that changes with anything a company has, or one of its branches. */
export async function fingerprint(
  { cafe }: World,
  { branch }: House,
  part: 'company' | 'branch',
): Promise<Record<string, string>> {
  const prints: Record<string, string> = {}
  for (const { table_name: table } of await tablesOf(cafe, part)) {
    const [row] = await cafe.database.acrossCompanies((tx) =>
      rowsOf<{ print: string }>(
        tx,
        sql`select coalesce(md5(string_agg(r::text, '|' order by r::text)), '') as print
          from ${sql.identifier(table)} r where ${owned(part, branch)}`,
      ),
    )
    prints[table] = row!.print
  }
  return prints
}

const owned = (part: 'company' | 'branch', branch: string) =>
  part === 'branch'
    ? sql`branch_id = ${branch}::uuid`
    : sql`company_id = (select company_id from branches where branches.id = ${branch}::uuid)`

const tablesOf = (cafe: TestApp, part: 'company' | 'branch') =>
  cafe.database.acrossCompanies((tx) =>
    rowsOf<{ table_name: string }>(
      tx,
      sql`select distinct c.table_name from information_schema.columns c
        join information_schema.columns i using (table_schema, table_name)
        where c.table_schema = 'public' and c.column_name = ${`${part}_id`} and i.column_name = 'id' order by 1`,
    ),
  )
