import { spawn } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repository } from './repository.ts'
import { ServiceError } from './services/service-error.ts'

const bin = (name: string) => `${repository}node_modules/.bin/${name}`

/**
 * Compiles the service and puts the result aside, so that a build meanwhile does not change what process tests start.
 * A single test file may run while another file is half-written.
 * @returns path of its main.js
 */
export async function buildService(
  folder: string,
  { mustSucceed }: { mustSucceed: boolean },
): Promise<string> {
  const { code, output } = await run('npm', ['run', 'build', '--silent'])
  if (code !== 0 && mustSucceed) throw new ServiceError(`the build failed:\n${output}`)
  if (code !== 0) console.error(`the build has faults, going on with what it gave:\n${output}`)
  const service = join(folder, 'service')
  await mkdir(service)
  await cp(join(repository, 'dist'), join(service, 'dist'), { recursive: true })
  await linkInto(service)
  return join(service, 'dist', 'main.js')
}

/**
 * Compiles everything that test files are made of: a file is then up in a second, which run from its source took four.
 * Types are not looked at, and a single test file may run while another is half-written.
 * @returns the folder, laid out as the repository
 */
export async function compileTests(folder: string): Promise<string> {
  const compiled = join(folder, 'compiled')
  const options = ['--noEmit', 'false', '--noCheck', '--sourceMap', '--rootDir', '.', '--outDir', compiled]
  const { code, output } = await run(bin('tsc'), ['-p', 'tsconfig.json', ...options])
  if (code !== 0) console.error(`the tests have faults, going on with what they gave:\n${output}`)
  await linkInto(compiled)
  return compiled
}

/** Links what the code reads beside itself. */
async function linkInto(folder: string): Promise<void> {
  for (const name of ['package.json', 'node_modules', 'drizzle', 'web']) {
    await symlink(join(repository, name), join(folder, name))
  }
}

/** What test/suite.ts gets, as JSON. */
export interface Suite {
  /** By their paths in the repository, as sources. */
  files: readonly string[]
  jobs: number
  /** For each file, and for each test in it. */
  timeoutSeconds: number
  /** Names of the tests to run, or regular expressions as `/…/`; without, all. */
  grep?: readonly string[]
  /** Ends with the first failure. */
  bail: boolean
}

interface TestRun {
  /** What `compileTests` gave. */
  compiled: string
  env: Record<string, string>
  signal: AbortSignal
}

/** Runs test files: one line per file that passes, everything about a file that fails. */
export async function runTests(suite: Suite, { compiled, env, signal }: TestRun) {
  const { DATABASE_URL: _, REDIS_URL: __, ...inherited } = process.env
  // a process group of its own: an interrupt at the terminal reaches it once, and nothing of it outlives the run
  const program = join(compiled, 'test', 'suite.js')
  const child = spawn(process.execPath, [program, JSON.stringify(suite)], {
    cwd: repository,
    env: { ...inherited, ...env, TAP_BAIL: suite.bail ? '1' : '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const interrupt = () => signalGroup(child.pid, 'SIGTERM')
  signal.addEventListener('abort', interrupt)
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
  const counts = await report(child.stdout)
  const exitCode = await exited
  signal.removeEventListener('abort', interrupt)
  signalGroup(child.pid, 'SIGKILL')
  return { exitCode, ...counts }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal)
  } catch {
    // nobody of it is left
  }
}

async function report(output: NodeJS.ReadableStream): Promise<{ passed: number; failed: number }> {
  let block: string[] = []
  let counts = { passed: 0, failed: 0 }
  let failing = false
  for await (const line of createInterface({ input: output })) {
    const total = /^# \{ total: \d+(?:, pass: (\d+))?(?:, fail: (\d+))?/.exec(line)
    if (total) counts = { passed: Number(total[1] ?? 0), failed: Number(total[2] ?? 0) }
    if (line.startsWith('not ok')) {
      console.log([...block, line].join('\n'))
      failing = true
    } else if (line.startsWith('ok') || line.startsWith('#')) {
      if (!line.startsWith('# Subtest')) console.log(line)
      failing = false
    } else if (failing) {
      console.log(line)
    } else {
      block.push(line)
      continue
    }
    block = []
  }
  return counts
}

function run(command: string, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
