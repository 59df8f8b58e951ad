import { percent, short, times, trimmed } from '../report/report.ts'
import type { Report } from '../report/report.ts'
import { contest } from '../rig/contest.ts'
import type { Measured } from '../rig/contest.ts'
import { flatOut, noHeadCheck, openContender } from '../rig/flat-out.ts'
import type { Contender, FlatOut } from '../rig/flat-out.ts'
import { medianOf } from '../rig/statistics.ts'
import { titles } from '../rig/servers.ts'
import type { ServerKind } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'
import type { ScenarioOptions } from './scenario.ts'

/** One branch, a thousand screens. */
export const fanoutReport = (stage: Stage, options: ScenarioOptions): Promise<Report> =>
  flatOutReport('fanout', 'Fan-out: 1 branch × 1,000 sockets, flat out', stage, {
    ...options,
    branches: 1,
    perBranch: 1000,
  })

/** A chain: two hundred branches with ten screens each. */
export const manyReport = (stage: Stage, options: ScenarioOptions): Promise<Report> =>
  flatOutReport('many', 'Many branches: 200 branches × 10 sockets, flat out', stage, {
    ...options,
    branches: 200,
    perBranch: 10,
  })

async function flatOutReport(name: string, title: string, stage: Stage, options: Options): Promise<Report> {
  const cells = await measureFlatOut(stage, options)
  const ours = cells.find(({ kind }) => kind === 'ours')!
  return {
    name,
    title,
    tables: [
      {
        columns: [
          'server',
          'deliveries/s',
          'server CPU, µs each',
          'ours in deliveries',
          'ours in CPU',
          'server busy',
          'generator busy',
          'bottleneck',
          'disturbed rounds',
        ],
        rows: cells.map((cell) => [
          titles[cell.kind],
          short(cell.perSecond),
          trimmed(cell.cpuMicros),
          cell === ours ? '' : times(ours.perSecond / cell.perSecond),
          cell === ours ? '' : times(cell.cpuMicros / ours.cpuMicros),
          percent(cell.serverBusy),
          percent(cell.generatorBusy),
          cell.bottleneck,
          `${cell.rounds.filter((round) => round.disturbed).length} of ${cell.rounds.length}`,
        ]),
      },
    ],
    data: cells,
  }
}

interface FlatOutCell {
  readonly kind: ServerKind
  readonly perSecond: number
  readonly cpuMicros: number
  readonly serverBusy: number
  readonly generatorBusy: number
  readonly bottleneck: string
  readonly rounds: readonly Measured<FlatOut>[]
}

interface Options {
  kinds: readonly ServerKind[]
  branches: number
  perBranch: number
  rounds: number
  progress: (line: string) => void
}

/** How long a round shall take. */
const roundSeconds = 1
/** What is prepared for a round must be appended first, which takes longer than to deliver it. */
const maxEventsPerRound = 40_000

/** So many sockets in each of so many branches, everything as fast as each server can. */
async function measureFlatOut(stage: Stage, options: Options): Promise<FlatOutCell[]> {
  const { kinds, branches, perBranch, rounds, progress } = options
  const events = new Map<Contender, number>()
  const contenders: Contender[] = []
  try {
    for (const kind of kinds) {
      const contender = await openContender(stage, kind, { branches, perBranch, env: noHeadCheck })
      contenders.push(contender)
      events.set(contender, await eventsFor(contender))
      progress(`  ${kind}: ${contender.sockets} sockets, ${events.get(contender)} events a round`)
    }
    const measured = await contest({
      contenders,
      rounds,
      nameOf: ({ server }) => server.kind,
      run: (contender) => flatOut(contender, events.get(contender)!),
      describe: (round) =>
        `${Math.round(round.perSecond / 1000)} k/s, ${round.cpuMicros.toFixed(2)} µs each, server ${percent(round.serverBusy)}, generator ${percent(round.generatorBusy)}`,
      progress,
    })
    return [...measured].map(([{ server }, all]) => cellOf(server.kind, all))
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()))
  }
}

/** How many events take about as long as a round shall, by rounds that grow until the server has warmed up. */
async function eventsFor(contender: Contender): Promise<number> {
  const { branches } = contender
  let events = Math.max(branches, Math.ceil(20_000 / contender.sockets) * branches)
  for (;;) {
    const { perSecond, deliveries } = await flatOut(contender, events)
    const wanted = (events / deliveries) * perSecond * roundSeconds
    const next = Math.min(Math.max(1, Math.ceil(wanted / branches)) * branches, maxEventsPerRound)
    if (next < events * 1.5) return next
    events = Math.min(next, events * 8)
  }
}

function cellOf(kind: ServerKind, rounds: Measured<FlatOut>[]): FlatOutCell {
  const votes = rounds.map((round) => round.bottleneck)
  return {
    kind,
    perSecond: medianOf(rounds, (round) => round.perSecond),
    cpuMicros: medianOf(rounds, (round) => round.cpuMicros),
    serverBusy: medianOf(rounds, (round) => round.serverBusy),
    generatorBusy: medianOf(rounds, (round) => round.generatorBusy),
    bottleneck: votes.sort((a, b) => countOf(votes, b) - countOf(votes, a))[0]!,
    rounds,
  }
}

const countOf = <T>(list: readonly T[], value: T) => list.filter((one) => one === value).length
