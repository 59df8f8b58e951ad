import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A program that was started, and what it has written so far. */
export interface Child {
  readonly pid: number
  readonly process: ChildProcess
  /** Standard output and error, in the order they came. */
  output(): string
  /** Resolves when it has ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  readonly running: boolean
  /** Asks it to end, by force after ten seconds, and waits until it has. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/**
 * Starts a service that outlives an interrupt at the terminal, which must not take it from tests that are still ending;
 * but not us: where the system can, it gets `signal` when this process dies without a chance to clean up.
 */
export function startDaemon(
  [command, ...args]: [string, ...string[]],
  signal: 'INT' | 'TERM',
  options: SpawnOptions = {},
): Child {
  const apart = { ...options, detached: true }
  return existsSync(setpriv)
    ? startChild(setpriv, ['--pdeathsig', signal, '--', command, ...args], apart)
    : startChild(command, args, apart)
}

const setpriv = '/usr/bin/setpriv'

/** Starts a program and keeps what it writes. */
export function startChild(command: string, args: string[], options: SpawnOptions = {}): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let output = ''
  let running = true
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', (error) => {
      running = false
      output += `${error.message}\n`
      resolve({ code: 127, signal: null })
    })
    // not `exit`: by `close` all of its output has been read
    child.once('close', (code, signal) => {
      running = false
      resolve({ code, signal })
    })
  })
  return {
    pid: child.pid ?? 0,
    process: child,
    output: () => output,
    exited,
    get running() {
      return running
    },
    async stop(signal = 'SIGTERM') {
      if (!running) return
      child.kill(signal)
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await exited
      clearTimeout(force)
    },
  }
}
