import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { PassThrough } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { environmentWith } from '../config/child-environment.ts'
import { roleNames } from './roles.ts'

/** Backup and restore with PostgreSQL's own programs, found on PATH. */

/** One of the programs is missing or failed. */
export class ToolError extends Error {
  readonly tool: string
  /** Its error output; null: it is not on PATH. */
  readonly said: string | null
  constructor(tool: string, said: string | null) {
    super(`${tool}: ${said ?? 'not found'}`)
    this.tool = tool
    this.said = said
  }
}

/** The login need not be a superuser: it sets the role that sees every row. */
export function dumpPostgresql(url: string, caFile?: string): Readable {
  const child = start('pg_dump', ['-Fc', `--role=${roleNames.upkeep}`, '--enable-row-security'], url, caFile)
  const copy = new PassThrough()
  child.process.stdout!.pipe(copy, { end: false })
  copy.once('close', () => child.process.kill())
  child.ended.then(
    () => copy.end(),
    (error: Error) => copy.destroy(error),
  )
  return copy
}

interface Restoring {
  readonly url: string
  readonly caFile?: string | undefined
  /** SQL in the same transaction, before and after the copy. */
  readonly before: string
  readonly after: string
}

/**
 * Restores a copy in one transaction.
 * @throws ToolError; then nothing has changed
 */
export async function restorePostgresql(
  copy: Readable,
  { url, caFile, before, after }: Restoring,
): Promise<void> {
  const reader = start('pg_restore', ['--no-owner', '--exit-on-error', '-f', '-'])
  const writer = start('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1'], url, caFile)
  const statements = writer.process.stdin!
  // a process that ends early reports its error at exit
  for (const pipe of [statements, reader.process.stdin!]) pipe.on('error', () => {})
  writer.process.stdout!.resume()
  statements.write(`begin;\n${before}\n`)
  const fed = pipeline(copy, reader.process.stdin!).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
  const passed = pipeline(reader.process.stdout!, statements, { end: false }).catch(() => {})
  const written = writer.ended.catch((error: unknown) => {
    // its remaining output is not needed
    reader.process.kill()
    throw error
  })
  const readWhole = Promise.all([fed, passed, reader.ended]).then(
    () => void statements.end(`\n${after}\ncommit;\n`),
    (error: unknown) => {
      // without the commit everything is rolled back
      writer.process.kill()
      throw error
    },
  )
  const [writing, reading] = await Promise.allSettled([written, readWhole])
  // ignore the error of a process that was killed here
  if (writing.status === 'rejected' && !writer.process.killed) throw writing.reason
  if (reading.status === 'rejected') throw reading.reason
}

interface Tool {
  readonly process: ChildProcess
  /** Rejects with its error output when it fails. */
  readonly ended: Promise<void>
}

/** Connection parameters are in the environment: every user of the machine can see arguments. */
function start(tool: string, args: readonly string[], url?: string, caFile?: string): Tool {
  const env = environmentWith(url ? connection(url, caFile) : {})
  const child = spawn(tool, args, { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  if (tool === 'pg_dump') child.stdin.end()
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2000)))
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ToolError(tool, error.code === 'ENOENT' ? null : error.message)),
    )
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new ToolError(tool, said.trim() || `${code ?? signal}`)),
    )
  })
  ended.catch(() => {})
  return { process: child, ended }
}

/** Environment variables of libpq for a DATABASE_URL. */
function connection(url: string, caFile: string | undefined): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const named = {
    PGHOST: hostname.replace(/^\[|\]$/g, '') || searchParams.get('host'),
    PGPORT: port || searchParams.get('port'),
    PGUSER: decodeURIComponent(username) || searchParams.get('user'),
    PGPASSWORD: decodeURIComponent(password) || searchParams.get('password'),
    PGDATABASE: decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username),
    PGSSLMODE: searchParams.get('sslmode') ?? 'disable',
    PGSSLROOTCERT: caFile,
    PGAPPNAME: 'cafe-realtime',
  }
  return Object.fromEntries(
    Object.entries(named).filter((pair): pair is [string, string] => Boolean(pair[1])),
  )
}
