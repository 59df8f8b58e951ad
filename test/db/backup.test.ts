import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { rowsOf } from '../../src/db/database.ts'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open.ts'
import { startApp } from '../support/app.ts'
import { checkBooks } from '../support/books.ts'
import { runHere } from '../support/command.ts'
import { administer, freshDatabase, freshDatabaseEnv } from '../support/database.ts'
import { bareEnvironment, runService } from '../support/process.ts'

const epochOf = async (database: Database) =>
  (await database.acrossCompanies((tx) => rowsOf<{ epoch: string }>(tx, sql`select epoch from epoch`)))[0]!
    .epoch

const namesOf = async (database: Database) =>
  (
    await database.acrossCompanies((tx) =>
      rowsOf<{ name: string }>(tx, sql`select name from companies order by 1`),
    )
  ).map(({ name }) => name)

t.test('a backup of PostgreSQL and what a restore makes of it', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const file = join(t.testdir({}), 'cafe.backup')
  const cafe = await startApp(t, { on: env, env: { ACTOR_CACHE: '0s' } })
  const { database } = cafe
  const isIn = async (token: string) =>
    (await cafe.withToken(token).get('/api/users/profile/')).status === 200
  const before = await cafe.tokenOf('owner')
  const companies = await namesOf(database)

  const made = await runHere('backup', [file], env)
  t.match(
    made.output,
    /^Copying 127\.0\.0\.1:\d+\/cafe_test_\w+, [\d.]+ MB…\n( .*written\n)*The backup is there: /,
  )

  await database.acrossCompanies((tx) =>
    tx.execute(sql`insert into companies (id, name, slug) values (gen_random_uuid(), 'Later', 'later')`),
  )
  const { body } = await cafe
    .withToken()
    .post<{ access: string }>('/api/users/login/', { email: 'cook1@test.com', password: 'demo12345' })
  const later = await namesOf(database)
  await t.rejects(runHere('restore', [file], env), {
    message: `the database is not empty, it has ${later.length} companies; nothing was changed. --replace puts those of the backup in their place`,
  })

  await t.test('a file that is not whole changes nothing', async (t) => {
    const torn = join(t.testdir({}), 'torn')
    const whole = await readFile(file)
    for (const part of [whole.subarray(0, whole.length / 2), whole.subarray(0, 100)]) {
      await writeFile(torn, part)
      await t.rejects(runHere('restore', [torn, '--replace'], env), { message: /^pg_restore failed: / })
    }
    await writeFile(torn, Buffer.from([0x1f, 0x8b, 8, 0, 0]))
    await t.rejects(runHere('restore', [torn, '--replace'], env), {
      message: /a backup of an embedded database, and DATABASE_URL names a PostgreSQL/,
    })
    t.same(await namesOf(database), later)
    t.ok(await isIn(before))
  })

  const epoch = await epochOf(database)
  const { output } = await runHere('restore', [file, '--replace'], env)
  t.match(
    output,
    new RegExp(`^The database is restored: ${companies.length} companies, 9 logins, 0 orders\\.$`, 'm'),
  )
  t.same(await namesOf(database), companies)
  t.not(await epochOf(database), epoch, 'numbers of before are void')
  t.notOk(await isIn(before), 'a login that the backup has')
  t.notOk(await isIn(body.access), 'a login of after')
  const again = await cafe
    .withToken()
    .post<{ access: string }>('/api/users/login/', { email: 'owner@test.com', password: 'demo12345' })
  t.ok(await isIn(again.body.access))
  const sessions = await cafe.withToken(again.body.access).get('/api/users/sessions/')
  t.equal(sessions.body.count, 1, 'that of now alone')
  t.equal(await database.pendingMigrations(), 0)
  const nobody = crypto.randomUUID()
  t.same(
    await database.inCompany(nobody, (tx) => rowsOf(tx, sql`select id from companies`)),
    [],
    'policies hold',
  )
  await checkBooks(database)

  await t.test('into an empty database, and one that has nothing but its tables', async (t) => {
    for (const content of ['blank', 'empty'] as const) {
      const other = await freshDatabaseEnv(t, { content })
      t.match((await runHere('restore', [file], other)).output, /The database is restored/, content)
      const restored = await openDatabase(readConfig(other))
      t.teardown(() => restored.close())
      t.same(await namesOf(restored), companies)
    }
  })

  await t.test('tables of something else are never replaced', async (t) => {
    const other = await freshDatabaseEnv(t, { content: 'blank' })
    await administer(other.DATABASE_URL!, 'create table letters (id int)')
    await t.rejects(runHere('restore', [file, '--replace'], other), { message: /tables of something else/ })
    await administer(other.DATABASE_URL!, 'insert into letters values (1)')
  })

  await t.test('a backup of PostgreSQL is none of an embedded database', async (t) => {
    const embedded = await freshDatabaseEnv(t, { kind: 'embedded', content: 'blank' })
    await t.rejects(runHere('restore', [file], embedded), { message: /name the database in DATABASE_URL/ })
  })
})

t.test(
  'passwords stand in no argument of the programs, and programs that are missing are named',
  async (t) => {
    const { config } = await freshDatabase(t, { content: 'blank' })
    const url = new URL(config.databaseUrl!)
    url.password = 'p@ss word'
    const folder = t.testdir({})
    const fake = join(folder, 'pg_dump')
    const seen = join(folder, 'seen')
    await writeFile(fake, `#!/bin/sh\necho "$@ / $PGPASSWORD / $PGHOST:$PGPORT $PGDATABASE" > ${seen}\n`)
    await chmod(fake, 0o755)
    const { PATH = '' } = bareEnvironment()
    const env = { DATABASE_URL: url.href, JWT_SECRET: 'x'.repeat(32), DB_MIGRATE_ON_START: 'false' }
    const done = await runService(t, { ...env, PATH: `${folder}:${PATH}` }, ['backup', join(folder, 'a')])
    t.equal(done.code, 0, done.output)
    t.notMatch(done.output, /p@ss|p%40ss/)
    t.equal(
      await readFile(seen, 'utf8'),
      `-Fc --role=cafe_upkeep --enable-row-security / p@ss word / ${url.hostname}:${url.port} ${url.pathname.slice(1)}\n`,
    )
    const without = await runService(t, { ...env, PATH: folder + '/none' }, ['backup', join(folder, 'b')])
    t.match(
      without.output,
      /^cafe-realtime: pg_dump is not on PATH: install the client programs of PostgreSQL/m,
    )
    await t.rejects(readFile(join(folder, 'b')), { code: 'ENOENT' })
    await t.rejects(readFile(join(folder, 'b.part')), { code: 'ENOENT' })
  },
)
