import type { StdioOptions } from 'node:child_process'
import { freePort } from './free-port.ts'
import { rig } from './rig.ts'
import { refuseSecrets } from './secrets.ts'
import { startChild } from './services/child.ts'
import type { Child } from './services/child.ts'
import type { Teardown } from './teardown.ts'
import { waitUntil } from './wait.ts'

/** A running `node dist/main.js`. */
export interface Service extends Child {
  readonly httpUrl: string
  readonly socketUrl: string
  readonly port: number
}

/** Starts the built service with exactly these settings and waits until it is ready; ends with the test. */
export async function startService(t: Teardown, env: Record<string, string>): Promise<Service> {
  const port = Number(env.PORT ?? (await freePort()))
  const child = launch({ HOST: '127.0.0.1', ...env, PORT: String(port) })
  t.teardown(async () => {
    await child.stop()
    refuseSecrets('the service', child.output())
  })
  const httpUrl = `http://127.0.0.1:${port}`
  await waitUntil(
    async () => {
      if (!child.running) throw new Error(`the service ended at its start:\n${child.output()}`)
      return isReady(httpUrl)
    },
    { what: `${httpUrl}/readyz answers 200; output so far:\n${child.output()}`, timeoutMs: 60_000 },
  )
  return Object.assign(child, { httpUrl, socketUrl: `ws://127.0.0.1:${port}`, port })
}

/** Starts the built service and waits for nothing; ends with the test. */
export function launchService(t: Teardown, env: Record<string, string>): Child {
  const child = launch({ HOST: '127.0.0.1', ...env })
  t.teardown(async () => {
    await child.stop('SIGKILL')
    refuseSecrets('the service', child.output())
  })
  return child
}

/**
 * Runs the built service, which is expected to end by itself, and gives what it said.
 * @param input what it finds on standard input; without, that is closed
 */
export async function runService(
  t: Teardown,
  env: Record<string, string>,
  args: string[] = [],
  input?: string,
) {
  const child = launch(
    { HOST: '127.0.0.1', PORT: String(await freePort()), ...env },
    args,
    input !== undefined,
  )
  child.process.stdin?.end(input)
  t.teardown(() => child.stop('SIGKILL'))
  const force = setTimeout(() => void child.stop('SIGKILL'), 60_000)
  const { code, signal } = await child.exited
  clearTimeout(force)
  refuseSecrets('the service', child.output())
  return { code, signal, output: child.output() }
}

/** Starts the built service at a terminal of its own; what is written to its standard input is typed there. */
export function startAtTerminal(t: Teardown, env: Record<string, string>, args: readonly string[]): Child {
  const { PATH = '' } = process.env
  const command = [process.execPath, rig().main, ...args].map((word) => `'${word}'`).join(' ')
  const script =
    process.platform === 'linux' ? ['-qec', command, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', command]
  const child = startChild('script', script, { env: { PATH, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  t.teardown(() => child.stop('SIGKILL'))
  return child
}

/** The variables of our own environment without which programs are not found. */
export function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}

function launch(env: Record<string, string>, args: string[] = [], piped = false): Child {
  const { main, folder } = rig()
  const stdio: StdioOptions = [piped ? 'pipe' : 'ignore', 'pipe', 'pipe']
  return startChild(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...bareEnvironment(), ...env },
    stdio,
  })
}

async function isReady(httpUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${httpUrl}/readyz`)
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}
