import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { freePort } from '../support/free-port.ts'
import { rig } from '../support/rig.ts'
import { findRedis } from '../support/services/binaries.ts'
import { startDaemon } from '../support/services/child.ts'
import { answers, startRedis } from '../support/services/redis.ts'
import type { RunningRedis } from '../support/services/redis.ts'
import type { Teardown } from '../support/teardown.ts'
import { waitUntil } from '../support/wait.ts'
import { adminOf } from './redis-cluster.ts'

const sentinelCount = 3
const downAfterMs = 1000

/** A master, its replica and three sentinels on loopback. */
export interface Sentinels {
  /** As REDIS_URL names them. */
  url(userinfo?: string): string
  /** The server that the sentinels name as the master. */
  master(): Promise<RunningRedis>
  /** A connection with every right to one of the sentinels. */
  readonly admin: Redis
}

export const sentinelUser = { name: 'watcher', password: 'watchword' }
const masterName = 'cafe-news'

export async function startSentinels(t: Teardown, aclUser: string): Promise<Sentinels> {
  const binary = findRedis()!
  const { folder } = rig()
  const onStop = (stop: () => Promise<void>) => t.teardown(stop)
  const settings = ['--repl-diskless-sync-delay', '0', '--shutdown-timeout', '0']
  const first = await startRedis(binary, folder, onStop, undefined, settings)
  const follow = ['--replicaof', `127.0.0.1 ${first.port}`]
  const second = await startRedis(binary, folder, onStop, undefined, [...settings, ...follow])
  const servers = [first, second]
  for (const { port } of servers) await adminOf(t, port).call('ACL', 'SETUSER', ...aclUser.split(' '))
  const replica = adminOf(t, second.port)
  await waitUntil(async () => (await replica.info('replication')).includes('master_link_status:up'), {
    what: 'the replica follows its master',
    timeoutMs: 30_000,
  })

  const ports = await Promise.all(
    Array.from({ length: sentinelCount }, () => startSentinel(t, binary, folder, first.port)),
  )
  const admin = adminOf(t, ports[0]!)
  await waitUntil(
    async () => {
      const known = (await admin.call('SENTINEL', 'sentinels', masterName)) as unknown[]
      const replicas = (await admin.call('SENTINEL', 'replicas', masterName)) as unknown[]
      return known.length === sentinelCount - 1 && replicas.length === 1
    },
    { what: 'the sentinels know each other and the replica', timeoutMs: 30_000 },
  )
  return {
    url: (userinfo) =>
      `redis+sentinel://${userinfo ? `${userinfo}@` : ''}${ports.map((port) => `127.0.0.1:${port}`).join()}/${masterName}`,
    async master() {
      const [, port] = (await admin.call('SENTINEL', 'get-master-addr-by-name', masterName)) as [
        string,
        string,
      ]
      return servers.find((server) => server.port === Number(port))!
    },
    admin,
  }
}

async function startSentinel(
  t: Teardown,
  binary: string,
  folder: string,
  masterPort: number,
): Promise<number> {
  const port = await freePort()
  const own = join(folder, `sentinel-${port}`)
  await mkdir(own)
  // a sentinel keeps what it learns in its configuration
  const file = join(own, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${own}`,
    `sentinel monitor ${masterName} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${masterName} ${downAfterMs}`,
    `sentinel failover-timeout ${masterName} 5000`,
    `user ${sentinelUser.name} on >${sentinelUser.password} -@all +sentinel|get-master-addr-by-name +sentinel|sentinels`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const child = startDaemon([binary, file, '--sentinel'], 'TERM')
  t.teardown(() => child.stop())
  await waitUntil(
    () => {
      if (!child.running) throw new Error(`the sentinel did not start:\n${child.output()}`)
      return answers(port)
    },
    { what: 'the sentinel answers' },
  )
  return port
}
