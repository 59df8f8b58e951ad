import { trimmed } from '../report/report.ts'
import type { Report } from '../report/report.ts'
import { startGenerator } from '../load/generator.ts'
import type { Generator } from '../load/generator.ts'
import { check, noHeadCheck } from '../rig/flat-out.ts'
import { memoryOf } from '../rig/machine.ts'
import { startOurs, startServer, titles } from '../rig/servers.ts'
import type { Server, ServerKind } from '../rig/servers.ts'
import { median } from '../rig/statistics.ts'
import type { Stage } from '../rig/stage.ts'
import { waitUntil } from '../../test/support/wait.ts'
import { restOf } from './connect.ts'
import type { ScenarioOptions } from './scenario.ts'

const kib = 1024

export async function memoryReport(stage: Stage, options: ScenarioOptions): Promise<Report> {
  const { progress } = options
  const idle = await measureIdle(stage, options)
  progress('  ours: sockets come and are cut')
  const churn = await measureChurn(stage, { sockets: 2000, rounds: 20 })
  progress('  ours: sockets that do not read')
  const stalled = await measureStalled(stage, 10, 3000)
  return {
    name: 'memory',
    title: 'Memory',
    tables: [
      {
        columns: ['server', 'KiB per idle socket, up to 5,000', 'from 5,000 to 10,000'],
        rows: idle.map(({ kind, first, second }) => [titles[kind], trimmed(first), trimmed(second)]),
      },
      {
        columns: ['ours', ''],
        rows: [
          [
            `MiB held after each of ${churn.mib.length} rounds in which ${churn.sockets} sockets came and were cut, with a heap of at most 96 MiB`,
            churn.mib.map((mib) => Math.round(mib)).join(' '),
          ],
          ['MiB by which that rose in a round, over the second half', churn.rise.toFixed(2)],
          [
            `MiB that a socket which reads nothing takes in a flood, at most (its bound: ${trimmed(stalled.bound / kib / kib)})`,
            trimmed(stalled.bytesEach / kib / kib),
          ],
          ['of those, closed by the server', `${stalled.closed} of ${stalled.sockets}`],
        ],
      },
    ],
    data: { idle, churn, stalled },
  }
}

interface MemoryCell {
  readonly kind: ServerKind
  /** KiB of memory that one more idle socket takes, up to 5,000 and from there to 10,000. */
  readonly first: number
  readonly second: number
  readonly rounds: readonly { readonly first: number; readonly second: number }[]
}

const branches = 200

/** A few sockets come first, so that what a server makes once is not counted as theirs. */
const steps = [500, 5000, 10_000] as const

/** What idle, authenticated sockets take. */
async function measureIdle(stage: Stage, options: ScenarioOptions): Promise<MemoryCell[]> {
  const { kinds, progress } = options
  // memory hardly differs from round to round, and each is a server started anew
  const rounds = Math.min(3, options.rounds)
  const results = new Map(kinds.map((kind) => [kind, [] as { first: number; second: number }[]]))
  for (let round = 1; round <= rounds; round++) {
    for (const kind of kinds) {
      const measured = await idleRound(stage, kind)
      results.get(kind)!.push(measured)
      progress(
        `  ${round}/${rounds} ${kind}: ${measured.first.toFixed(1)} and ${measured.second.toFixed(1)} KiB a socket`,
      )
    }
  }
  return [...results].map(([kind, all]) => ({
    kind,
    first: median(all.map((one) => one.first)),
    second: median(all.map((one) => one.second)),
    rounds: all,
  }))
}

async function idleRound(stage: Stage, kind: ServerKind) {
  const server = await startServer(stage, kind)
  const generators: Generator[] = []
  try {
    const paths = await server.paths(branches, steps[2] / branches)
    const standing: number[] = []
    let opened = 0
    for (const sockets of steps) {
      const generator = startGenerator(stage.generator, stage.folder)
      generators.push(generator)
      const { failed } = await generator.connect(server, paths.slice(opened, sockets))
      if (failed > 0) throw new Error(`${kind}: ${failed} sockets were not let in`)
      opened = sockets
      await restOf(server)
      standing.push(memoryOf(server.pid))
    }
    const [none, half, all] = standing as [number, number, number]
    return {
      first: (half - none) / kib / (steps[1] - steps[0]),
      second: (all - half) / kib / (steps[2] - steps[1]),
    }
  } finally {
    await Promise.all(generators.map((generator) => generator.stop()))
    await server.stop()
  }
}

interface Churn {
  readonly sockets: number
  /** MiB held after each round, when all sockets are gone. */
  readonly mib: readonly number[]
  /** MiB by which it rose in a round, over the second half of the rounds. */
  readonly rise: number
}

/** Without a bound V8 leaves what is dead lying until it sees fit: memory would say nothing of what is kept. */
const boundedHeap = { NODE_OPTIONS: '--max-old-space-size=96' }

/** Sockets come and are cut, again and again. */
async function measureChurn(
  stage: Stage,
  { sockets, rounds }: { sockets: number; rounds: number },
): Promise<Churn> {
  const server = await startOurs(stage, { ROLES: 'ws', ...boundedHeap })
  const generator = startGenerator(stage.generator, stage.folder)
  try {
    const paths = await server.paths(50, sockets / 50)
    const mib: number[] = []
    for (let round = 0; round < rounds; round++) {
      const { failed } = await generator.connect(server, paths)
      if (failed > 0) throw new Error(`${failed} sockets were not let in`)
      await generator.close()
      await waitUntil(async () => (await server.metric('cafe_sockets')) === 0, {
        what: 'all are gone',
        timeoutMs: 30_000,
      })
      await restOf(server)
      mib.push(memoryOf(server.pid) / kib / kib)
    }
    const half = mib.slice(rounds / 2)
    return { sockets, mib, rise: (half.at(-1)! - half[0]!) / (half.length - 1) }
  } finally {
    await generator.stop()
    await server.stop()
  }
}

interface Stalled {
  readonly sockets: number
  /** SOCKET_QUEUE_BYTES of the run. */
  readonly bound: number
  /** The most by which memory rose for each socket that read nothing, beyond what the same flood takes without. */
  readonly bytesEach: number
  /** How many of them the server has closed. */
  readonly closed: number
  readonly closeCodes: readonly number[]
}

const bound = 1_048_576

/**
 * Some sockets stop reading in the middle of a flood, each on a branch of its own, so that no two wait for the same bytes. They
 * are closed at the bound; the readers beside them get everything.
 */
async function measureStalled(stage: Stage, sockets: number, perBranch: number): Promise<Stalled> {
  const settings = { ROLES: 'ws', ...noHeadCheck, SOCKET_QUEUE_BYTES: `${bound}` }
  const server = await startOurs(stage, settings)
  const readers = startGenerator(stage.generator, stage.folder)
  const stalled = startGenerator(stage.generator, stage.folder)
  const publisher = await server.publisher(sockets)
  try {
    const paths = await server.paths(sockets, 2)
    await readers.connect(server, paths.slice(0, sockets))
    await stalled.connect(server, paths.slice(sockets), { receiveBytes: 32_768 })
    const flood = async () => {
      await publisher.ask(`append ${sockets} ${sockets * perBranch} 0`, 120_000)
      await readers.begin(perBranch)
      const peak = peakOf(server)
      await publisher.ask('release')
      check('readers beside stalled ones', await readers.wait(60_000), sockets * perBranch)
      return peak()
    }
    // what a flood takes by itself is known once the heap has grown as far as it does
    let usual = 0
    for (let i = 0; i < 2; i++) usual = Math.max(usual, await flood())
    await stalled.begin(0)
    await stalled.stall(sockets)
    // the kernel holds megabytes of its own before anything waits in the server
    let withStalled = 0
    const isOpen = async () => (await server.metric('cafe_sockets')) > sockets
    for (let i = 0; i < 5 && (await isOpen()); i++) withStalled = Math.max(withStalled, await flood())
    await stalled.read()
    const { close_codes: closeCodes, closed } = await stalled.wait(2000)
    return { sockets, bound, bytesEach: Math.max(0, withStalled - usual) / sockets, closed, closeCodes }
  } finally {
    await Promise.all([readers.stop(), stalled.stop(), publisher.stop()])
    await server.stop()
  }
}

/** Watches how much memory a server takes at most, until it is asked. */
function peakOf(server: Server): () => number {
  let peak = memoryOf(server.pid)
  const looking = setInterval(() => (peak = Math.max(peak, memoryOf(server.pid))), 20)
  return () => {
    clearInterval(looking)
    return Math.max(peak, memoryOf(server.pid))
  }
}
