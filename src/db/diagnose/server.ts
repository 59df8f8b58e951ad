import { sql } from 'drizzle-orm'
import type { Clock } from '../../lib/clock.ts'
import { rowsOf } from '../database.ts'
import type { Database, Tx } from '../database.ts'
import { postgresError } from '../pg-errors.ts'
import { compareMigrations } from '../migrations.ts'

/** Result of the database checks, in sentences for the terminal. */
export interface Diagnosis {
  /** What works. */
  readonly well: string[]
  /** Problems and how to fix them. */
  readonly faults: string[]
  /** Unusual settings that may be intended. */
  readonly notes: string[]
  /** Whether the schema has everything that this build needs. */
  readonly current: boolean
}

interface Wanted {
  clock: Clock
  /** Maximum number of connections of one replica. */
  poolMax: number
}

/** Tokens, drains and retention depend on the clocks of all replicas and of the database. */
const maxClockDifferenceMs = 2000

/** Checks the server, its clock and the schema; changes nothing. */
export async function diagnoseServer(database: Database, wanted: Wanted): Promise<Diagnosis> {
  try {
    return await database.asLogin((tx) => look(tx, database.kind, wanted))
  } catch (error) {
    return { well: [], faults: [explain(error)], notes: [], current: false }
  }
}

async function look(tx: Tx, kind: Database['kind'], { clock, poolMax }: Wanted): Promise<Diagnosis> {
  const server = await about(tx)
  const offMs = await clockDifference(tx, clock)
  const { pending, ahead } = await compareMigrations(tx)
  const faults: string[] = []
  const notes: string[] = []
  if (server.version < 150_000)
    faults.push(`PostgreSQL is version ${server.version_text}: 15 or newer is needed.`)
  if (server.encoding !== 'UTF8')
    faults.push(
      `The database is encoded in ${server.encoding}: make one with ENCODING 'UTF8' and move there.`,
    )
  if (server.read_only === 'on')
    faults.push(
      'The database takes no changes: name the primary in DATABASE_URL, not a standby, and look at default_transaction_read_only.',
    )
  if (poolMax > server.connections)
    faults.push(
      `DB_POOL_MAX is ${poolMax}, and PostgreSQL takes ${server.connections} connections in all: lower the one or raise max_connections.`,
    )
  if (Math.abs(offMs) > maxClockDifferenceMs)
    faults.push(
      `The clock of this machine is ${(Math.abs(offMs) / 1000).toFixed(1)} s ${offMs > 0 ? 'ahead of' : 'behind'} that of the database: set both by NTP (chrony, systemd-timesyncd).`,
    )
  if (pending > 0)
    faults.push(
      `The database schema lacks ${pending} migrations of this build: run \`node dist/main.js migrate\`.`,
    )
  if (ahead) notes.push('The database schema is that of a newer version; this one works on it too.')
  const unsafe = [server.fsync === 'off' && 'fsync', server.commit === 'off' && 'synchronous_commit'].filter(
    Boolean,
  )
  if (kind === 'postgresql' && unsafe.length > 0)
    notes.push(
      `PostgreSQL has ${unsafe.join(' and ')} off: when it crashes, orders that were answered may be lost.`,
    )
  const well = faults.length > 0 ? [] : [wellWords(kind, server, poolMax)]
  return { well, faults, notes, current: pending === 0 }
}

const wellWords = (kind: Database['kind'], { version_text, connections }: Server, poolMax: number): string =>
  kind === 'embedded'
    ? 'The embedded database is there, and its schema up to date.'
    : `PostgreSQL ${version_text} answers, its clock agrees, and its schema is up to date. Its ${connections} connections are enough for ${Math.floor(connections / poolMax)} replicas with DB_POOL_MAX=${poolMax}.`

interface Server extends Record<string, unknown> {
  version: number
  version_text: string
  encoding: string
  read_only: string
  connections: number
  fsync: string
  commit: string
}

async function about(tx: Tx): Promise<Server> {
  const [server] = await rowsOf<Server>(
    tx,
    sql`select current_setting('server_version_num')::int as version,
      split_part(current_setting('server_version'), ' ', 1) as version_text,
      pg_encoding_to_char(encoding) as encoding,
      current_setting('transaction_read_only') as read_only,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as connections,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit
    from pg_database where datname = current_database()`,
  )
  return server!
}

/** Milliseconds by which our clock is ahead of the database's; half of the round trip is subtracted. */
async function clockDifference(tx: Tx, clock: Clock): Promise<number> {
  const asked = clock().getTime()
  const [row] = await rowsOf<{ ms: string }>(
    tx,
    sql`select (extract(epoch from clock_timestamp()) * 1000)::text as ms`,
  )
  return (asked + clock().getTime()) / 2 - Number(row!.ms)
}

/** Explains a failed connection and how to fix it. */
export function explain(error: unknown): string {
  const { code = '' } = postgresError(error) ?? {}
  const said = innermost(error).message || code
  return `The database cannot be used: ${said.replace(/\.$/, '')}. ${advice(code, said)}`
}

function innermost(error: unknown): Error {
  let inner = error as Error
  while (inner.cause instanceof Error) inner = inner.cause
  return inner
}

function advice(code: string, said: string): string {
  if (code.startsWith('28'))
    return 'Name and password stand in DATABASE_URL before the @, percent-encoded; see pg_hba.conf.'
  if (code === '3D000')
    return 'Make it: createdb, or CREATE DATABASE, with the owner that DATABASE_URL names.'
  if (code === '42501') return 'Let the user of DATABASE_URL own the database.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The host in DATABASE_URL is not known here.'
  if (/^(26000|42P05|08P01)$/.test(code))
    return 'Behind a PgBouncer that knows no prepared statements set DB_PREPARE=off.'
  if (code.startsWith('53'))
    return 'Raise max_connections, or lower DB_POOL_MAX times the number of replicas.'
  if (/certificate|SSL|TLS/i.test(`${code} ${said}`))
    return 'See sslmode in DATABASE_URL; the authority of its certificate is named to Node.js by NODE_EXTRA_CA_CERTS.'
  return 'Is it running, and may this machine reach the host and port in DATABASE_URL?'
}
