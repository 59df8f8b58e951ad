import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../src/config/config.ts'
import { hashPassword } from '../../src/accounts/passwords/hash.ts'
import { fillWithDemo } from '../../src/db/demo/demo.ts'
import { openDatabase } from '../../src/db/open.ts'
import { cacheFile, digestOf, keepInCache, keepNewest } from './cache.ts'
import { copyFolder } from './copy-folder.ts'
import { administer, databaseUrl, testSecret } from './database.ts'
import type { Content } from './rig.ts'
import { bringPostgres } from './services/services.ts'

/** Databases to copy: migrating and filling one takes seconds, copying one tens of milliseconds. Each is made when it is wanted. */
interface Templates {
  /** URL of the maintenance database of the PostgreSQL server they are on. */
  serverUrl(): Promise<string>
  /** Name of a PostgreSQL database. */
  postgres(content: Content): Promise<string>
  /** A data folder. */
  embedded(content: Content): Promise<string>
}

type OnStop = (stop: () => Promise<unknown>) => void

export function openTemplates(folder: string, onStop: OnStop): Templates {
  const serverUrl = once(() => bringPostgres(folder, onStop))
  // one after the other: the embedded one holds up this event loop for seconds, and connections would time out
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  const run = randomBytes(4).toString('hex')
  const name = (content: Content) => `cafe_template_${run}_${content}`
  const emptyPostgres = once(() => inTurn(async () => makePostgres(await serverUrl(), name('empty'), onStop)))
  const demoPostgres = once(async () => {
    const empty = await emptyPostgres()
    return inTurn(async () => makePostgres(await serverUrl(), name('demo'), onStop, empty))
  })
  const embedded = once(() => inTurn(() => bringEmbedded(folder)))
  return {
    serverUrl,
    postgres: (content) => (content === 'demo' ? demoPostgres() : emptyPostgres()),
    embedded: async (content) => join(await embedded(), content),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** @param empty name of a database that is migrated, to be filled with the demo café */
async function makePostgres(
  serverUrl: string,
  name: string,
  onStop: OnStop,
  empty?: string,
): Promise<string> {
  await administer(serverUrl, `create database ${name}${empty ? ` template ${empty}` : ''}`)
  onStop(() => administer(serverUrl, `drop database if exists ${name} with (force)`))
  await prepare({ DATABASE_URL: databaseUrl(serverUrl, name) }, empty ? 'demo' : 'empty')
  return name
}

/** Both embedded databases, as an earlier run has left them or made now. */
async function bringEmbedded(folder: string): Promise<string> {
  const own = join(folder, 'embedded')
  const name = `embedded-${await digestOf('test/support/templates.ts')}`
  if (existsSync(cacheFile(name))) {
    await copyFolder(cacheFile(name), own)
    return own
  }
  await prepare({ DATA_DIR: join(own, 'empty') }, 'empty')
  await copyFolder(join(own, 'empty'), join(own, 'demo'))
  await prepare({ DATA_DIR: join(own, 'demo') }, 'demo')
  await keepInCache(name, (place) => copyFolder(own, place))
  await keepNewest('embedded-', 2)
  return own
}

async function prepare(env: Record<string, string>, content: Content): Promise<void> {
  const database = await openDatabase(readConfig({ ...env, JWT_SECRET: testSecret }))
  try {
    if (content === 'empty') await database.migrate()
    else await fillWithDemo(database, { hashPassword })
  } finally {
    await database.close()
  }
}
