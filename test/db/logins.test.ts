import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import t from 'tap'
import type { Test } from 'tap'
import { hashPassword } from '../../src/accounts/passwords/hash.ts'
import { readConfig } from '../../src/config/config.ts'
import { rowsOf } from '../../src/db/database.ts'
import type { Database, Tx } from '../../src/db/database.ts'
import { fillWithDemo } from '../../src/db/demo/demo.ts'
import { migrationsFolder } from '../../src/db/migrations.ts'
import { openDatabase } from '../../src/db/open.ts'
import { allRights } from '../../src/db/grants.ts'
import { roleNames } from '../../src/db/roles.ts'
import { companies, tables } from '../../src/db/schema/index.ts'
import { StartupError } from '../../src/config/startup-error.ts'
import { page } from '../docs/pages.ts'
import { serviceOf } from '../cafe/service.ts'
import { startApp } from '../support/app.ts'
import { checkBooks } from '../support/books.ts'
import { administer, databaseUrl, testSecret } from '../support/database.ts'
import { rig } from '../support/rig.ts'
import { findPostgres } from '../support/services/binaries.ts'
import { startPostgres } from '../support/services/postgresql.ts'

const run = promisify(execFile)

/** Logins that are no superusers, on a server that has never seen the service. */

t.test('the logins of a server', async (t) => {
  const server = await startPostgres(findPostgres()!, rig().folder, (stop) => t.teardown(stop))
  const admin = async (statements: string) => {
    for (const statement of statements.split(';')) await administer(server.url, statement)
  }
  const urlOf = (login: string, database: string) => {
    const url = new URL(databaseUrl(server.url, database))
    url.username = login
    return url.href
  }
  const open = async (t: Test, login: string, database: string, env: Record<string, string> = {}) => {
    const settings = { DATABASE_URL: urlOf(login, database), JWT_SECRET: testSecret, ...env }
    const opened = await openDatabase(readConfig(settings))
    t.teardown(() => opened.close())
    return opened
  }
  /** A statement of the login itself, which has taken no role. */
  const plainly = async (login: string, database: string, statement: string) => {
    const client = postgres(urlOf(login, database), { max: 1, onnotice: () => {} })
    try {
      return await client.unsafe(statement)
    } finally {
      await client.end()
    }
  }

  await t.test('replicas and databases that all start at once make the roles together', async (t) => {
    await admin(
      'create role maker login createrole; create database one owner maker; create database two owner maker',
    )
    const replicas = []
    for (const name of ['one', 'one', 'two', 'two']) replicas.push(await open(t, 'maker', name))
    await Promise.all(replicas.map((replica) => replica.migrate()))
    for (const replica of replicas) {
      t.equal(await replica.pendingMigrations(), 0)
      t.equal(await replica.bypassesRowSecurity(), false)
    }
    await works(t, replicas[0]!)
    await replicas[1]!.migrate()
  })

  await t.test('a login that may make no roles says what an administrator has to run', async (t) => {
    await admin('create role plain login; create database three owner plain')
    const database = await open(t, 'plain', 'three')
    const fault = await database.migrate().catch((error: unknown) => error)
    t.type(fault, StartupError)
    await t.rejects(database.bypassesRowSecurity(), StartupError)
    const { message } = fault as Error
    for (const role of Object.values(roleNames)) t.match(message, `grant "${role}" to "plain";`)
    await admin(message.split('\n').slice(1).join('').trim().replace(/;$/, ''))
    await database.migrate()
    t.equal(await database.bypassesRowSecurity(), false)
    await works(t, database)
  })

  await t.test(
    'the service works as a login that inherits nothing, and sees nothing without a role',
    async (t) => {
      await admin('alter role plain noinherit')
      const env = { DATABASE_URL: urlOf('plain', 'three'), JWT_SECRET: testSecret, LOG_LEVEL: 'warn' }
      const cafe = await startApp(t, { on: env })
      t.equal((await cafe.as('owner2').post('/api/cafe/zones/', { title: 'Терраса' })).status, 201)
      t.equal((await cafe.as('owner2').get('/api/cafe/snapshot/')).status, 200)
      t.same(await plainly('plain', 'three', 'select * from tables'), [])
      t.same(await plainly('plain', 'three', 'select * from users'), [])
    },
  )

  await t.test('one login migrates, another serves and owns nothing', async (t) => {
    await admin('create role serving login; create database four owner maker')
    const env = { DATABASE_MIGRATE_URL: urlOf('maker', 'four') }
    const database = await open(t, 'serving', 'four', env)
    t.ok((await database.pendingMigrations()) > 0)
    await database.migrate()
    t.equal(await database.pendingMigrations(), 0)
    await works(t, database)
    await t.rejects(plainly('serving', 'four', 'create table mine (id int)'), { code: '42501' })
    await t.rejects(plainly('serving', 'four', 'alter table users disable row level security'), {
      code: '42501',
    })
  })

  await t.test(
    'the owner makes the login that serves, where it is not there and the owner may',
    async (t) => {
      await admin('create database six owner maker')
      const url = new URL(urlOf("it's new", 'six'))
      url.password = `a'b%40c`
      const env = { DATABASE_URL: url.href, DATABASE_MIGRATE_URL: urlOf('maker', 'six') }
      const [one, other] = [await open(t, '', 'six', env), await open(t, '', 'six', env)]
      await Promise.all([one.migrate(), other.migrate()])
      t.equal(await one.bypassesRowSecurity(), false)
      await works(t, other)
      const [made] = await plainly('postgres', 'six', `select * from pg_authid where rolname = 'it''s new'`)
      t.match(made, { rolcanlogin: true, rolsuper: false, rolcreaterole: false, rolcreatedb: false })
      t.match(made, { rolpassword: /^SCRAM-SHA-256\$/ })

      const weak = { DATABASE_MIGRATE_URL: urlOf('plain', 'three') }
      const database = await open(t, 'newcomer', 'three', weak)
      await t.rejects(database.migrate(), {
        constructor: StartupError,
        message: /CREATE ROLE "newcomer" LOGIN/,
      })
    },
  )

  await t.test('a dump made by the owner is whole, and comes back on another server', async (t) => {
    const dump = join(t.testdir({}), 'cafe.dump')
    const bin = findPostgres()!
    const env = { DATABASE_URL: urlOf('maker', 'one'), JWT_SECRET: testSecret, LOG_LEVEL: 'warn' }
    const cafe = await startApp(t, { on: env })
    const { dishes, order } = await serviceOf(cafe.as('waiter1'))
    await order({ items: [{ menu_item: dishes[0]!.id }] })
    const booksOf = (database: Database) => database.acrossCompanies(countRows)
    const books = await booksOf(cafe.database)
    const { text } = await page('docs/operations.md')
    t.match(text, `pg_dump ${dumpOptions.join(' ')} `)
    t.match(text, `pg_restore ${restoreOptions.join(' ')} `)
    t.match(books, { orders: 1, events: 2, audit_log: Number })
    await run(join(bin, 'pg_dump'), [...dumpOptions, '-f', dump, urlOf('maker', 'one')])

    const other = await startPostgres(bin, rig().folder, (stop) => t.teardown(stop))
    const make = ['create role maker login createrole', 'create database one owner maker']
    for (const role of Object.values(roleNames)) make.push(`create role ${role}`, `grant ${role} to maker`)
    for (const statement of make) await administer(other.url, statement)
    const url = new URL(databaseUrl(other.url, 'one'))
    url.username = 'maker'
    await run(join(bin, 'pg_restore'), [...restoreOptions, '-d', url.href, dump])

    const restored = await openDatabase(readConfig({ DATABASE_URL: url.href, JWT_SECRET: testSecret }))
    t.teardown(() => restored.close())
    t.equal(await restored.pendingMigrations(), 0)
    t.strictSame(await booksOf(restored), books)
    await restored.migrate()
    await checkBooks(restored)
    const nobody = crypto.randomUUID()
    t.same(await restored.inCompany(nobody, (tx) => tx.select().from(companies)), [], 'its policies hold')
  })

  await t.test('a database of the version before is brought up while its replicas go on', async (t) => {
    await admin('create database five owner maker')
    const old = postgres(urlOf('maker', 'five'), { max: 1, onnotice: () => {} })
    t.teardown(() => old.end())
    await migrate(drizzle(old), { migrationsFolder: await migrationsBefore(t, 'row_security') })
    const company = '00000000-0000-4000-8000-00000000000c'
    await old`insert into companies (id, name, slug) values (${company}, 'Кафе', 'before')`
    await old`insert into tables (id, company_id, number) values (${company}, ${company}, 7)`

    const database = await open(t, 'maker', 'five')
    await database.migrate()
    const found = await database.inCompany(company, (tx) => tx.select({ number: tables.number }).from(tables))
    t.same(found, [{ number: 7 }])
    t.same(await database.inCompany(crypto.randomUUID(), (tx) => tx.select().from(companies)), [])
    // it takes no role
    await old`update tables set places = 5 where company_id = ${company}`
    t.same(await old`select number, places from tables`, [{ number: 7, places: 5 }])
  })
})

const dumpOptions = ['-Fc', '--role=cafe_upkeep', '--enable-row-security']
const restoreOptions = ['--no-owner', '--exit-on-error']

/** Rows by table. */
async function countRows(tx: Tx): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [table] of allRights.get(roleNames.upkeep)!) {
    const [row] = await rowsOf<{ rows: number }>(
      tx,
      sql`select count(*)::int as rows from ${sql.identifier(table)}`,
    )
    counts[table] = row!.rows
  }
  return counts
}

/** The demo café comes in, and each company finds its own. */
async function works(t: Test, database: Database): Promise<void> {
  t.equal(await fillWithDemo(database, { hashPassword }), true)
  const all = await database.acrossCompanies((tx) => tx.select({ id: companies.id }).from(companies))
  t.ok(all.length > 1)
  for (const { id } of all)
    t.same(await database.inCompany(id, (tx) => tx.select({ id: companies.id }).from(companies)), [{ id }])
  const [who] = await database.withRole('log', (tx) => rowsOf(tx, sql`select current_user as role`))
  t.equal(who?.role, roleNames.log)
}

/** The folder of migrations as it was before one of them. */
async function migrationsBefore(t: Test, name: string): Promise<string> {
  const folder = join(t.testdir({}), 'drizzle')
  // the tests may run where the folder is a link to that of the repository, which must stay as it is
  await cp(migrationsFolder, folder, { recursive: true, dereference: true })
  const path = join(folder, 'meta', '_journal.json')
  const journal = JSON.parse(await readFile(path, 'utf8')) as { entries: { tag: string }[] }
  const at = journal.entries.findIndex(({ tag }) => tag.endsWith(name))
  t.ok(at > 0)
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, at) }))
  return folder
}
