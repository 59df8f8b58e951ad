import { join } from 'node:path'
import { hashPassword } from '../../src/accounts/passwords/hash.ts'
import { readConfig } from '../../src/config/config.ts'
import { fillWithDemo } from '../../src/db/demo/demo.ts'
import { openDatabase } from '../../src/db/open.ts'
import { testSecret } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { startService } from '../support/process.ts'
import type { Service } from '../support/process.ts'
import { rig } from '../support/rig.ts'
import { findPostgres, findRedis } from '../support/services/binaries.ts'
import { ServiceError } from '../support/services/service-error.ts'
import type { Teardown } from '../support/teardown.ts'
import { openLink } from './link.ts'
import type { Link } from './link.ts'
import { openPostgresServer } from './postgres-server.ts'
import type { PostgresServer } from './postgres-server.ts'
import { freeze, thaw } from './processes.ts'
import { openRedisServer } from './redis-server.ts'
import type { RedisServer } from './redis-server.ts'

/** One process of the service, as it ships. */
export interface Replica {
  readonly name: string
  readonly httpUrl: string
  readonly socketUrl: string
  start(): Promise<void>
  /** Resolves when it has ended: its exit code, or null when a signal ended it. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  freeze(): void
  thaw(): void
  /** Null while it runs; else what it said before it ended. */
  lastWords(): string | null
  /** The sum of a metric over its labels, or over those whose text contains `label`. */
  metric(name: string, label?: string): Promise<number>
}

/** Real PostgreSQL and Redis, two API and two socket replicas; the second of each reaches Redis over a link. */
export interface Cluster {
  readonly postgres: PostgresServer
  readonly redis: RedisServer
  readonly apis: readonly [Replica, Replica]
  readonly sockets: readonly [Replica, Replica]
  readonly apiLink: Link
  readonly socketLink: Link
}

export interface ClusterOptions {
  pingInterval: string
  drainTimeout: string
}

export async function openCluster(t: Teardown, options: ClusterOptions): Promise<Cluster> {
  const { folder } = rig()
  const bin = findPostgres()
  const redisBinary = findRedis()
  if (!bin || !redisBinary) throw new ServiceError('chaos needs the programs of PostgreSQL and Redis on PATH')
  const [postgres, redis] = await Promise.all([
    openPostgresServer(t, bin, folder),
    openRedisServer(t, redisBinary, folder),
  ])
  const apiLink = await openLink(t, redis)
  const socketLink = await openLink(t, redis)
  const env = {
    DATABASE_URL: postgres.url,
    REGISTRATION: 'true',
    JWT_SECRET: testSecret,
    DATA_DIR: join(folder, 'unused'),
    LOG_LEVEL: 'error',
    DEMO_DATA: 'false',
    RATE_LIMIT: 'off',
    PING_INTERVAL: options.pingInterval,
    DRAIN_TIMEOUT: options.drainTimeout,
  }
  await prepare(env)
  const api = (name: string, url: string) => openReplica(t, name, { ...env, ROLES: 'api', REDIS_URL: url })
  const socket = (name: string, url: string) => openReplica(t, name, { ...env, ROLES: 'ws', REDIS_URL: url })
  const [api1, api2, socket1, socket2] = await Promise.all([
    api('api-1', redis.url),
    api('api-2', apiLink.url),
    socket('ws-1', redis.url),
    socket('ws-2', socketLink.url),
  ])
  return { postgres, redis, apis: [api1, api2], sockets: [socket1, socket2], apiLink, socketLink }
}

/** Makes the schema and the demo café. */
export async function prepare(env: Record<string, string>): Promise<void> {
  const database = await openDatabase(readConfig(env))
  try {
    await database.migrate()
    await fillWithDemo(database, { hashPassword })
  } finally {
    await database.close()
  }
}

/** Starts a process of the service; once stopped, it can be started again at the same address. */
export async function openReplica(t: Teardown, name: string, env: Record<string, string>): Promise<Replica> {
  const port = await freePort()
  const launch = () => startService(t, { ...env, PORT: `${port}` })
  let service: Service = await launch()
  t.teardown(() => thaw(service.pid))
  return {
    name,
    httpUrl: service.httpUrl,
    socketUrl: service.socketUrl,
    async start() {
      service = await launch()
    },
    async stop(signal) {
      await service.stop(signal)
      return (await service.exited).code
    },
    freeze: () => freeze(service.pid),
    thaw: () => thaw(service.pid),
    lastWords: () => (service.running ? null : `${name} has ended by itself:\n${service.output()}`),
    async metric(metric, label = '') {
      const reply = await fetch(`${service.httpUrl}/metrics`, { signal: AbortSignal.timeout(5000) })
      const lines = (await reply.text()).split('\n')
      const values = lines.filter((line) => new RegExp(`^${metric}[ {]`).test(line) && line.includes(label))
      return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
  }
}
