import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import { hashPassword } from '../../src/accounts/passwords.ts'
import { fillWithDemo } from '../../src/db/demo.ts'
import { openDatabase } from '../../src/db/open.ts'
import { copyFolder } from './copy-folder.ts'
import { administer, databaseUrl, testSecret } from './database.ts'
import type { Content, Templates } from './rig.ts'

/** Prepares databases to copy: migrating and filling one takes seconds, copying one tens of milliseconds. */
export async function makeTemplates(
  postgresUrl: string,
  folder: string,
): Promise<{ templates: Templates; remove: () => Promise<void> }> {
  const run = randomBytes(4).toString('hex')
  const templates: Templates = {
    postgres: { empty: `cafe_template_${run}_empty`, demo: `cafe_template_${run}_demo` },
    embedded: { empty: join(folder, 'embedded-empty'), demo: join(folder, 'embedded-demo') },
  }
  const remove = async () => {
    for (const name of Object.values(templates.postgres)) {
      await administer(postgresUrl, `drop database if exists ${name} with (force)`)
    }
  }
  try {
    await makePostgres(postgresUrl, templates.postgres)
    // not at the same time: the embedded one holds up this event loop for seconds, and connections would time out
    await makeEmbedded(templates.embedded)
  } catch (error) {
    await remove()
    throw error
  }
  return { templates, remove }
}

async function makePostgres(serverUrl: string, names: Record<Content, string>): Promise<void> {
  await administer(serverUrl, `create database ${names.empty}`)
  await prepare({ DATABASE_URL: databaseUrl(serverUrl, names.empty) }, 'empty')
  await administer(serverUrl, `create database ${names.demo} template ${names.empty}`)
  await prepare({ DATABASE_URL: databaseUrl(serverUrl, names.demo) }, 'demo')
}

async function makeEmbedded(folders: Record<Content, string>): Promise<void> {
  await prepare({ DATA_DIR: folders.empty }, 'empty')
  await copyFolder(folders.empty, folders.demo)
  await prepare({ DATA_DIR: folders.demo }, 'demo')
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
