import { existsSync, mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { findNginx } from '../../test/support/services/binaries.ts'
import { startChild } from '../../test/support/services/child.ts'
import type { Child } from '../../test/support/services/child.ts'
import { waitUntil } from '../../test/support/wait.ts'
import type { Target } from '../load/generator.ts'
import { openBenchCompany, tokensOfWaiters } from '../publish/company.ts'
import { startLineProgram } from './lines.ts'
import type { LineProgram } from './lines.ts'
import { pinned } from './machine.ts'
import type { Stage } from './stage.ts'
import { repository } from '../../test/support/repository.ts'

/** A server to be measured. */
export interface Server extends Target {
  readonly kind: ServerKind
  readonly pid: number
  /** Paths to open sockets on: so many in each of so many branches. */
  paths(branches: number, perBranch: number): Promise<string[]>
  /** What publishes to it, driven as publish.mjs is. */
  publisher(branches: number): Promise<LineProgram>
  /** Deliveries that did not come by a message; 0 for a server that repairs nothing. */
  repairs(): Promise<number>
  stop(): Promise<void>
}

export const titles = {
  ours: 'cafe-realtime',
  before: 'cafe-realtime, the build given by --before',
  uws: 'uWebSockets.js',
  nchan: 'nchan (nginx, C)',
  forward: '@fastify/websocket, one buffer forwarded',
  stringify: '@fastify/websocket, parse and stringify per socket',
  socketio: 'socket.io + Redis adapter',
} as const
export type ServerKind = keyof typeof titles

const bench = `${repository}bench/`

/** Why a server cannot be measured here; null when it can. */
export function whyNot(kind: ServerKind): string | null {
  if (kind === 'ours' || kind === 'before') return null
  if (kind === 'nchan') {
    if (nchanModule() && findNginx()) return null
    return 'nginx with its module nchan is not installed (Debian: libnginx-mod-nchan)'
  }
  try {
    const require = createRequire(join(bench, 'peers', 'any.mjs'))
    require.resolve(packages[kind])
    return null
  } catch {
    return `${packages[kind]} is not installed: npm --prefix bench ci`
  }
}

const packages = {
  uws: '@trufflesuite/uws-js-unofficial',
  forward: '@fastify/websocket',
  stringify: '@fastify/websocket',
  socketio: 'socket.io',
}

/** Starts a server on the core of its own; `env` are further settings for ours. */
export async function startServer(
  stage: Stage,
  kind: ServerKind,
  env: Record<string, string> = {},
): Promise<Server> {
  if (kind === 'ours') return startOurs(stage, { ROLES: 'ws', ...env })
  if (kind === 'before')
    return { ...(await startOurs({ ...stage, main: stage.before! }, { ROLES: 'ws', ...env })), kind }
  return kind === 'nchan' ? startNchan(stage) : startPeer(stage, kind)
}

export interface Ours extends Server {
  readonly httpUrl: string
  /** The sum of a metric over its labels, or over those whose text contains `label`. */
  metric(name: string, label?: string): Promise<number>
}

/** @param where the cores it may use */
export async function startOurs(
  stage: Stage,
  env: Record<string, string>,
  where: 'server' | 'others' = 'server',
): Promise<Ours> {
  const port = await freePort()
  const child = launch(stage, [process.execPath, stage.main], where, {
    ...stage.env,
    HOST: '127.0.0.1',
    PORT: `${port}`,
    ...env,
  })
  const httpUrl = `http://127.0.0.1:${port}`
  await up(child, async () => (await fetch(`${httpUrl}/readyz`).catch(() => null))?.status === 200)
  const metric = async (name: string, label = '') => {
    const text = await (await fetch(`${httpUrl}/metrics`)).text()
    const lines = text.split('\n').filter((line) => new RegExp(`^${name}[ {]`).test(line))
    return lines
      .filter((line) => line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
  }
  return {
    kind: 'ours',
    port,
    protocol: 'greeted',
    pid: child.pid,
    httpUrl,
    metric,
    async paths(branches, perBranch) {
      const company = await openBenchCompany(stage.config, branches)
      const wanted = company.branches.slice(0, branches).map((branch) => ({ branch, count: perBranch }))
      const tokens = await tokensOfWaiters(stage.config, company, wanted)
      return interleaved(tokens).map((token) => `/ws/cafe/orders/?token=${token}`)
    },
    publisher: async (branches) =>
      startLineProgram(
        'publish.mjs',
        [process.execPath, join(bench, 'publish.mjs'), '--branches', `${branches}`],
        { env: { PATH: searchPath, ...stage.env }, cwd: repository },
      ),
    repairs: async () =>
      (await metric('cafe_events_followed_total', 'by="hole"')) +
      (await metric('cafe_events_followed_total', 'by="head"')),
    stop: () => child.stop(),
  }
}

async function startPeer(
  stage: Stage,
  kind: Exclude<ServerKind, 'ours' | 'before' | 'nchan'>,
): Promise<Server> {
  const port = await freePort()
  const [file, ...args] = kind === 'forward' || kind === 'stringify' ? ['loop', kind] : [kind]
  const child = launch(stage, [process.execPath, join(bench, 'peers', `${file}.mjs`), ...args], 'server', {
    PEER: kind,
    PORT: `${port}`,
    REDIS_URL: stage.redis.url,
    JWT_SECRET: stage.env.JWT_SECRET!,
    NODE_ENV: 'production',
  })
  await up(child, () => child.output().includes('ready'))
  const path = kind === 'socketio' ? '/socket.io/?EIO=4&transport=websocket&' : '/ws?'
  return {
    kind,
    port,
    protocol: kind === 'socketio' ? 'socketio' : 'greeted',
    pid: child.pid,
    async paths(branches, perBranch) {
      const company = await openBenchCompany(stage.config, branches, 'bench-peers')
      const wanted = company.branches.slice(0, branches).map((branch) => ({ branch, count: perBranch }))
      const tokens = await tokensOfWaiters(stage.config, company, wanted)
      return interleaved(
        tokens.map((mine, i) => mine.map((token) => `${path}branch=${company.branches[i]}&token=${token}`)),
      )
    },
    publisher: (branches) => peerPublisher(stage, kind, { address: stage.redis.url, branches }),
    repairs: async () => 0,
    stop: () => child.stop(),
  }
}

/** Two nginx: the one that is measured has the sockets, the other takes what is published; Redis is between them. */
async function startNchan(stage: Stage): Promise<Server> {
  const ports = { sockets: await freePort(), publish: await freePort() }
  const folder = join(stage.folder, `nchan-${ports.sockets}`)
  mkdirSync(folder)
  const start = async (role: keyof typeof ports) => {
    const file = join(folder, `${role}.conf`)
    await writeFile(file, nginxConfig(folder, role, ports[role], stage.redis.url))
    const where = role === 'sockets' ? 'server' : 'others'
    const child = launch(stage, [findNginx()!, '-p', folder, '-c', file, '-g', 'daemon off;'], where, {})
    await up(
      child,
      async () => (await fetch(`http://127.0.0.1:${ports[role]}/up`).catch(() => null))?.ok === true,
    )
    return child
  }
  const sockets = await start('sockets')
  const publish = await start('publish')
  return {
    kind: 'nchan',
    port: ports.sockets,
    protocol: 'bare',
    pid: sockets.pid,
    async paths(branches, perBranch) {
      const company = await openBenchCompany(stage.config, branches, 'bench-peers')
      const mine = company.branches.slice(0, branches)
      return interleaved(mine.map((branch) => Array<string>(perBranch).fill(`/ws/${branch}`)))
    },
    publisher: (branches) =>
      peerPublisher(stage, 'nchan', { address: `http://127.0.0.1:${ports.publish}`, branches }),
    repairs: async () => 0,
    async stop() {
      await Promise.all([sockets.stop(), publish.stop()])
    },
  }
}

const nginxConfig = (folder: string, role: string, port: number, redis: string) => `
load_module ${nchanModule()};
user root;
worker_processes 1;
pid ${folder}/${role}.pid;
error_log ${folder}/${role}.log error;
events { worker_connections 20000; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_in_single_buffer on;
  nchan_shared_memory_size 512M;
  upstream redis { nchan_redis_server ${redis}; nchan_redis_storage_mode nostore; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /up { return 200; }
    location ~ ^/ws/(.+)$ {
      nchan_subscriber websocket;
      nchan_channel_id $1;
      nchan_subscriber_first_message newest;
      nchan_redis_pass redis;
    }
    location ~ ^/publish/(.+)$ {
      nchan_publisher;
      nchan_channel_id $1;
      nchan_redis_pass redis;
    }
  }
}
`

const nchanModule = (): string | null =>
  ['/usr/lib/nginx/modules/ngx_nchan_module.so', '/usr/share/nginx/modules/ngx_nchan_module.so'].find(
    (file) => existsSync(file),
  ) ?? null

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function launch(
  stage: Stage,
  command: string[],
  where: 'server' | 'others',
  env: Record<string, string>,
): Child {
  const [program, ...args] = [...pinned(where), ...command]
  const child = startChild(program!, args, { cwd: stage.folder, env: { PATH: searchPath, ...env } })
  stage.teardown(() => child.stop('SIGKILL'))
  return child
}

async function up(child: Child, isUp: () => boolean | Promise<boolean>): Promise<void> {
  await waitUntil(
    () => {
      if (!child.running) throw new Error(`a server ended at its start:\n${child.output()}`)
      return isUp()
    },
    { what: 'a server is up', timeoutMs: 30_000 },
  )
}

async function peerPublisher(
  stage: Stage,
  kind: ServerKind,
  { address, branches }: { address: string; branches: number },
): Promise<LineProgram> {
  const file = join(bench, 'peers', 'publish.mjs')
  return startLineProgram(
    'publish.mjs of the peers',
    [process.execPath, '--import', 'tsx', file, kind, address, `${branches}`],
    { env: { PATH: searchPath, ...stage.env, PEER: kind }, cwd: repository },
  )
}

/** The first of each, then the second of each: so that a generator's sockets of one branch do not stand together. */
const interleaved = (lists: readonly (readonly string[])[]): string[] =>
  Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, i) =>
    lists.flatMap((list) => list.slice(i, i + 1)),
  ).flat()
