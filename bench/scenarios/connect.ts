import { setTimeout as sleep } from 'node:timers/promises'
import { short, times, trimmed } from '../report/report.ts'
import type { Report } from '../report/report.ts'
import { startGenerator } from '../load/generator.ts'
import type { Generator } from '../load/generator.ts'
import { contest } from '../rig/contest.ts'
import type { Measured } from '../rig/contest.ts'
import { cpuOf } from '../rig/machine.ts'
import { startServer, titles } from '../rig/servers.ts'
import type { Server, ServerKind } from '../rig/servers.ts'
import { medianOf } from '../rig/statistics.ts'
import type { Stage } from '../rig/stage.ts'
import type { ScenarioOptions } from './scenario.ts'

const sockets = 5000
const branches = 200

export async function connectReport(stage: Stage, options: ScenarioOptions): Promise<Report> {
  const cells = await measureConnecting(stage, options)
  const ours = cells.find(({ kind }) => kind === 'ours')!
  return {
    name: 'connect',
    title: `Connecting: ${sockets} sockets at once in ${branches} branches`,
    tables: [
      {
        columns: ['server', 'server CPU, ms a socket', 'ours to it', 'sockets/s', 'disturbed rounds'],
        rows: cells.map((cell) => [
          titles[cell.kind],
          trimmed(cell.cpuMicros / 1000),
          cell === ours ? '' : times(ours.cpuMicros / cell.cpuMicros),
          short(cell.perSecond),
          `${cell.rounds.filter((round) => round.disturbed).length} of ${cell.rounds.length}`,
        ]),
        note: `At any moment ${atOnce} are under way. Every socket has a token of its own: the peers check its signature, nchan checks nothing; ours also looks up the login, the user and the branch in PostgreSQL and reads the position of the stream.`,
      },
    ],
    data: cells,
  }
}

interface ConnectCell {
  readonly kind: ServerKind
  /** Processor time of the server for one socket, until it is greeted. */
  readonly cpuMicros: number
  readonly perSecond: number
  readonly rounds: readonly Measured<ConnectRound>[]
}

interface ConnectRound {
  readonly sockets: number
  readonly cpuMicros: number
  readonly perSecond: number
}

/** As many as a listening socket of Node keeps waiting by default. */
const atOnce = 500

/** All screens of a chain come at the same moment: each with a token of its own. */
async function measureConnecting(stage: Stage, options: ScenarioOptions): Promise<ConnectCell[]> {
  const { kinds, rounds, progress } = options
  const open: { server: Server; generator: Generator; paths: string[] }[] = []
  try {
    for (const kind of kinds) {
      const server = await startServer(stage, kind)
      const generator = startGenerator(stage.generator, stage.folder)
      open.push({ server, generator, paths: await server.paths(branches, sockets / branches) })
    }
    const measured = await contest({
      contenders: open,
      rounds,
      nameOf: ({ server }) => server.kind,
      run: (contender) => connectAll(contender),
      describe: (round) =>
        `${round.cpuMicros.toFixed(0)} µs a socket, ${Math.round(round.perSecond)} sockets/s`,
      progress,
    })
    return [...measured].map(([{ server }, all]) => ({
      kind: server.kind,
      cpuMicros: medianOf(all, (round) => round.cpuMicros),
      perSecond: medianOf(all, (round) => round.perSecond),
      rounds: all,
    }))
  } finally {
    await Promise.all(open.flatMap(({ server, generator }) => [generator.stop(), server.stop()]))
  }
}

async function connectAll({
  server,
  generator,
  paths,
}: {
  server: Server
  generator: Generator
  paths: readonly string[]
}): Promise<ConnectRound> {
  const before = cpuOf(server.pid)
  const { opened, failed, us } = await generator.connect(server, paths, { atOnce })
  const used = cpuOf(server.pid) - before
  if (failed > 0) throw new Error(`${server.kind}: ${failed} of ${paths.length} sockets were not let in`)
  await generator.close()
  await restOf(server)
  return { sockets: opened, cpuMicros: used / opened, perSecond: (opened / us) * 1e6 }
}

/** Until a server has done what there was to do. */
export async function restOf(server: Server): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    const before = cpuOf(server.pid)
    await sleep(100)
    quiet = cpuOf(server.pid) - before < 10_000 ? quiet + 1 : 0
  }
}
