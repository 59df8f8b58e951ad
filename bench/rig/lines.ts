import { spawn } from 'node:child_process'
import type { SpawnOptions } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program that answers every line it is given with one line of JSON. */
export interface LineProgram {
  readonly pid: number
  ask<Answer>(line: string, timeoutMs?: number): Promise<Answer>
  stop(): Promise<void>
}

const defaultTimeoutMs = 60_000

/** @param what names it where it fails */
export function startLineProgram(
  what: string,
  [command, ...args]: readonly [string, ...string[]],
  options: SpawnOptions = {},
): LineProgram {
  const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  let ended = false
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  child.stderr.on('data', (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-4000)))
  child.stdin.on('error', () => {})
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line))
  const closed = new Promise<void>((resolve) => {
    const end = (why: string) => {
      ended = true
      for (const { reject } of waiting.splice(0)) reject(new Error(`${what} ${why}: ${errors}`))
      resolve()
    }
    child.once('error', (error) => end(error.message))
    child.once('close', (code) => end(`ended with ${code}`))
  })
  return {
    pid: child.pid ?? 0,
    async ask<Answer>(line: string, timeoutMs = defaultTimeoutMs) {
      if (ended) throw new Error(`${what} has ended: ${errors}`)
      const answer = new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }))
      child.stdin.write(`${line}\n`)
      let late: NodeJS.Timeout | undefined
      const limit = new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new Error(`${what}: no answer to "${line}": ${errors}`)), timeoutMs)
      })
      try {
        return JSON.parse(await Promise.race([answer, limit])) as Answer
      } finally {
        clearTimeout(late)
      }
    },
    async stop() {
      child.stdin.end()
      const force = setTimeout(() => child.kill('SIGKILL'), 2000)
      await closed
      clearTimeout(force)
    },
  }
}
