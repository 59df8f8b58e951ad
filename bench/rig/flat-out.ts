import { startGenerator } from '../load/generator.ts'
import type { Generator, Received } from '../load/generator.ts'
import { cpuOf } from './machine.ts'
import type { LineProgram } from './lines.ts'
import { startServer } from './servers.ts'
import type { Server, ServerKind } from './servers.ts'
import type { Stage } from './stage.ts'

/** A server with its sockets, and what publishes to it. */
export interface Contender {
  readonly server: Server
  readonly generator: Generator
  readonly publisher: LineProgram
  readonly branches: number
  readonly sockets: number
  /** Cuts the sockets; the server goes on. */
  leave(): Promise<void>
  stop(): Promise<void>
}

interface Setting {
  readonly branches: number
  readonly perBranch: number
  /** Further settings for ours. */
  readonly env?: Record<string, string>
}

/** Starts a server and opens all sockets. */
export async function openContender(
  stage: Stage,
  kind: ServerKind,
  { branches, perBranch, env }: Setting,
): Promise<Contender> {
  const server = await startServer(stage, kind, env)
  return attend(stage, server, { branches, perBranch })
}

/** Opens sockets on a server that runs. */
export async function attend(
  stage: Stage,
  server: Server,
  { branches, perBranch }: Setting,
): Promise<Contender> {
  const generator = startGenerator(stage.generator, stage.folder)
  stage.teardown(() => generator.stop())
  const publisher = await server.publisher(branches)
  stage.teardown(() => publisher.stop())
  const paths = await server.paths(branches, perBranch)
  const { failed } = await generator.connect(server, paths)
  if (failed > 0) throw new Error(`${server.kind}: ${failed} of ${paths.length} sockets were not let in`)
  const leave = async () => {
    await Promise.all([generator.stop(), publisher.stop()])
  }
  return {
    server,
    generator,
    publisher,
    branches,
    sockets: paths.length,
    leave,
    async stop() {
      await Promise.all([leave(), server.stop()])
    },
  }
}

/**
 * For flat-out rounds: the head check would find what is appended but not yet published, and read it from the log; so would
 * the one that follows when an answer of Redis, behind a flood of seconds, is taken for none.
 */
export const noHeadCheck = { HEAD_CHECK_INTERVAL: '1h', REDIS_COMMAND_TIMEOUT: '30s' }

/** What one flat-out round gave. */
export interface FlatOut {
  readonly events: number
  readonly deliveries: number
  readonly perSecond: number
  /** Processor time of the server for one delivery. */
  readonly cpuMicros: number
  /** Shares of their cores that the two sides used. */
  readonly serverBusy: number
  readonly generatorBusy: number
  readonly bottleneck: Bottleneck
}

type Bottleneck = 'server' | 'generator' | 'neither'

/**
 * One flat-out round: everything is appended first, then published at once, so that neither the database nor the
 * publisher is what is measured; it waits in Redis until the server takes it.
 * @param events a multiple of the branches
 */
export async function flatOut(contender: Contender, events: number): Promise<FlatOut> {
  const { server, generator, publisher, branches, sockets } = contender
  const perSocket = events / branches
  const repairsBefore = await server.repairs()
  await publisher.ask(`append ${branches} ${events} 0`, 120_000)
  await generator.begin(perSocket)
  const before = { server: cpuOf(server.pid), generator: cpuOf(generator.pid) }
  const released = publisher.ask('release', 120_000)
  const received = await generator.wait(60_000)
  const used = {
    server: cpuOf(server.pid) - before.server,
    generator: cpuOf(generator.pid) - before.generator,
  }
  await released
  check(server.kind, received, perSocket * sockets)
  checkRepairs(server.kind, (await server.repairs()) - repairsBefore)
  const wall = received.last_us - received.first_us
  const { deliveries } = received
  const shares = { serverBusy: used.server / wall, generatorBusy: used.generator / wall }
  return {
    events,
    deliveries,
    perSecond: (deliveries / wall) * 1e6,
    cpuMicros: used.server / deliveries,
    ...shares,
    bottleneck: bottleneckOf(shares),
  }
}

/** @throws Error unless every socket has got everything once and in order */
export function check(name: string, received: Received, expected: number): void {
  const { deliveries, missing, repeated, disordered, closed, close_codes } = received
  if (deliveries === expected && missing + repeated + disordered + closed === 0) return
  throw new Error(
    `${name}: ${deliveries} of ${expected} deliveries, ${missing} missing, ${repeated} repeated, ${disordered} out of order, ${closed} sockets closed ${[...new Set(close_codes)].join()}`,
  )
}

/** @throws Error when events came from the log and not as a message */
export function checkRepairs(name: string, repairs: number): void {
  if (repairs > 0) throw new Error(`${name}: ${repairs} events came by repair`)
}

function bottleneckOf({
  serverBusy,
  generatorBusy,
}: Pick<FlatOut, 'serverBusy' | 'generatorBusy'>): Bottleneck {
  if (serverBusy > 0.85) return 'server'
  return generatorBusy > 0.6 ? 'generator' : 'neither'
}
