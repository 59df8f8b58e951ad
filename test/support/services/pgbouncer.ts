import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, listens } from '../free-port.ts'
import { waitUntil } from '../wait.ts'
import { startDaemon } from './child.ts'
import { postgresOwner } from './postgresql.ts'
import { ServiceError } from './service-error.ts'

/**
 * PgBouncer in transaction mode before a PostgreSQL server: what one client does outside of a transaction may be done on
 * another connection each time.
 * @param connections to PostgreSQL, for every database
 * @returns its port
 */
export async function startPgBouncer(
  binary: string,
  folder: string,
  onStop: (stop: () => Promise<void>) => void,
  { postgresUrl, connections }: { postgresUrl: string; connections: number },
): Promise<number> {
  const owner = postgresOwner()
  const port = await freePort()
  const own = join(folder, `pgbouncer-${port}`)
  mkdirSync(own)
  if (owner) {
    // like PostgreSQL it refuses to run as root; its user must reach the folder through our private one
    chmodSync(folder, 0o711)
    chownSync(own, owner.uid, owner.gid)
  }
  const { hostname, port: serverPort, username, password } = new URL(postgresUrl)
  const server = [
    `host=${hostname} port=${serverPort || 5432} user=${decodeURIComponent(username)}`,
    password && `password=${decodeURIComponent(password)}`,
  ]
  const file = join(own, 'pgbouncer.ini')
  const lines = [
    '[databases]',
    `* = ${server.filter(Boolean).join(' ')}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    `default_pool_size = ${connections}`,
    'max_client_conn = 500',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o644 })
  const child = startDaemon([binary, file], 'TERM', { ...owner, cwd: own })
  onStop(() => child.stop())
  await waitUntil(
    () => {
      if (!child.running) throw new ServiceError(`PgBouncer did not start:\n${child.output()}`)
      return listens(port)
    },
    { what: 'PgBouncer listens' },
  )
  return port
}
