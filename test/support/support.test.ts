import { sql } from 'drizzle-orm'
import t from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import { freshDatabase, onBoth } from './database.ts'

t.test('every test gets a migrated database of its own', (t) =>
  onBoth(t, async (t, kind) => {
    const one = await freshDatabase(t, { kind })
    const two = await freshDatabase(t, { kind })
    t.equal(one.database.kind, kind)
    t.equal(await one.database.pendingMigrations(), 0)
    const add = sql`insert into companies (id, name, slug) values (gen_random_uuid(), 'Кафе', 'cafe')`
    await one.database.acrossCompanies((tx) => tx.execute(add))
    const count = () => sql`select count(*)::int as n from companies`
    const [inOne] = await one.database.acrossCompanies((tx) => rowsOf(tx, count()))
    const [inTwo] = await two.database.acrossCompanies((tx) => rowsOf(tx, count()))
    t.equal(inOne?.n, 1)
    t.equal(inTwo?.n, 0)
  }),
)
