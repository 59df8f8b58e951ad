import { plotOf } from '../report/plot.ts'
import { writePlot } from '../report/files.ts'
import { short, trimmed } from '../report/report.ts'
import type { Report } from '../report/report.ts'
import { undisturbed } from '../rig/contest.ts'
import type { Measured } from '../rig/contest.ts'
import { attend, check, flatOut, noHeadCheck } from '../rig/flat-out.ts'
import type { Contender } from '../rig/flat-out.ts'
import { cpuOf } from '../rig/machine.ts'
import { startOurs } from '../rig/servers.ts'
import type { Ours } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'
import { medianOf } from '../rig/statistics.ts'
import type { ScenarioOptions } from './scenario.ts'
import { measureHeadChecks } from './head-checks.ts'

/** How much is delivered in a round, whatever the size of the audience; */
const deliveriesPerRound = 100_000
/** but one stream is appended to one event after the other. */
const mostPerSocket = 2000

interface Step {
  readonly branches: number
  readonly perBranch: number
  readonly replicas: number
}

const many: Step = { branches: 200, perBranch: 10, replicas: 1 }
const sizes: readonly Step[] = [
  { branches: 1, perBranch: 1, replicas: 1 },
  { branches: 1, perBranch: 10, replicas: 1 },
  { branches: 1, perBranch: 100, replicas: 1 },
  { branches: 1, perBranch: 1000, replicas: 1 },
  { branches: 10, perBranch: 10, replicas: 1 },
  { branches: 1000, perBranch: 10, replicas: 1 },
  many,
  { branches: 200, perBranch: 10, replicas: 2 },
]

interface Cell extends Step {
  /** Processor time of all replicas for one delivery. */
  readonly cpuMicros: number
  readonly rounds: readonly Measured<{ cpuMicros: number }>[]
}

/** What a delivery costs as everything around it grows. */
export async function growthReport(stage: Stage, options: ScenarioOptions): Promise<Report> {
  const cells = await measureSteps(stage, options)
  const checks = await measureHeadChecks(stage, options)
  const oneBranch = cells.filter(({ branches }) => branches === 1)
  const tens = cells.filter(({ perBranch, replicas }) => perBranch === 10 && replicas === 1)
  writePlot(
    'growth-sockets',
    plotOf({
      title: 'CPU per delivery, flat out, by sockets of one branch',
      x: 'sockets per branch',
      y: 'µs a delivery',
      series: [{ name: 'cafe-realtime', points: oneBranch.map((cell) => [cell.perBranch, cell.cpuMicros]) }],
    }),
  )
  writePlot(
    'growth-branches',
    plotOf({
      title: 'CPU per delivery, flat out, by branches with 10 sockets each',
      x: 'branches',
      y: 'µs a delivery',
      series: [
        {
          name: 'cafe-realtime',
          points: [...tens]
            .sort((a, b) => a.branches - b.branches)
            .map((cell) => [cell.branches, cell.cpuMicros]),
        },
      ],
    }),
  )
  writePlot(
    'growth-head-check',
    plotOf({
      title: 'CPU of one head check, by followed streams',
      x: 'streams',
      y: 'ms',
      series: [
        { name: 'service', points: checks.map((check) => [check.streams, check.serviceMillis]) },
        { name: 'PostgreSQL', points: checks.map((check) => [check.streams, check.databaseMillis]) },
      ],
    }),
  )
  return {
    name: 'growth',
    title: 'Growth',
    tables: [
      {
        columns: ['branches', 'sockets per branch', 'replicas', 'CPU, µs a delivery', 'disturbed rounds'],
        rows: cells.map((cell) => [
          short(cell.branches),
          short(cell.perBranch),
          `${cell.replicas}`,
          trimmed(cell.cpuMicros),
          `${cell.rounds.filter((round) => round.disturbed).length} of ${cell.rounds.length}`,
        ]),
        note: 'Flat out; with two replicas each has half of the sockets of every branch. An event costs each replica the same whoever listens; that is shared out over its deliveries.',
      },
      {
        columns: [
          'followed streams',
          'CPU of a head check, service, ms',
          'PostgreSQL, ms',
          'µs a stream, both',
        ],
        rows: checks.map((check) => [
          short(check.streams),
          trimmed(check.serviceMillis),
          trimmed(check.databaseMillis),
          trimmed(((check.serviceMillis + check.databaseMillis) / check.streams) * 1000),
        ]),
        note: '![CPU per delivery by sockets](../bench/results/growth-sockets.svg)\n\n![CPU per delivery by branches](../bench/results/growth-branches.svg)\n\n![CPU of a head check by streams](../bench/results/growth-head-check.svg)',
      },
    ],
    data: { cells, checks },
  }
}

async function measureSteps(stage: Stage, { rounds, progress }: ScenarioOptions): Promise<Cell[]> {
  const servers: Ours[] = []
  const cells: Cell[] = []
  try {
    for (let i = 0; i < 2; i++) servers.push(await startOurs(stage, { ROLES: 'ws', ...noHeadCheck }))
    // code that runs for the first time is slower
    await measureStep(stage, servers, { ...many, replicas: 2 }, 2)
    for (const step of sizes) {
      const cell = await measureStep(stage, servers, step, rounds)
      cells.push(cell)
      progress(
        `  ${step.branches} × ${step.perBranch} sockets, ${step.replicas} replicas: ${trimmed(cell.cpuMicros)} µs a delivery`,
      )
    }
    return cells
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function measureStep(
  stage: Stage,
  servers: readonly Ours[],
  step: Step,
  rounds: number,
): Promise<Cell> {
  const { branches, perBranch, replicas } = step
  const contenders: Contender[] = []
  try {
    for (const server of servers.slice(0, replicas)) {
      contenders.push(await attend(stage, server, { branches, perBranch: perBranch / replicas }))
    }
    const perSocket = Math.max(2, Math.min(mostPerSocket, deliveriesPerRound / (branches * perBranch)))
    const run = () => roundOf(contenders, Math.round(perSocket) * branches)
    await run()
    const measured: Measured<{ cpuMicros: number }>[] = []
    for (let round = 0; round < rounds; round++) measured.push(await undisturbed(run))
    return { ...step, cpuMicros: medianOf(measured, (round) => round.cpuMicros), rounds: measured }
  } finally {
    await Promise.all(contenders.map((contender) => contender.leave()))
  }
}

/** All replicas get what the first one's publisher publishes. */
async function roundOf(contenders: readonly Contender[], events: number): Promise<{ cpuMicros: number }> {
  const [first, ...others] = contenders as [Contender, ...Contender[]]
  const perSocket = events / first.branches
  const before = others.map(({ server }) => cpuOf(server.pid))
  for (const { generator } of others) await generator.begin(perSocket)
  const all = Promise.all(others.map(({ generator }) => generator.wait(60_000)))
  const { cpuMicros, deliveries } = await flatOut(first, events)
  const received = await all
  received.forEach((one, i) => check('another replica', one, perSocket * others[i]!.sockets))
  const cpu = others.reduce(
    (sum, { server }, i) => sum + cpuOf(server.pid) - before[i]!,
    cpuMicros * deliveries,
  )
  return { cpuMicros: cpu / received.reduce((sum, one) => sum + one.deliveries, deliveries) }
}
