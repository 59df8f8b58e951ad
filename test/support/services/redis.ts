import { mkdirSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { waitUntil } from '../wait.ts'
import { startDaemon } from './child.ts'
import { ServiceError } from './service-error.ts'

export interface RunningRedis {
  url: string
  port: number
  pid: number
  stop: (signal?: NodeJS.Signals) => Promise<void>
}

/**
 * A Redis that keeps nothing on disk.
 * @param more further arguments
 */
export async function startRedis(
  binary: string,
  folder: string,
  onStop: (stop: () => Promise<void>) => void,
  port?: number,
  more: readonly string[] = [],
): Promise<RunningRedis> {
  const ownPort = port ?? (await freePort())
  const dir = join(folder, `redis-${ownPort}-${Math.random().toString(36).slice(2, 8)}`)
  mkdirSync(dir)
  const args = `--port ${ownPort} --bind 127.0.0.1 --save --appendonly no --daemonize no --dir ${dir}`.split(
    ' ',
  )
  args.splice(args.indexOf('--save') + 1, 0, '')
  const server = startDaemon([binary, ...args, ...more], 'TERM')
  const stop = (signal?: NodeJS.Signals) => server.stop(signal)
  onStop(() => stop())
  await waitUntil(
    async () => {
      if (!server.running) throw new ServiceError(`Redis did not start:\n${server.output()}`)
      return answers(ownPort)
    },
    { what: 'Redis answers', timeoutMs: 10_000 },
  )
  return { url: `redis://127.0.0.1:${ownPort}`, port: ownPort, pid: server.pid, stop }
}

/** Whether a Redis or a sentinel answers. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    const done = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(1000, () => done(false))
    socket.on('error', () => done(false))
    socket.on('connect', () => socket.write('PING\r\n'))
    socket.on('data', (chunk) => done(chunk.toString().startsWith('+PONG')))
  })
}
