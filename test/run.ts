import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compileTests } from './support/compile.ts'
import { rigVariable } from './support/rig.ts'
import type { Rig } from './support/rig.ts'
import { makeRunFolder } from './support/run-folder.ts'
import { openProvider, runTests } from './support/runner.ts'
import { installMissing } from './support/services/programs.ts'
import { ServiceError } from './support/services/service-error.ts'
import { suiteFiles } from './support/suite-files.ts'

/**
 * `npm test [-- files, folders and globs, --grep=… --bail --jobs=… --timeout=… --inspect --install]`: compiles what has changed, runs the
 * tests, brings PostgreSQL, Redis and databases to copy when a test first wants them, and takes everything down again. Ends with 0
 * when all passed. With `--install` it first installs the programs that are missing, as root on Debian or Ubuntu.
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
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      grep: { type: 'string', short: 'g', multiple: true },
      bail: { type: 'boolean', short: 'b', default: false },
      jobs: { type: 'string', short: 'j', default: '2' },
      timeout: { type: 'string', short: 't', default: '600' },
      inspect: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
    },
  })
  const files = await suiteFiles(positionals)
  if (values.install) await installMissing()
  const folder = await makeRunFolder('cafe-test-')
  temporary.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const compiled = await compileTests(folder)
  const provider = await openProvider(compiled, folder)
  temporary.push(provider.close)
  interrupted.signal.throwIfAborted()

  const suite = {
    files,
    jobs: values.inspect ? 1 : Number(values.jobs),
    timeoutSeconds: values.inspect ? 86_400 : Number(values.timeout),
    inspect: values.inspect,
    grep: values.grep,
    bail: values.bail,
  }
  const rig: Rig = { main: join(compiled, 'src', 'main.js'), folder, provider: provider.path }
  const { exitCode, passed, failed } = await runTests(suite, {
    compiled,
    env: { [rigVariable]: JSON.stringify(rig) },
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
