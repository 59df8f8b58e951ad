import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import postgres from 'postgres'
import { pinned } from './machine.ts'
import type { Stage } from './stage.ts'
import type { SentTogether, SeenStatement } from './wire-tap.ts'

/** Transactions seen on the wire, played by pgbench: prepared, in the same groups, with ids and numbers of their own. */
export interface Replay {
  /** Plays them as fast as so many connections can; where the measured server would run. */
  flatOut(options: { clients: number; seconds: number }): Promise<{ perSecond: number }>
  /** Plays so many in a second; how long each took, in microseconds, in order of size. */
  calm(options: { rate: number; seconds: number }): Promise<number[]>
}

/** Two runs of one transaction: what differs between their parameters is of each run alone. */
export interface SeenTwice {
  readonly first: readonly SentTogether[]
  readonly second: readonly SentTogether[]
  /** The order number that the first was given. */
  readonly number: number
}

/** Numbers that pgbench gives out begin here, beyond all that the service has given. */
const firstNumber = 100_000_000
/** Of all replays together: where the counters of a run begin, so that no two runs give the same ids. */
let runs = 0

export async function openReplay(stage: Stage, seen: readonly SeenTwice[]): Promise<Replay> {
  const folder = join(stage.folder, `pgbench-${seen.length}`)
  mkdirSync(folder, { recursive: true })
  const sql = postgres(stage.postgres.url, { max: 1, onnotice: () => {} })
  const files: string[] = []
  for (const [i, one] of seen.entries()) {
    const file = join(folder, `transaction-${i}.sql`)
    writeFileSync(file, await scriptOf(sql, one))
    files.push(file)
  }
  await sql.end()
  const play = async (where: 'server' | 'others', args: readonly string[], logs?: string) => {
    const counter = ++runs * 100_000
    const [command, ...rest] = [
      ...pinned(where),
      program(stage),
      '-n',
      '-M',
      'prepared',
      '-D',
      `c=${counter}`,
      ...args,
      ...files.flatMap((file) => ['-f', file]),
      stage.postgres.url,
    ]
    return output(command, rest, logs ?? folder)
  }
  return {
    async flatOut({ clients, seconds }) {
      const text = await play('server', ['-c', `${clients}`, '-j', '1', '-T', `${seconds}`])
      const [, tps] = /tps = ([\d.]+)/.exec(text) ?? []
      if (!tps || /failed transactions: [1-9]/.test(text)) throw new Error(`pgbench: ${text}`)
      return { perSecond: Number(tps) }
    },
    async calm({ rate, seconds }) {
      const logs = join(folder, `logs-${runs}`)
      mkdirSync(logs)
      await play('others', ['-c', '2', '-j', '1', '-T', `${seconds}`, '-R', `${rate}`, '-l'], logs)
      const lines = readdirSync(logs).flatMap((file) =>
        readFileSync(join(logs, file), 'utf8').trim().split('\n'),
      )
      rmSync(logs, { recursive: true })
      // client, number, microseconds, script, seconds, microseconds, lag of the schedule
      return lines
        .map((line) => line.split(' ').map(Number))
        .map((fields) => fields[2]! - (fields[6] ?? 0))
        .sort((a, b) => a - b)
    },
  }
}

const program = (stage: Stage) => join(dirname(realpathSync(join(stage.postgres.bin, 'postgres'))), 'pgbench')

async function scriptOf(sql: postgres.Sql, { first, second, number }: SeenTwice): Promise<string> {
  const common = uuidsIn(second)
  const fresh = [...uuidsIn(first)].filter((uuid) => !common.has(uuid))
  const expressions = new Map(fresh.map((uuid, i) => [uuid, idExpression(i)]))
  expressions.set(`${number}`, `(${firstNumber} + :client_id::int * 10000000 + :c::int)::text`)
  const lines = ['\\set c :c + 1', `\\set base :client_id * 1099511627776 + :c * 64`]
  for (const group of first) {
    lines.push('\\startpipeline')
    for (const statement of group) lines.push(`${await inlined(sql, statement, expressions)};`)
    lines.push('\\endpipeline')
  }
  return `${lines.join('\n')}\n`
}

const idExpression = (i: number) =>
  `('0190f3c2-5a41-7c3e-9f00-' || lpad(to_hex(:base::bigint + ${i}), 12, '0'))`

const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

function uuidsIn(groups: readonly SentTogether[]): Set<string> {
  const texts = groups.flat().flatMap(({ parameters }) => parameters)
  return new Set(texts.flatMap((text) => text?.match(uuidPattern) ?? []))
}

/** The statement with its parameters in place, for pgbench knows none but numbers. */
async function inlined(
  sql: postgres.Sql,
  { sql: text, parameters }: SeenStatement,
  expressions: ReadonlyMap<string, string>,
): Promise<string> {
  if (parameters.length === 0) return text.trim().replace(/;$/, '')
  const types = await typesOf(sql, text)
  const values = parameters.map((value, i) => valueOf(value, types[i]!, expressions))
  return text.trim().replace(/\$(\d+)/g, (_, index: string) => values[Number(index) - 1]!)
}

async function typesOf(sql: postgres.Sql, text: string): Promise<string[]> {
  await sql.unsafe(`prepare seen as ${text}`)
  const [row] = await sql<{ types: string[] }[]>`
    select parameter_types::text[] as types from pg_prepared_statements where name = 'seen'`
  await sql.unsafe('deallocate seen')
  return row!.types
}

function valueOf(value: string | null, type: string, expressions: ReadonlyMap<string, string>): string {
  if (value === null) return `null::${type}`
  const marks = [...expressions.keys()].join('|')
  const pieces = value
    .split(new RegExp(`(${marks})`))
    .filter((piece) => piece !== '')
    .map((piece) => expressions.get(piece) ?? literal(piece))
  return pieces.length === 0 ? `''::${type}` : `(${pieces.join(' || ')})::${type}`
}

/** Without a colon, behind which pgbench would look for a variable. */
const literal = (text: string): string =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\072')}'`

function output(command: string, args: readonly string[], folder: string): Promise<string> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`pgbench: ${text}`))))
  })
}
