import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bringServices } from './support/services/services.ts'
import { ServiceError } from './support/services/service-error.ts'
import { buildService, buildTap, runTap } from './support/runner.ts'
import { rigVariable } from './support/rig.ts'
import { makeTemplates } from './support/templates.ts'

/**
 * `npm test [-- file… or other arguments of tap]`: brings a throw-away PostgreSQL and Redis, builds the service,
 * prepares databases to copy, runs tap and takes everything down again. Ends with tap's exit code.
 */
const temporary: (() => Promise<unknown>)[] = []
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort())
// whoever read our output has left
process.stdout.on('error', () => interrupted.abort())

process.exitCode = await testRun(process.argv.slice(2))
  .catch((error: unknown) => {
    console.error(error instanceof ServiceError ? error.message : error)
    return 1
  })
  .finally(cleanUp)

async function testRun(args: string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'cafe-test-'))
  temporary.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  const wholeSuite = !args.some((arg) => arg.endsWith('.ts'))
  const [services, main] = await Promise.all([
    bringServices(folder, (stop) => temporary.push(stop)),
    buildService(folder, { mustSucceed: wholeSuite }),
    buildTap(),
  ])
  interrupted.signal.throwIfAborted()
  const { templates, remove } = await makeTemplates(services.postgresUrl, folder)
  temporary.push(remove)
  interrupted.signal.throwIfAborted()

  const { exitCode, passed, failed } = await runTap(args, {
    env: { [rigVariable]: JSON.stringify({ ...services, main, templates, folder }) },
    signal: interrupted.signal,
  })
  console.log(`${passed} passed, ${failed} failed`)
  return exitCode
}

async function cleanUp(): Promise<void> {
  for (const undo of temporary.reverse()) {
    await undo().catch((error: unknown) => console.error('clean-up:', error))
  }
}
