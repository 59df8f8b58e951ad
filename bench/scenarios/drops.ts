import { setTimeout as sleep } from 'node:timers/promises'
import { short } from '../report/report.ts'
import type { Report } from '../report/report.ts'
import { clientOf, clientTitles } from '../load/clients.ts'
import type { Client, ClientKind } from '../load/clients.ts'
import { startServer, titles } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'
import { startProxy } from '../../test/support/proxy.ts'
import type { Proxy } from '../../test/support/proxy.ts'
import type { ScenarioOptions } from './scenario.ts'

const branches = 20
const perBranch = 3
/** Events in a second, over all branches. */
const rate = 100
const events = 6000
/** Each client is cut for so long, again and again; one after the other. */
const cutMs = 2000
const everyMs = 15_000
/** How long clients may take to catch up when the last event was published and nothing is cut. */
const settleMs = 10_000

/** The connection of each client is cut for 2 s every 15 s while events are published: who sees all of them? */
export async function dropsReport(stage: Stage, { kinds, progress }: ScenarioOptions): Promise<Report> {
  const cells: DropsCell[] = []
  for (const kind of kinds) {
    if (!(kind in clientTitles)) continue
    const cell = await measureDrops(stage, kind as ClientKind)
    progress(`  ${kind}: ${percent(cell)} delivered, ${cell.repeated} twice, ${cell.disordered} out of order`)
    cells.push(cell)
  }
  return {
    name: 'drops',
    title: `Drops: ${branches} branches × ${perBranch} clients, ${rate} events/s, each client cut for ${cutMs / 1000} s every ${everyMs / 1000} s`,
    tables: [
      {
        columns: ['server', 'client', 'delivered', 'events', 'lost', 'twice', 'out of order', 'cuts'],
        rows: cells.map((cell) => [
          titles[cell.kind],
          clientTitles[cell.kind],
          percent(cell),
          short(cell.expected),
          String(cell.expected - cell.delivered),
          String(cell.repeated),
          String(cell.disordered),
          String(cell.cuts),
        ]),
        note: 'Each client has the settings it comes with. A cut ends the connection and refuses new ones. After the last event every client has 10 s without cuts. Twice and out of order: as the code of the application sees them.',
      },
    ],
    data: cells,
  }
}

/** What one client has got. */
interface Seen {
  isConnected: boolean
  readonly numbers: Set<number>
  last: number
  repeated: number
  disordered: number
}

interface DropsCell {
  readonly kind: ClientKind
  readonly expected: number
  readonly delivered: number
  readonly repeated: number
  readonly disordered: number
  readonly cuts: number
}

const percent = ({ delivered, expected }: DropsCell): string => {
  const share = (delivered / expected) * 100
  return `${delivered === expected ? '100' : Math.min(share, 99.9).toFixed(1)} %`
}

async function measureDrops(stage: Stage, kind: ClientKind): Promise<DropsCell> {
  const openClient = await clientOf(kind)
  const server = await startServer(stage, kind)
  const publisher = await server.publisher(branches)
  const paths = await server.paths(branches, perBranch)
  const seen: Seen[] = []
  const open: Client[] = []
  const lines: Proxy[] = []
  /** Events up to here were published before everybody was connected. */
  let before = Infinity
  let cuts = 0
  try {
    for (const path of paths) {
      const line = await startProxy(stage, `http://127.0.0.1:${server.port}`, server.port)
      const own: Seen = { isConnected: false, numbers: new Set(), last: 0, repeated: 0, disordered: 0 }
      const note = (n: number) => {
        own.isConnected = true
        if (n <= before) return
        if (own.numbers.has(n)) own.repeated++
        else if (n < own.last) own.disordered++
        own.numbers.add(n)
        own.last = Math.max(own.last, n)
      }
      lines.push(line)
      seen.push(own)
      open.push(openClient(line.url, path, note))
    }
    for (let attempt = 1; seen.some(({ isConnected }) => !isConnected); attempt++) {
      if (attempt > 40) throw new Error(`${kind}: a client does not connect`)
      const { last } = await publisher.ask<{ last: number }>(`${branches} ${branches} 0`)
      await sleep(500)
      before = last
    }
    let next = 0
    const cutting = setInterval(() => {
      const line = lines[next++ % lines.length]!
      line.cut()
      setTimeout(() => line.restore(), cutMs)
      cuts++
    }, everyMs / lines.length)
    await publisher.ask(`${branches} ${events} ${rate}`, (events / rate) * 2000 + 30_000)
    clearInterval(cutting)
    await sleep(cutMs + settleMs)
  } finally {
    for (const client of open) client.close()
    await Promise.all([publisher.stop(), server.stop()])
  }
  const sum = (figure: (own: (typeof seen)[number]) => number) =>
    seen.reduce((total, own) => total + figure(own), 0)
  return {
    kind,
    expected: (events / branches) * paths.length,
    delivered: sum(({ numbers }) => numbers.size),
    repeated: sum((own) => own.repeated),
    disordered: sum((own) => own.disordered),
    cuts,
  }
}
