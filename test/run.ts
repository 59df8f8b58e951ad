import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { bringServices } from './support/services/services.ts'
import { ServiceError } from './support/services/service-error.ts'
import { buildService, compileTests, runTests } from './support/runner.ts'
import { rigVariable } from './support/rig.ts'
import { makeRunFolder } from './support/run-folder.ts'
import { suiteFiles } from './support/suite-files.ts'
import { makeTemplates } from './support/templates.ts'

/**
 * `npm test [-- files, folders and globs, --grep=… --bail --jobs=… --timeout=…]`: brings a throw-away PostgreSQL and Redis,
 * builds the service, compiles the tests, prepares databases to copy, runs the tests and takes everything down again. Ends with
 * 0 when all passed.
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
  const folder = await makeRunFolder('cafe-test-')
  temporary.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      grep: { type: 'string', short: 'g', multiple: true },
      bail: { type: 'boolean', short: 'b', default: false },
      jobs: { type: 'string', short: 'j', default: '2' },
      timeout: { type: 'string', short: 't', default: '600' },
    },
  })
  const files = await suiteFiles(positionals)
  const [services, main, compiled] = await Promise.all([
    bringServices(folder, (stop) => temporary.push(stop)),
    buildService(folder, { mustSucceed: positionals.length === 0 }),
    compileTests(folder),
  ])
  interrupted.signal.throwIfAborted()
  const { templates, remove } = await makeTemplates(services.postgresUrl, folder)
  temporary.push(remove)
  interrupted.signal.throwIfAborted()

  const suite = {
    files,
    jobs: Number(values.jobs),
    timeoutSeconds: Number(values.timeout),
    grep: values.grep,
    bail: values.bail,
  }
  const { exitCode, passed, failed } = await runTests(suite, {
    compiled,
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
