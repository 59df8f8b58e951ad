import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { readConfig } from '../../src/config/config.ts'
import type { Config } from '../../src/config/config.ts'
import type { Database, Tx } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open.ts'
import { copyFolder } from './copy-folder.ts'
import { postgresUrl, redisUrl, rig, template } from './rig.ts'
import type { Content } from './rig.ts'
import type { Teardown } from './teardown.ts'

export type DatabaseKind = Database['kind']

/** Secret that signs tokens in tests. */
export const testSecret = 'a secret for tests, long enough for HS256'

interface FreshOptions {
  kind?: DatabaseKind
  /** `blank`: not even migrated. */
  content?: Content | 'blank'
  /** Further settings, by their names in the environment. */
  env?: Record<string, string>
}

/** A migrated database of this test alone, removed in its teardown; `demo` holds the demo café. */
export async function freshDatabase(
  t: Teardown,
  options: FreshOptions = {},
): Promise<{ database: Database; config: Config }> {
  const config = readConfig({ ...(await freshDatabaseEnv(t, options)), ...options.env })
  const database = await openDatabase(config)
  t.teardown(() => database.close())
  return { database, config }
}

/** For what only the login may, which is a superuser in tests: to change tables, to make roles. */
export const asSuperuser = <T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.acrossCompanies(async (tx) => {
    await tx.execute(sql`reset role`)
    return work(tx)
  })

/** The same as settings for a process or an app: DATABASE_URL and REDIS_URL, or DATA_DIR. */
export async function freshDatabaseEnv(
  t: Teardown,
  { kind = 'postgresql', content = 'empty' }: FreshOptions = {},
): Promise<Record<string, string>> {
  const common = { JWT_SECRET: testSecret, LOG_LEVEL: 'warn', DEMO_DATA: 'false', REGISTRATION: 'true' }
  if (kind === 'embedded') return { ...common, DATA_DIR: await freshDataFolder(t, content) }
  const { url, name } = await freshPostgres(t, content)
  return { ...common, DATABASE_URL: url, REDIS_URL: await redisUrl(), REDIS_PREFIX: `${name}:` }
}

/** Runs the same suite on both databases; names the kind in the title of each. */
export async function onBoth<T extends Teardown & { test: TestMethod<T> }>(
  t: T,
  suite: (t: T, kind: DatabaseKind) => Promise<void>,
): Promise<void> {
  for (const kind of ['embedded', 'postgresql'] as const) await t.test(kind, (t) => suite(t, kind))
}

type TestMethod<T> = (name: string, body: (t: T) => Promise<void>) => unknown

async function freshDataFolder(t: Teardown, content: Content | 'blank'): Promise<string> {
  const folder = await mkdtemp(join(rig().folder, 'data-'))
  if (content !== 'blank') await copyFolder(await template('embedded', content), folder)
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function freshPostgres(
  t: Teardown,
  content: Content | 'blank',
): Promise<{ url: string; name: string }> {
  const server = await postgresUrl()
  const name = `cafe_test_${randomBytes(6).toString('hex')}`
  const like = content === 'blank' ? 'template0' : await template('postgresql', content)
  await administer(server, `create database ${name} template ${like}`)
  // teardowns run last-registered first: whatever uses the database has closed by then, or is cut off
  t.teardown(() => administer(server, `drop database if exists ${name} with (force)`))
  return { url: databaseUrl(server, name), name }
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Runs one statement that cannot be in a transaction, such as `create database`. */
export async function administer(serverUrl: string, statement: string): Promise<void> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
