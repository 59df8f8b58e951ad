import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { freePort } from '../free-port.ts'
import { waitUntil } from '../wait.ts'
import { startChild, startDaemon } from './child.ts'
import { ServiceError } from './service-error.ts'

interface Postgres {
  url: string
  pid: number
  port: number
  /** Its files. */
  data: string
  /** Ends it, by default without waiting for clients to leave; SIGQUIT leaves it to recover as after a crash. */
  stop: (signal?: NodeJS.Signals) => Promise<void>
}

/**
 * PostgreSQL from the programs in `bin`, with its files in `folder`; safe against crashes of itself, not of the machine.
 * @param on files and port of one that has run before
 */
export async function startPostgres(
  bin: string,
  folder: string,
  onStop: (stop: () => Promise<void>) => void,
  on?: Pick<Postgres, 'data' | 'port'>,
): Promise<Postgres> {
  const owner = postgresOwner()
  const data = on?.data ?? join(folder, `postgres-${Math.random().toString(36).slice(2, 8)}`)
  if (!on) {
    mkdirSync(data)
    if (owner) {
      // it refuses to run as root; its user must reach the folder through our private one
      chmodSync(folder, 0o711)
      chownSync(data, owner.uid, owner.gid)
    }
    await initialise(bin, data, owner)
  }
  const port = on?.port ?? (await freePort())
  const server = startDaemon(
    [
      join(bin, 'postgres'),
      '-D',
      data,
      '-p',
      `${port}`,
      '-h',
      '127.0.0.1',
      ...settings.flatMap((one) => ['-c', one]),
    ],
    'INT',
    { ...owner, cwd: data },
  )
  // SIGINT: fast shutdown, which does not wait for clients to leave
  const stop = (signal: NodeJS.Signals = 'SIGINT') => server.stop(signal)
  onStop(() => stop())
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await waitUntil(
    async () => {
      if (!server.running) throw new ServiceError(`PostgreSQL did not start:\n${server.output()}`)
      return answers(url)
    },
    { what: 'PostgreSQL answers', timeoutMs: 30_000 },
  )
  return { url, pid: server.pid, port, data, stop }
}

const settings = [
  'fsync=off',
  'full_page_writes=off',
  'unix_socket_directories=',
  'max_connections=500',
  'shared_buffers=128MB',
  'autovacuum_naptime=10s',
  'log_min_messages=fatal',
  'timezone=UTC',
]

async function initialise(bin: string, data: string, owner: Owner | undefined): Promise<void> {
  const args = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8']
  const attempts = [[...args, '--locale=C.UTF-8'], args]
  let output = ''
  for (const attempt of attempts) {
    const child = startChild(join(bin, 'initdb'), attempt, { ...owner, cwd: data })
    const { code } = await child.exited
    if (code === 0) return
    output = child.output()
  }
  throw new ServiceError(`initdb failed:\n${output}`)
}

interface Owner {
  uid: number
  gid: number
}

/** The user PostgreSQL shall run as, and its files belong to, when we are root. */
export function postgresOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // no such user here
    }
  }
  throw new ServiceError(
    'PostgreSQL refuses to run as root and there is no user postgres or nobody to run it as.',
  )
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}
