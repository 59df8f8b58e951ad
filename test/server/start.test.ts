import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { settings } from '../../src/config/settings.ts'
import { closeOrder, postOrder, visit } from '../guide/cafe.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { runService, startService } from '../support/process.ts'
import { rig } from '../support/rig.ts'

const newFolder = () => mkdtemp(join(rig().folder, 'data-'))
/** Where the demo café is already: to fill a new folder takes seconds. */
async function usedFolder(t: Test): Promise<string> {
  const { DATA_DIR } = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  return DATA_DIR!
}
const lines = (output: string) => output.trim().split('\n')

t.test('a port that is taken: one sentence, exit code 1', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1')
  t.teardown(() => holder.close())
  await new Promise((resolve) => holder.once('listening', resolve))
  const port = String((holder.address() as AddressInfo).port)
  const folder = await newFolder()
  const { code, output } = await runService(t, { DATA_DIR: folder, PORT: port })
  t.equal(code, 1)
  t.equal(lines(output).length, 1, output)
  t.match(output, port)
  t.same(await readdir(folder), [], 'the port is taken first: nothing was written')
})

t.test('a data folder that cannot be written: one sentence, exit code 1', async (t) => {
  const file = join(await newFolder(), 'a-file')
  await writeFile(file, '')
  const { code, output } = await runService(t, { DATA_DIR: join(file, 'data') })
  t.equal(code, 1)
  t.equal(lines(output).length, 1, output)
  t.match(output, file)
})

t.test('a folder of pictures that cannot be written: one sentence, exit code 1', async (t) => {
  const file = join(await newFolder(), 'a-file')
  await writeFile(file, '')
  const { code, output } = await runService(t, {
    DATA_DIR: await newFolder(),
    MENU_IMAGES_DIR: join(file, 'pictures'),
  })
  t.equal(code, 1)
  t.equal(lines(output).length, 1, output)
  t.match(output, /MENU_IMAGES_DIR/)
})

t.test('bad settings are listed all at once, exit code 1', async (t) => {
  const bad = {
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    ACCESS_TOKEN_TTL: 'soon',
    ROLES: 'cook',
    JWT_SECRET: 'short',
  }
  const { code, output } = await runService(t, { ...bad, REDIS_URL: 'redis://127.0.0.1:1' })
  t.equal(code, 1)
  for (const name of [...Object.keys(bad), 'REDIS_URL']) t.match(output, name)
  t.notMatch(output, /\n\s+at /, 'no stack')
})

t.test('one bad setting is one sentence', async (t) => {
  const { code, output } = await runService(t, { PORT: '99999' })
  t.equal(code, 1)
  t.equal(lines(output).length, 1, output)
  t.match(output, /PORT/)
})

t.test('a secret is required with DATABASE_URL', async (t) => {
  const { JWT_SECRET: _, ...env } = await freshDatabaseEnv(t)
  const { code, output } = await runService(t, env)
  t.equal(code, 1)
  t.equal(lines(output).length, 1, output)
  t.match(output, /JWT_SECRET/)
})

t.test('--help names every setting and starts nothing', async (t) => {
  const folder = await newFolder()
  const { code, output } = await runService(t, { DATA_DIR: folder }, ['--help'])
  t.equal(code, 0)
  for (const name of Object.keys(settings.properties)) t.match(output, name)
  t.same(await readdir(folder), [])
})

t.test('a second start on a folder in use ends with code 1 and touches nothing', async (t) => {
  const folder = await usedFolder(t)
  const first = await startService(t, { DATA_DIR: folder })
  const cafe = visit(first)
  await cafe.token('waiter1')
  const before = await filesOf(folder)

  const second = await runService(t, { DATA_DIR: folder })
  t.equal(second.code, 1)
  t.equal(lines(second.output).length, 1, second.output)
  t.match(second.output, folder)
  t.same(await filesOf(folder), before, 'no file was made, changed or removed')
  const { order } = await postOrder(cafe, 'waiter1')
  t.equal((await closeOrder(cafe, 'waiter1', order)).status, 200, 'the first goes on')
})

for (const [signal, folderFor] of [
  ['SIGTERM', usedFolder],
  ['SIGKILL', newFolder],
] as const) {
  t.test(`a start after ${signal} keeps the data and the tokens`, async (t) => {
    const folder = await folderFor(t)
    const first = await startService(t, { DATA_DIR: folder })
    const cafe = visit(first)
    const { order } = await postOrder(cafe, 'waiter1')
    await first.stop(signal)
    if (signal === 'SIGTERM') t.same(await first.exited, { code: 0, signal: null }, first.output())

    const second = await startService(t, { DATA_DIR: folder, PORT: String(first.port) })
    t.match(second.output(), String(second.port))
    const { status, body } = await cafe.call('waiter1', 'GET', `/api/cafe/orders/${order.id}/`)
    t.equal(status, 200, 'the old token still opens it')
    t.same(body, order)
    const tables = await cafe.call<{ count: number }>('owner', 'GET', '/api/cafe/tables/')
    t.ok(tables.body.count >= 20, 'the demo café is there once')
    t.equal(
      new Set((await cafe.list<{ title: string }>('owner', '/api/cafe/categories/')).map((row) => row.title))
        .size,
      (await cafe.list('owner', '/api/cafe/categories/')).length,
    )
  })
}

/** Every file of a folder with its size and time. PGlite's own files move while it runs; what counts is who made them. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, ino, mtimeMs } = await stat(join(folder, name))
      return `${name} ${size} ${ino} ${mtimeMs}`
    }),
  )
  return files.sort()
}
