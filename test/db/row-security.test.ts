import { readFile } from 'node:fs/promises'
import { getTableColumns, getTableName, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import t from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import type { Database, Tx } from '../../src/db/database.ts'
import { postgresError } from '../../src/db/pg-errors.ts'
import { narrowRights, roleNames } from '../../src/db/roles.ts'
import type { NarrowRole } from '../../src/db/roles.ts'
import * as schema from '../../src/db/schema/index.ts'
import { clients, menuImages, orders, sessions, tables } from '../../src/db/schema/index.ts'
import { buildWorld } from '../isolation/world.ts'
import type { House } from '../isolation/house.ts'
import { files } from '../docs/pages.ts'
import { repository } from '../support/repository.ts'
import { asSuperuser, onBoth } from '../support/database.ts'
import { rightsAreExact } from './exact-rights.ts'

/** What PostgreSQL itself keeps apart, whatever a statement of ours says or forgets. */

const allTables = Object.values<unknown>(schema).filter((one): one is PgTable => is(one, PgTable))
const names = allTables.map(getTableName)

/** Tables that belong to companies, by the column that says to which. */
const owned = new Map(
  allTables.flatMap((table): [string, string][] => {
    if (table === schema.companies) return [[getTableName(table), 'id']]
    return 'companyId' in getTableColumns(table) ? [[getTableName(table), 'company_id']] : []
  }),
)

t.test(
  'all rows of all companies are for the doctor, the demo café and the operator who ends all logins',
  async (t) => {
    for (const path of (await files()).filter((one) => /^src\/(?!db\/|cli\/tokens\.ts).*\.ts$/.test(one)))
      t.notMatch(await readFile(repository + path, 'utf8'), /acrossCompanies/, path)
  },
)

/** Tables of no company: what they hold says nothing of one, or no company has any right to them. */
const ownedByNobody = ['epoch', 'refresh_tokens', 'sessions', 'socket_tickets']

/** SQLSTATE of a right that is missing, and of a row that a policy does not let in. */
const forbidden = '42501'

t.test('row-level security', (t) =>
  onBoth(t, async (t, kind) => {
    const world = await buildWorld(t, kind)
    const { database } = world.cafe
    const ours = await companyOf(database, world.centre)
    const theirs = await companyOf(database, world.other)
    await fill(database, world.centre, ours)
    await fill(database, world.other, theirs)
    const counts = await countsOf(database, ours)

    t.test('every table belongs to companies, or is known to belong to none', async (t) => {
      t.same(names.filter((name) => !owned.has(name)).sort(), ownedByNobody)
      const secured = await database.acrossCompanies((tx) =>
        rowsOf<{ name: string }>(
          tx,
          sql`select relname as name from pg_class where relrowsecurity and relforcerowsecurity order by 1`,
        ),
      )
      t.same(secured.map(({ name }) => name).sort(), [...owned.keys(), 'sessions'].sort())
    })

    for (const [table, column] of owned) {
      t.test(`${table}: another company sees, changes, removes and adds nothing`, async (t) => {
        t.ok(counts.get(table)! > 0, 'there is something to see; else make some in `fill`')
        const as = <T>(work: (tx: Tx) => Promise<T>) => database.inCompany(theirs, work)
        const [name, company] = [sql.identifier(table), sql.identifier(column)]
        const touched = (statement: ReturnType<typeof sql>) =>
          as(async (tx) => (await rowsOf(tx, statement)).length).catch(refused)

        for (const [what, statement] of Object.entries({
          select: sql`select 1 from ${name} where ${company} = ${ours}`,
          update: sql`update ${name} set ${company} = ${company} where ${company} = ${ours} returning 1`,
          delete: sql`delete from ${name} where ${company} = ${ours} returning 1`,
        }))
          t.ok([0, forbidden].includes(await touched(statement)), what)
        const seen = await as((tx) =>
          rowsOf<{ company: string }>(tx, sql`select distinct ${company}::text as company from ${name}`),
        )
        t.same(seen, [{ company: theirs }], 'without a condition the own rows alone are there')

        const [row] = await database.acrossCompanies((tx) =>
          rowsOf(tx, sql`select to_jsonb(r)::text as json from ${name} r where ${company} = ${ours} limit 1`),
        )
        const columns = await database.acrossCompanies((tx) =>
          rowsOf<{ name: string }>(
            tx,
            sql`select column_name as name from information_schema.columns
              where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`,
          ),
        )
        const list = sql.join(
          columns.map((given) => sql.identifier(given.name)),
          sql`, `,
        )
        const copy = sql`insert into ${name} (${list}) select ${list} from jsonb_populate_record(null::${name}, ${row!.json}::jsonb) returning 1`
        t.equal(await touched(copy), forbidden, 'insert for another')
        const given = sql`update ${name} set ${company} = ${ours} returning 1`
        t.equal(await touched(given), forbidden, 'own rows are not given away')
      })
    }
    t.test('and all of it is still there', async (t) => t.same(await countsOf(database, ours), counts))

    t.test('the logins of another company are neither seen nor ended', async (t) => {
      const logins = (company: string) =>
        database.inCompany(company, (tx) => tx.update(sessions).set({ revokedAt: null }).returning())
      const mine = new Set((await logins(ours)).map(({ id }) => id))
      t.ok(mine.size > 0)
      t.same(
        (await logins(theirs)).filter(({ id }) => mine.has(id)),
        [],
      )
    })

    t.test('a transaction that names no company finds nothing', async (t) => {
      for (const setting of [sql`set_config('cafe.company_id', '', true)`, sql`1`]) {
        for (const table of owned.keys()) {
          const [row] = await asSuperuser(database, async (tx) => {
            await tx.execute(sql`select set_config('role', ${roleNames.company}, true), ${setting}`)
            return rowsOf<{ found: boolean }>(
              tx,
              sql`select exists (select 1 from ${sql.identifier(table)}) as found`,
            )
          })
          t.equal(row!.found, false, table)
        }
      }
    })

    t.test('a store that forgets its conditions leaks nothing', async (t) => {
      const found = await database.inCompany(theirs, carelessly.list)
      t.ok(found.length > 0)
      t.same([...new Set(found)], [theirs])
      await database.inCompany(theirs, carelessly.change)
      const noted = await database.acrossCompanies((tx) =>
        tx
          .selectDistinct({ company: orders.companyId })
          .from(orders)
          .where(sql`${orders.note} = 'забыто'`),
      )
      t.same(noted, [{ company: theirs }])
      await database.inCompany(theirs, carelessly.remove)
      t.equal((await countsOf(database, ours)).get('clients'), counts.get('clients'))
      const moment = await database.snapshot(theirs, carelessly.list)
      t.same([...new Set(moment)], [theirs])
    })

    t.test('the next transaction on the same connection knows nothing of the last', async (t) => {
      const who = () =>
        asSuperuser(database, (tx) =>
          rowsOf(tx, sql`select current_setting('cafe.company_id', true) as company, current_user as role`),
        )
      const before = await who()
      await Promise.all(Array.from({ length: 20 }, () => database.inCompany(theirs, carelessly.list)))
      t.same(await who(), before)
    })

    t.test('policies ask for the company once a statement, and leave indexes to it', async (t) => {
      const plan = await database.inCompany(ours, async (tx) => {
        // of a few rows PostgreSQL would rather read and sort all
        await tx.execute(sql`set local enable_sort = off`)
        return rowsOf(
          tx,
          sql`explain select * from orders where company_id = ${ours} and branch_id = ${world.centre.branch}
            order by created_at desc nulls last limit 10`,
        )
      })
      const text = JSON.stringify(plan)
      t.match(text, /Index Scan using orders_newest_idx/)
      t.match(text, /One-Time Filter: [^"]*InitPlan|One-Time Filter: \(\$0/, 'not once a row')
      t.notMatch(text, /SubPlan/)
    })

    t.test('every role may do what roles.ts says, and nothing else', (t) => rightsAreExact(t, database))

    t.test('the narrow roles see what they need of every company and reach nothing else', async (t) => {
      for (const [role, rights] of Object.entries(narrowRights)) {
        for (const table of names) {
          const columns = rights[table]?.includes('select')
            ? sql`*`
            : sql.raw(/\((.*)\)/.exec(rights[table]?.[0] ?? '')?.[1] ?? '*')
          const reading = database.withRole(role as NarrowRole, (tx) =>
            rowsOf(tx, sql`select ${columns} from ${sql.identifier(table)}`),
          )
          const outcome = await reading.then((rows) => rows.length, refused)
          const reads = rights[table]?.some((right) => right.startsWith('select'))
          if (!reads) t.equal(outcome, forbidden, `${role}: ${table}`)
          else t.type(outcome, 'number', `${role}: ${table}`)
        }
      }
      const seen = await database.withRole('log', (tx) =>
        tx.selectDistinct({ company: schema.streams.companyId }).from(schema.streams),
      )
      t.ok([ours, theirs].every((id) => seen.some(({ company }) => company === id)))
    })

    t.test('the follower writes nothing', async (t) => {
      for (const statement of [
        sql`update streams set head = head + 1`,
        sql`delete from streams`,
        sql`insert into streams select * from streams`,
        sql`update events set data = ''`,
        sql`delete from events`,
        sql`insert into events select * from events`,
        sql`update epoch set epoch = 'another'`,
        sql`update branches set name = 'another'`,
      ])
        t.equal(
          await database.withRole('log', async (tx) => tx.execute(statement)).then(() => 'done', refused),
          forbidden,
        )
    })
  }),
)

/** A store as nobody should write one. */
const carelessly = {
  list: async (tx: Tx) =>
    (await tx.select({ company: tables.companyId }).from(tables)).map((row) => row.company),
  change: (tx: Tx) => tx.update(orders).set({ note: 'забыто' }),
  remove: async (tx: Tx) => {
    await tx.update(orders).set({ clientId: null })
    await tx.delete(clients)
  },
}

const refused = (error: unknown): string => {
  const code = postgresError(error)?.code
  if (code === undefined) throw error
  return code
}

async function companyOf(database: Database, { branch }: House): Promise<string> {
  const [row] = await database.acrossCompanies((tx) =>
    rowsOf<{ id: string }>(tx, sql`select company_id::text as id from branches where id = ${branch}::uuid`),
  )
  return row!.id
}

async function countsOf(database: Database, company: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const [table, column] of owned) {
    const [row] = await database.acrossCompanies((tx) =>
      rowsOf<{ count: number }>(
        tx,
        sql`select count(*)::int from ${sql.identifier(table)} where ${sql.identifier(column)} = ${company}::uuid`,
      ),
    )
    counts.set(table, row!.count)
  }
  return counts
}

/** Something in every table. */
async function fill(database: Database, house: House, companyId: string): Promise<void> {
  const { owner } = house
  for (const kind of [
    ...(['zone', 'kitchen', 'booking', 'client', 'customRole'] as const),
    ...(['employee', 'notification'] as const),
  ])
    await house.make(kind)
  const dish = await house.dish()
  await owner.patch(`/api/cafe/menu-items/${dish}/`, { stopped: true })
  await owner.patch(`/api/cafe/menu-items/${dish}/`, { stopped: false, portions_left: 50 })
  const order = await house.id('order')
  await owner.get(`/api/cafe/orders/${order}/`)
  const payment = { payment_method: 'cash', idempotency_key: `${order} paid` }
  await owner.post(`/api/cafe/orders/${order}/pay/`, payment)
  await owner.post(`/api/cafe/orders/${order}/refund/`, { amount: '1.00', method: 'cash' })
  await owner.get(`/api/cafe/orders/${await house.id('order')}/`)
  const key = { headers: { 'idempotency-key': 'once' } }
  await owner.post('/api/cafe/zones/', { title: 'Один раз' }, key)
  await database.inCompany(companyId, (tx) =>
    tx
      .insert(menuImages)
      .values({ companyId, name: `${dish}.webp`, menuItemId: dish, content: Buffer.from('RIFF') }),
  )
}
