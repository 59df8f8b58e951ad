import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { readConfig } from '../../../src/config/config.ts'
import { rowsOf } from '../../../src/db/database.ts'
import { openDatabase } from '../../../src/db/open.ts'
import { startApp } from '../../support/app.ts'
import { freshDatabaseEnv } from '../../support/database.ts'
import { runService } from '../../support/process.ts'
import { rig } from '../../support/rig.ts'

/** «пароль-кофе», by Python's hashlib.pbkdf2_hmac. */
const password = 'pbkdf2_sha256$1000$jkAx93Ld0aQ2$SE9Begt7A/3iSxSqCkzFCMCuLcKRCKo3KZmorlLwkEg='

t.test('people of a Django café are imported, all of them or none, and log in', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const database = await openDatabase(readConfig(env))
  t.teardown(() => database.close())
  const [company] = await database.acrossCompanies((tx) =>
    rowsOf<{ slug: string }>(
      tx,
      sql`update branches set code = 'CTR' where name = 'Центр'
        returning (select slug from companies where id = company_id) as slug`,
    ),
  )
  const load = async (rows: unknown[], ...more: string[]) => {
    const file = join(rig().folder, `people-${Date.now()}.jsonl`)
    const lines = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)))
    await writeFile(file, lines.join('\n'))
    return runService(t, env, ['import-users', file, '--company', company!.slug, ...more])
  }
  const waiter = { email: 'Aida@Old.test', password, role: 'waiter', branches: ['CTR'], first_name: 'Аида' }
  const admin = { email: 'boss@old.test', password, role: 'admin' }
  const cafe = await startApp(t, { on: env })
  const logIn = (email: string) =>
    cafe.withToken().post<{ first_name: string; branch_ids: string[] }>('/api/users/login/', {
      email,
      password: 'пароль-кофе',
    })

  const faulty = await load([
    waiter,
    '{"email":',
    { ...admin, role: 'chef' },
    { ...waiter, email: 'waiter1@test.com' },
    { ...waiter, email: 'aida@old.test' },
    { ...admin, email: 'x@old.test', password: 'bcrypt$$2b$12$abc' },
    { ...admin, email: 'y@old.test', branches: ['NOWHERE'] },
    { email: 'z@old.test', password, role: 'cook' },
  ])
  t.equal(faulty.code, 1)
  for (const line of [2, 3, 4, 5, 6, 7, 8]) t.match(faulty.output, new RegExp(`^line ${line}: `, 'm'))
  t.notMatch(faulty.output, /^line 1: /m)
  t.equal((await logIn('aida@old.test')).status, 401, 'nobody was imported')

  const dry = await load([waiter, '', admin], '--dry-run')
  t.match([dry.code, dry.output], [0, /2 people can be imported/])
  t.equal((await logIn('aida@old.test')).status, 401)

  const real = await load([waiter, admin])
  t.match([real.code, real.output], [0, /2 people imported/])
  const { status, body } = await logIn('aida@old.test')
  t.match([status, body.first_name, body.branch_ids.length], [200, 'Аида', 1])
  t.equal((await logIn('boss@old.test')).status, 200)

  const again = await load([waiter, admin])
  t.equal(again.code, 1, 'a second time everybody is there already')
})
