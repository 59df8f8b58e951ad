import { sql } from 'drizzle-orm'
import type { Test } from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import type { Database } from '../../src/db/database.ts'
import { allRights } from '../../src/db/grants.ts'

/** Checks that each role has the rights of `roles.ts` and no others, down to columns. */
export async function rightsAreExact(t: Test, database: Database): Promise<void> {
  const granted = await database.acrossCompanies((tx) =>
    rowsOf<{ role: string; name: string; right: string }>(
      tx,
      sql`
        select r.rolname as role, c.relname as name, lower(a.privilege_type) as right
        from pg_class c cross join lateral aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
        where c.relnamespace = 'public'::regnamespace and r.rolname like 'cafe\\_%'
        union all
        select r.rolname, c.relname, lower(a.privilege_type) || ' (' || string_agg(k.attname, ', ' order by k.attname) || ')'
        from pg_class c join pg_attribute k on k.attrelid = c.oid
          cross join lateral aclexplode(k.attacl) a join pg_roles r on r.oid = a.grantee
        where c.relnamespace = 'public'::regnamespace and r.rolname like 'cafe\\_%'
        group by r.rolname, c.relname, a.privilege_type`,
    ),
  )
  const sorted = (right: string) =>
    right.replace(/\((.*)\)/, (_, columns: string) => `(${columns.split(', ').sort().join(', ')})`)
  for (const [role, rights] of allRights) {
    for (const [table, wanted] of rights) {
      const has = granted.filter((one) => one.role === role && one.name === table)
      t.same(has.map(({ right }) => right).sort(), wanted.map(sorted).sort(), `${role}: ${table}`)
    }
  }
}
