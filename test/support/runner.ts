import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { linkInto } from './compile.ts'
import { repository } from './repository.ts'
import { providerSocket } from './rig.ts'
import { ServiceError } from './services/service-error.ts'

/**
 * Builds the service where its sources have changed, and puts the result aside, so that a build meanwhile does not change
 * what is started.
 * @returns path of its main.js
 * @throws ServiceError when it does not compile
 */
export async function buildService(folder: string): Promise<string> {
  const { code, output } = await run('npm', ['run', 'build', '--silent', '--', '--if-stale'])
  if (code !== 0) throw new ServiceError(`the build failed:\n${output}`)
  const service = join(folder, 'service')
  await mkdir(service)
  await cp(join(repository, 'dist'), join(service, 'dist'), { recursive: true })
  await linkInto(service)
  return join(service, 'dist', 'main.js')
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
  /** Each file waits for a debugger before it runs. */
  inspect: boolean
}

/** Starts what gives test files their databases and programs (test/provider.ts). */
export async function openProvider(compiled: string, folder: string) {
  const program = join(compiled, 'test', 'provider.js')
  // not in our group: an interrupt at the terminal must not take databases from tests that are still ending
  const child = fork(program, [folder], {
    cwd: repository,
    detached: true,
    execArgv: ['--enable-source-maps'],
  })
  const exited = once(child, 'exit')
  const [said] = await Promise.race([once(child, 'message'), exited])
  if (said !== 'listening') throw new ServiceError('what gives tests their databases did not start')
  return {
    path: providerSocket(folder),
    async close() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
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
