import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import type { Test } from 'tap'
import { request } from '../guide/http.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { rig } from '../support/rig.ts'
import { startChild } from '../support/services/child.ts'
import type { Child } from '../support/services/child.ts'
import { waitUntil } from '../support/wait.ts'
import { repository } from '../support/repository.ts'

/** The folder that the Dockerfile makes, made without Docker, and the program started from it as the image starts it. */

const run = promisify(execFile)
const lastStage = (await readFile(`${repository}Dockerfile`, 'utf8')).split('\nFROM ').at(-1)!

/** What `npm ci --omit=dev` installs, by path, as npm itself says. */
async function productionPackages(): Promise<string[]> {
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: repository })
  // the client package is for others: in the image its link leads nowhere
  const ships = (path: string) =>
    path.startsWith(`${repository}node_modules`) && !path.includes('@cafe-realtime')
  return stdout.split('\n').filter(ships)
}

/** Does what the COPY lines of the last stage say; nothing else gets into the folder. */
async function makeImage(): Promise<string> {
  const app = await mkdtemp(join(rig().folder, 'image-'))
  const from: Record<string, (source: string, target: string) => Promise<void>> = {
    context: (source, target) => cp(join(repository, source), target, { recursive: true }),
    build: (_source, target) => cp(join(rig().main, '..'), target, { recursive: true }),
    async dependencies(_source, target) {
      for (const path of await productionPackages()) {
        const place = join(target, path.slice(`${repository}node_modules`.length))
        await mkdir(place, { recursive: true })
        const nested = join(path, 'node_modules')
        await cp(path, place, { recursive: true, filter: (file) => file !== nested })
      }
    },
  }
  for (const [, stage = 'context', paths] of lastStage.matchAll(/^COPY (?:--from=(\w+) )?(.+)$/gm)) {
    const [source, target] = paths!.split(' ')
    await from[stage]!(source!, join(app, target!.replace('./', source!)))
  }
  return app
}

const app = await makeImage()
const environment = Object.fromEntries(
  [...lastStage.matchAll(/^(?:ENV| +)\s*(\w+)=([^\s"]+)/gm)].map(([, name, value]) => [name!, value!]),
)
const command = JSON.parse(/^CMD (\[.*\])$/m.exec(lastStage)![1]!) as string[]
const health = JSON.parse(/^HEALTHCHECK [^]*?CMD (\[.*\])$/m.exec(lastStage)![1]!) as string[]

/** Runs a command in the image, by its own `node`: with the image's settings and those given. */
function inImage(t: Test, [, ...args]: readonly string[], env: Record<string, string>) {
  const child = startChild(process.execPath, args, { cwd: app, env: { ...environment, ...env } })
  t.teardown(() => child.stop())
  return child
}

t.test('it starts, serves, finds itself healthy, and writes nothing into its folder', async (t) => {
  const before = await filesOf(app)
  const demo = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const env = { ...demo, DEMO_DATA: 'true', PORT: String(await freePort()) }
  const service = inImage(t, command, env)
  const url = `http://127.0.0.1:${env.PORT}`
  await isReady(service, url)
  t.same(await inImage(t, health, env).exited, { code: 0, signal: null }, 'HEALTHCHECK')
  const page = await (await fetch(url)).text()
  for (const [, path] of page.matchAll(/(?:href|src)="(\/[^"]+)"/g))
    t.equal((await fetch(url + path!)).status, 200, path!)
  const login = { email: 'waiter1@test.com', password: 'demo12345' }
  t.equal((await request(url, 'POST', '/api/users/login/', { body: login })).status, 200)

  service.process.kill('SIGTERM')
  t.same(await service.exited, { code: 0, signal: null }, 'signals reach it')
  t.equal((await inImage(t, health, env).exited).code, 1, 'HEALTHCHECK sees that it is gone')
  t.same(await filesOf(app), before, 'a read-only file system is enough')
})

t.test('the migrate job of compose: a new database, then a replica that does not migrate', async (t) => {
  const blank = await freshDatabaseEnv(t, { content: 'blank' })
  const env = { ...blank, DB_MIGRATE_ON_START: 'false', PORT: String(await freePort()) }
  const migrate = inImage(t, [...command, 'migrate'], env)
  t.same(await migrate.exited, { code: 0, signal: null }, migrate.output())
  const service = inImage(t, command, env)
  const url = `http://127.0.0.1:${env.PORT}`
  await isReady(service, url)
  t.equal((await request(url, 'GET', '/api/users/profile/')).body.code, 'not_authenticated', 'it serves')
})

const isReady = (service: Child, url: string) =>
  waitUntil(
    async () => {
      if (!service.running) throw new Error(`it ended:\n${service.output()}`)
      const reply = await fetch(`${url}/readyz`).catch(() => null)
      return reply?.ok
    },
    { what: 'it is ready', timeoutMs: 60_000 },
  )

/** Every file with its size and time. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const files = names.map(async (name) => {
    const { size, mtimeMs } = await stat(join(folder, name))
    return `${name} ${size} ${mtimeMs}`
  })
  return (await Promise.all(files)).sort()
}
