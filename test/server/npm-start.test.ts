import { cp, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { freePort, listens } from '../support/free-port.ts'
import { bareEnvironment } from '../support/process.ts'
import { repository } from '../support/repository.ts'
import { rig } from '../support/rig.ts'
import { startChild } from '../support/services/child.ts'
import type { Child } from '../support/services/child.ts'
import { waitUntil } from '../support/wait.ts'

/** `npm start` as a person types it, in a copy of the repository that nobody has built yet. */

const clone = await copyOf(['src', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
const building = /building/

async function copyOf(names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(rig().folder, 'clone-'))
  for (const name of names) await cp(join(repository, name), join(folder, name), { recursive: true })
  for (const name of ['node_modules', 'drizzle', 'web'])
    await symlink(join(repository, name), join(folder, name))
  return folder
}

function npmStart(
  t: Test,
  { cwd = clone, args = [], env = {} }: { cwd?: string; args?: string[]; env?: Record<string, string> },
): Child {
  const child = startChild('npm', ['start', '--', ...args], { cwd, env: { ...bareEnvironment(), ...env } })
  t.teardown(() => child.stop())
  return child
}

/** Starts it with the demo café that is there already, and waits until it serves. */
async function serving(t: Test, cwd = clone) {
  const port = await freePort()
  const demo = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const child = npmStart(t, { cwd, env: { ...demo, HOST: '127.0.0.1', PORT: String(port) } })
  await waitUntil(
    async () => {
      if (!child.running) throw new Error(`it ended:\n${child.output()}`)
      return (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok
    },
    { what: 'it is ready', timeoutMs: 120_000 },
  )
  return { child, port }
}

t.test('it compiles at the first start, and later only what has changed', async (t) => {
  const help = async () => {
    const child = npmStart(t, { args: ['--help'] })
    t.same(await child.exited, { code: 0, signal: null }, child.output())
    t.match(child.output(), /create-company/)
    return child.output()
  }
  t.match(await help(), building)
  t.notMatch(await help(), building, 'nothing has changed')
  await writeFile(join(clone, 'src', 'another.ts'), 'export const another = 1\n')
  t.match(await help(), building, 'a file more')
  t.ok((await readdir(join(clone, 'dist'))).includes('another.js'))
  t.notMatch(await help(), building)
})

t.test('sources that do not compile: the reason, and not the service of before', async (t) => {
  const broken = join(clone, 'src', 'another.ts')
  await writeFile(broken, 'export const another = \n')
  const child = npmStart(t, { args: ['--version'] })
  t.not((await child.exited).code, 0)
  t.match(child.output(), /another\.ts/)
  await writeFile(broken, 'export const another = 1\n')
})

t.test('Ctrl+C at a terminal, which npm and the service both hear, is one signal', async (t) => {
  const port = await freePort()
  const demo = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const env = { ...bareEnvironment(), ...demo, PORT: String(port) }
  const child = startChild('script', ['-qec', 'exec npm start', '/dev/null'], {
    cwd: clone,
    env: { ...env, HOST: '127.0.0.1', LOG_LEVEL: 'info' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  t.teardown(() => child.stop('SIGKILL'))
  await waitUntil(() => /ready/.test(child.output()), { what: 'it is ready', timeoutMs: 120_000 })
  child.process.stdin!.write('\u0003')
  t.match(await child.exited, { code: 0 })
  t.match(child.output(), /stopping/)
  t.notMatch(child.output(), /second signal/)
  t.notOk(await listens(port))
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} to npm ends the service and frees the port`, async (t) => {
    const { child, port } = await serving(t)
    child.process.kill(signal)
    t.same(await child.exited, { code: 0, signal: null }, child.output())
    t.notOk(await listens(port))
  })
}

t.test('npm that is killed leaves no service behind', async (t) => {
  const { child, port } = await serving(t)
  child.process.kill('SIGKILL')
  await waitUntil(async () => !(await listens(port)), { what: 'the port is free', timeoutMs: 30_000 })
})

t.test('a package that was installed has no sources and just starts', async (t) => {
  const installed = await copyOf(['scripts', 'package.json'])
  await mkdir(join(installed, 'dist'))
  await cp(join(clone, 'dist'), join(installed, 'dist'), { recursive: true })
  const { child } = await serving(t, installed)
  t.notMatch(child.output(), building)
})
