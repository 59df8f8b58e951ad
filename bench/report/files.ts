import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { findNginx, findRedis } from '../../test/support/services/binaries.ts'
import { describeMachine } from '../rig/machine.ts'
import { modelText } from './model.ts'
import { markdownOf } from './report.ts'
import type { Report } from './report.ts'
import { repository } from '../../test/support/repository.ts'

const results = `${repository}bench/results/`
const peers = `${repository}bench/node_modules/`
const page = `${repository}docs/performance.md`

/** A report as it is kept: with the moment and the machine. */
interface Kept extends Report {
  readonly at: string
  readonly machine: Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, string>>
}

/** In the order of the page. */
const order = ['fanout', 'many', 'calm', 'memory', 'connect', 'orders', 'growth', 'drops']

/** Keeps a report in bench/results and writes the page anew from all that are kept. */
export function keep(report: Report, postgresBin: string): void {
  mkdirSync(results, { recursive: true })
  const kept: Kept = {
    ...report,
    at: new Date().toISOString(),
    machine: describeMachine(),
    versions: versionsOf(postgresBin),
  }
  writeFileSync(`${results}${report.name}.json`, `${JSON.stringify(kept, null, 1)}\n`)
  writePages()
}

function readKept(): Kept[] {
  const files = readdirSync(results).filter((file) => file.endsWith('.json'))
  return files
    .map((file) => JSON.parse(readFileSync(`${results}${file}`, 'utf8')) as Kept)
    .filter(({ name }) => order.includes(name))
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}

export function writePlot(name: string, svg: string): void {
  mkdirSync(results, { recursive: true })
  writeFileSync(`${results}${name}.svg`, svg)
}

/** The tables as one Markdown page, and the same in docs/performance.md between its marks. */
export function writePages(): void {
  const kept = readKept()
  const sections = kept.map(
    ({ title, tables, at }) =>
      `### ${title}\n\n${tables.map(markdownOf).join('\n\n')}\n\n<sub>${at.slice(0, 16).replace('T', ' ')} UTC</sub>`,
  )
  const text = `${machineLine(kept)}\n\n${sections.join('\n\n')}`
  const besideThem = text.replaceAll('(../bench/results/', '(')
  writeFileSync(`${results}results.md`, `# What the bench measured\n\n${besideThem}\n`)
  putInPage('figures', text)
  putInPage('model', modelText() ?? 'Some of the figures that it needs have not been measured yet.')
}

/** Replaces what stands between two marks of the page. */
function putInPage(mark: string, text: string): void {
  const before = readFileSync(page, 'utf8')
  const [begin, end] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`]
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no marks ${begin} … ${end}`)
  writeFileSync(page, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`)
}

function machineLine(kept: readonly Kept[]): string {
  const newest = [...kept].sort((a, b) => b.at.localeCompare(a.at))[0]
  if (!newest) return 'Nothing has been measured yet.'
  const { cpu, memory, kernel } = newest.machine
  const versions = Object.entries(newest.versions).map(([name, version]) => `${name} ${version}`)
  return `Machine: ${cpu}, ${memory}, ${kernel}. Versions: ${versions.join(', ')}.`
}

function versionsOf(postgresBin: string): Record<string, string> {
  const first = (command: string, ...args: string[]) =>
    /\d+(\.\d+)+/.exec(
      execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    )?.[0] ?? '?'
  const installed = [
    'socket.io',
    '@socket.io/redis-adapter',
    '@fastify/websocket',
    'ws',
    'ioredis',
    '@trufflesuite/uws-js-unofficial',
  ].flatMap((name) => {
    const version = packageVersion(name)
    return version ? [[name, version] as const] : []
  })
  return {
    Node: process.versions.node,
    PostgreSQL: first(`${postgresBin}/postgres`, '--version'),
    Redis: first(findRedis()!, '--version'),
    ...(findNginx() && { nginx: nginxVersion(findNginx()!) }),
    ...Object.fromEntries(installed),
  }
}

function packageVersion(name: string): string | null {
  try {
    return (JSON.parse(readFileSync(`${peers}${name}/package.json`, 'utf8')) as { version: string }).version
  } catch {
    return null
  }
}

/** nginx tells its version on standard error. */
function nginxVersion(program: string): string {
  const text = execFileSync('sh', ['-c', '"$0" -v 2>&1', program], { encoding: 'utf8' })
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? '?'
}
