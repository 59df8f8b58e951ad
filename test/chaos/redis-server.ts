import { createConnection } from 'node:net'
import { startRedis } from '../support/services/redis.ts'
import type { Teardown } from '../support/teardown.ts'
import { freeze, thaw } from './processes.ts'

/** A Redis server to do harm to. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>
  freeze(): void
  thaw(): void
  /** Sends one command and gives the first piece of the answer, as Redis writes it. */
  command(...words: (string | Buffer)[]): Promise<string>
}

export async function openRedisServer(t: Teardown, binary: string, folder: string): Promise<RedisServer> {
  const onStop = (stop: () => Promise<void>) => t.teardown(stop)
  let server = await startRedis(binary, folder, onStop)
  t.teardown(() => thaw(server.pid))
  const { url, port } = server
  return {
    url,
    port,
    stop: () => server.stop(),
    async start() {
      server = await startRedis(binary, folder, onStop, port)
    },
    freeze: () => freeze(server.pid),
    thaw: () => thaw(server.pid),
    command: (...words) => ask(port, words),
  }
}

function ask(port: number, words: readonly (string | Buffer)[]): Promise<string> {
  const parts = words.flatMap((word) => [
    Buffer.from(`$${Buffer.byteLength(word)}\r\n`),
    Buffer.from(word),
    Buffer.from('\r\n'),
  ])
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.setTimeout(5000, () => socket.destroy(new Error('Redis does not answer')))
    socket.on('error', reject)
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts])))
    socket.on('data', (answer) => {
      resolve(answer.toString())
      socket.destroy()
    })
  })
}
