import { times, trimmed } from '../report/report.ts'
import type { Report } from '../report/report.ts'
import { contest } from '../rig/contest.ts'
import type { Measured } from '../rig/contest.ts'
import { check, checkRepairs, openContender } from '../rig/flat-out.ts'
import type { Contender } from '../rig/flat-out.ts'
import { cpuOf } from '../rig/machine.ts'
import { titles } from '../rig/servers.ts'
import type { ServerKind } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'
import { medianOf } from '../rig/statistics.ts'
import type { ScenarioOptions } from './scenario.ts'
import { wayTable } from './way.ts'

const branches = 200
const perBranch = 10
/** Events in a second, over all branches. */
const rate = 500
const events = 1600

/** A chain on a busy evening: far from what any server can do; what counts is how soon a screen lights up. */
export async function calmReport(stage: Stage, options: ScenarioOptions): Promise<Report> {
  const cells = await measureCalm(stage, options)
  const ours = cells.find(({ kind }) => kind === 'ours')!
  const way = await wayTable(stage, options)
  return {
    name: 'calm',
    title: `Calm: ${branches} branches × ${perBranch} sockets, ${rate} events/s`,
    tables: [
      {
        columns: [
          'server',
          'published → received, p50, ms',
          'p99, ms',
          'server CPU, µs a delivery',
          'ours to it in CPU',
          'disturbed rounds',
        ],
        rows: cells.map((cell) => [
          titles[cell.kind],
          trimmed(cell.p50Micros / 1000),
          trimmed(cell.p99Micros / 1000),
          trimmed(cell.cpuMicros),
          cell === ours ? '' : times(ours.cpuMicros / cell.cpuMicros),
          `${cell.rounds.filter((round) => round.disturbed).length} of ${cell.rounds.length}`,
        ]),
        note: 'Nobody is the bottleneck here. Every event is committed to the log before it is published, for the peers as well; the time until then is in the next table.',
      },
      way.table,
    ],
    data: { calm: cells, way: way.data },
  }
}

interface CalmRound {
  readonly p50Micros: number
  readonly p99Micros: number
  readonly cpuMicros: number
}

interface CalmCell extends CalmRound {
  readonly kind: ServerKind
  readonly rounds: readonly Measured<CalmRound>[]
}

async function measureCalm(stage: Stage, { kinds, rounds, progress }: ScenarioOptions): Promise<CalmCell[]> {
  const contenders: Contender[] = []
  try {
    for (const kind of kinds) contenders.push(await openContender(stage, kind, { branches, perBranch }))
    const measured = await contest({
      contenders,
      rounds,
      nameOf: ({ server }) => server.kind,
      run: calmRound,
      describe: (round) =>
        `p50 ${trimmed(round.p50Micros / 1000)} ms, p99 ${trimmed(round.p99Micros / 1000)} ms, ${trimmed(round.cpuMicros)} µs each`,
      progress,
    })
    return [...measured].map(([{ server }, all]) => ({
      kind: server.kind,
      p50Micros: medianOf(all, (round) => round.p50Micros),
      p99Micros: medianOf(all, (round) => round.p99Micros),
      cpuMicros: medianOf(all, (round) => round.cpuMicros),
      rounds: all,
    }))
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()))
  }
}

async function calmRound({ server, generator, publisher, sockets }: Contender): Promise<CalmRound> {
  const repairsBefore = await server.repairs()
  await generator.begin(events / branches, { latency: true })
  const before = cpuOf(server.pid)
  const published = publisher.ask(`${branches} ${events} ${rate}`)
  const received = await generator.wait((events / rate) * 1000 + 20_000)
  const used = cpuOf(server.pid) - before
  await published
  check(server.kind, received, (events / branches) * sockets)
  checkRepairs(server.kind, (await server.repairs()) - repairsBefore)
  return {
    p50Micros: received.p50_us,
    p99Micros: received.p99_us,
    cpuMicros: used / received.deliveries,
  }
}
