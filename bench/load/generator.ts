import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startLineProgram } from '../rig/lines.ts'
import { pinned } from '../rig/machine.ts'
import { repository } from '../../test/support/repository.ts'

/** How a server greets those who connect. */
type Protocol = 'greeted' | 'bare' | 'socketio'

/** Many sockets on one server, and what came over them. */
export interface Generator {
  readonly pid: number
  /** Opens one socket per path; resolves when all are greeted. */
  connect(target: Target, paths: readonly string[], options?: ConnectOptions): Promise<Opened>
  /** From here on every socket must get this many events. */
  begin(events: number, options?: { latency?: boolean }): Promise<void>
  /** What had come when all was there, or after a time. */
  wait(timeoutMs: number): Promise<Received>
  /** Lets the first sockets read nothing. */
  stall(sockets: number): Promise<void>
  /** Lets all read again. */
  read(): Promise<void>
  /** Cuts all sockets at once. */
  close(): Promise<void>
  stop(): Promise<void>
}

interface ConnectOptions {
  /** How many are being opened at the same moment. */
  atOnce?: number
  /** How much the kernel keeps of what is not read. */
  receiveBytes?: number
}

export interface Target {
  readonly port: number
  readonly protocol: Protocol
}

interface Opened {
  readonly opened: number
  readonly failed: number
  readonly us: number
}

export interface Received {
  readonly expected: number
  readonly deliveries: number
  readonly missing: number
  readonly repeated: number
  readonly disordered: number
  readonly closed: number
  readonly close_codes: readonly number[]
  /** Moments of the first and last event, of CLOCK_MONOTONIC. */
  readonly first_us: number
  readonly last_us: number
  readonly bytes: number
  readonly reads: number
  readonly p50_us: number
  readonly p99_us: number
}

const source = `${repository}bench/load/load.cpp`

/**
 * Compiles the load generator.
 * @param folder for the program
 * @returns its path; null where there is no C++ compiler
 */
export function compileGenerator(folder: string): string | null {
  const compiler = ['g++', 'clang++'].find(isThere)
  if (!compiler) return null
  const program = join(folder, 'load')
  if (!existsSync(program)) execFileSync(compiler, ['-O2', '-std=c++17', '-o', program, source])
  return program
}

/** Counts frames, without a look at their order: for machines without a C++ compiler. */
export const counter = `${repository}bench/load/count.mjs`

export function startGenerator(program: string, folder: string): Generator {
  const command = program === counter ? [process.execPath, program] : [program]
  const lines = startLineProgram('the load generator', [...pinned('others'), ...command] as [string])
  const file = join(folder, `paths-${randomUUID()}`)
  return {
    pid: lines.pid,
    async connect({ port, protocol }, paths, { atOnce = 200, receiveBytes = 0 } = {}) {
      await writeFile(file, `${paths.join('\n')}\n`)
      return lines.ask(`connect ${port} ${protocol} ${file} ${atOnce} ${receiveBytes}`)
    },
    async begin(events, { latency = false } = {}) {
      await lines.ask(`begin ${events} ${latency ? 1 : 0}`)
    },
    wait: (timeoutMs) => lines.ask(`wait ${timeoutMs}`, timeoutMs + 10_000),
    async stall(sockets) {
      await lines.ask(`stall ${sockets}`)
    },
    async read() {
      await lines.ask('read')
    },
    async close() {
      await lines.ask('close')
    },
    async stop() {
      await lines.stop()
      await rm(file, { force: true })
    },
  }
}

function isThere(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
