import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ServiceError } from './services/service-error.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = (name: string) => `${root}node_modules/.bin/${name}`

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
  await cp(join(root, 'dist'), join(service, 'dist'), { recursive: true })
  for (const name of ['package.json', 'node_modules', 'drizzle', 'web']) {
    await symlink(join(root, name), join(service, name))
  }
  return join(service, 'dist', 'main.js')
}

/**
 * Prepares tap's test class for the plugins of .taprc. In a fresh clone plain `tap` finds no test files before that; done
 * only when needed, since it rewrites files that a run in progress may be loading.
 */
export async function buildTap(): Promise<void> {
  const built = await readFile(`${root}node_modules/@tapjs/test/test-built/dist/esm/index.js`, 'utf8').catch(
    () => '@tapjs/typescript',
  )
  if (!built.includes('@tapjs/typescript')) return
  const { code, output } = await run(bin('tap'), ['build'])
  if (code !== 0) throw new ServiceError(`tap build failed:\n${output}`)
}

interface TapRun {
  env: Record<string, string>
  signal: AbortSignal
}

/** Runs tap: one line per file that passes, everything about a file that fails. */
export async function runTap(args: string[], { env, signal }: TapRun) {
  const { DATABASE_URL: _, REDIS_URL: __, ...inherited } = process.env
  // a process group of its own: an interrupt at the terminal reaches it once, and nothing of it outlives the run
  const tap = spawn(bin('tap'), ['--reporter=tap', ...args], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const interrupt = () => signalGroup(tap.pid, 'SIGTERM')
  signal.addEventListener('abort', interrupt)
  const exited = new Promise<number>((resolve, reject) => {
    tap.on('error', reject)
    tap.on('exit', (code) => resolve(code ?? 1))
  })
  const counts = await report(tap.stdout)
  const exitCode = await exited
  signal.removeEventListener('abort', interrupt)
  signalGroup(tap.pid, 'SIGKILL')
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
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
