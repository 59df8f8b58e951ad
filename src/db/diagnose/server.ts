import { sql } from 'drizzle-orm'
import type { FindingKey } from '../../i18n/finding-texts.ts'
import type { Language } from '../../i18n/messages.ts'
import { translateFinding } from '../../i18n/translate.ts'
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
  readonly problems: string[]
  /** Unusual settings that may be intended. */
  readonly notes: string[]
  /** Whether the schema has everything that this build needs. */
  readonly current: boolean
}

interface Wanted {
  clock: Clock
  /** Maximum number of connections of one replica. */
  poolMax: number
  /** Language of the sentences. */
  language: Language
}

/** Tokens, drains and retention depend on the clocks of all replicas and of the database. */
const maxClockDifferenceMs = 2000

/** Checks the server, its clock and the schema; changes nothing. */
export async function diagnoseServer(database: Database, wanted: Wanted): Promise<Diagnosis> {
  try {
    return await database.asLogin((tx) => look(tx, database.kind, wanted))
  } catch (error) {
    return { well: [], problems: [explain(error, wanted.language)], notes: [], current: false }
  }
}

async function look(
  tx: Tx,
  kind: Database['kind'],
  { clock, poolMax, language }: Wanted,
): Promise<Diagnosis> {
  const server = await about(tx)
  const offMs = await clockDifference(tx, clock)
  const { pending, ahead } = await compareMigrations(tx)
  const say = translateFinding.bind(null, language)
  const problems: string[] = []
  const notes: string[] = []
  if (server.version < 150_000) problems.push(say('old_postgresql', { version: server.version_text }))
  if (server.encoding !== 'UTF8') problems.push(say('wrong_encoding', { encoding: server.encoding }))
  if (server.read_only === 'on') problems.push(say('read_only'))
  if (poolMax > server.connections)
    problems.push(say('pool_too_large', { pool: poolMax, connections: server.connections }))
  if (Math.abs(offMs) > maxClockDifferenceMs) {
    const seconds = (Math.abs(offMs) / 1000).toFixed(1)
    problems.push(say(offMs > 0 ? 'clock_ahead' : 'clock_behind', { seconds }))
  }
  if (pending > 0) problems.push(say('migrations_pending', { count: pending }))
  if (ahead) notes.push(say('schema_newer'))
  const unsafe = [server.fsync === 'off' && 'fsync', server.commit === 'off' && 'synchronous_commit'].filter(
    Boolean,
  )
  if (kind === 'postgresql' && unsafe.length > 0)
    notes.push(say('unsafe_commits', { settings: unsafe.join(', ') }))
  const well = problems.length > 0 ? [] : [wellWords(kind, server, poolMax, language)]
  return { well, problems, notes, current: pending === 0 }
}

const wellWords = (
  kind: Database['kind'],
  { version_text: version, connections }: Server,
  pool: number,
  language: Language,
): string =>
  kind === 'embedded'
    ? translateFinding(language, 'embedded_well')
    : translateFinding(language, 'postgresql_well', {
        version,
        connections,
        pool,
        replicas: Math.floor(connections / pool),
      })

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
export function explain(error: unknown, language: Language): string {
  const { code = '' } = postgresError(error) ?? {}
  const said = innermost(error).message || code
  return translateFinding(language, 'database_failed', {
    said: said.replace(/\.$/, ''),
    advice: translateFinding(language, advice(code, said)),
  })
}

function innermost(error: unknown): Error {
  let inner = error as Error
  while (inner.cause instanceof Error) inner = inner.cause
  return inner
}

function advice(code: string, said: string): FindingKey {
  if (code.startsWith('28')) return 'advice_login'
  if (code === '3D000') return 'advice_create'
  if (code === '42501') return 'advice_owner'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'advice_host'
  if (/^(26000|42P05|08P01)$/.test(code)) return 'advice_prepare'
  if (code.startsWith('53')) return 'advice_connections'
  if (/certificate|SSL|TLS/i.test(`${code} ${said}`)) return 'advice_tls'
  return 'advice_reach'
}
