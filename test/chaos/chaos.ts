import { setTimeout as sleep } from 'node:timers/promises'
import type { Teardown } from '../support/teardown.ts'
import { openCafe } from './cafe.ts'
import { openCluster } from './cluster.ts'
import { openEventLog } from './event-log.ts'
import type { Fault, Scene } from './fault.ts'
import { noCounts, openFleet } from './fleet.ts'
import type { FleetCounts } from './fleet.ts'
import { postgresFaults } from './postgres-faults.ts'
import { processFaults } from './process-faults.ts'
import { createRandom } from './random.ts'
import { redisFaults } from './redis-faults.ts'
import { stormFaults } from './storm-faults.ts'
import { noTraffic, startTraffic } from './traffic.ts'
import type { TrafficCounts } from './traffic.ts'
import { judge } from './verdict.ts'

export interface ChaosOptions {
  seed: number
  /** Long faults and a storm, or short ones. */
  full: boolean
  screens: number
  /** Names of faults to run; none: all that belong to the run. */
  only: readonly string[]
  onResult: (result: FaultResult, index: number, count: number) => void
}

/** What one fault did. */
export interface FaultResult {
  readonly fault: Fault
  /** From the first harm to the last mending. */
  readonly lastedMs: number
  /** From the last mending until every screen had every event committed by then. */
  readonly repairMs: number
  readonly committed: number
  /** Events that streams went past by message, by hole and by head check. */
  readonly followed: readonly [number, number, number]
  readonly screens: number
  readonly fleet: FleetCounts
  readonly traffic: TrafficCounts
  /** Empty: nothing was lost. */
  readonly faults: readonly string[]
}

/** Longest time that screens may take to have everything again. */
const repairLimitMs = 30_000

/** The faults of a run, in their order. */
export const faultsOf = ({ full, only }: Pick<ChaosOptions, 'full' | 'only'>): Fault[] =>
  [...processFaults, ...redisFaults, ...postgresFaults, ...(full ? stormFaults : [])].filter(
    (fault) => only.length === 0 || only.includes(fault.name),
  )

/** Breaks one thing after another under real traffic and holds every screen against the log after each. */
export async function runChaos(t: Teardown, options: ChaosOptions): Promise<FaultResult[]> {
  const { seed, full, screens, onResult } = options
  const pace = full
    ? { pingInterval: '4s', drainTimeout: '5s' }
    : { pingInterval: '1500ms', drainTimeout: '1s' }
  const cluster = await openCluster(t, pace)
  const log = openEventLog(t, cluster.postgres.url)
  const traffic = startTraffic(cluster.apis, createRandom(seed), full ? [50, 250] : [30, 150])
  t.teardown(() => traffic.pause())
  const cafe = await openCafe(traffic)
  const fleet = openFleet(
    t,
    cluster.sockets.map((replica) => replica.socketUrl),
  )
  await fleet.add(cafe.views(screens))
  const afterwards: (() => void)[] = []
  const scene: Scene = {
    cluster,
    fleet,
    traffic,
    log,
    cafe,
    lasting: (fullMs, shortMs) => sleep(full ? fullMs : shortMs),
    times: (fullTimes, shortTimes) => (full ? fullTimes : shortTimes),
    afterwards: (work) => afterwards.push(work),
  }
  const faults = faultsOf(options)
  const results: FaultResult[] = []
  for (const [index, fault] of faults.entries()) {
    const result = await runFault(scene, fault)
    for (const work of afterwards.splice(0)) work()
    results.push(result)
    onResult(result, index, faults.length)
    // screens that do not agree with the log any more say nothing about the next fault
    if (result.faults.length > 0) break
  }
  return results
}

async function runFault(scene: Scene, fault: Fault): Promise<FaultResult> {
  const { fleet, traffic, log } = scene
  await fleet.rebalance()
  fleet.counts = noCounts()
  traffic.counts = noTraffic()
  const followed = await followedBy(scene)
  const broken: string[] = []
  /** What goes wrong here is told together with what was lost by it. */
  const noting = (error: unknown) => {
    broken.push((error as Error).message)
    return NaN
  }
  const began = performance.now()
  await fault.run(scene).catch(noting)
  const mended = performance.now()
  broken.push(...endedOf(scene))
  const repairMs = await fleet.caughtUp(log, repairLimitMs).catch(noting)
  await scene.lasting(1000, 300)
  await traffic.pause()
  await fleet.caughtUp(log, repairLimitMs).catch(noting)
  const { committed, faults } = await judge(fleet.screens, log, traffic)
  const after = await followedBy(scene)
  const result: FaultResult = {
    fault,
    lastedMs: mended - began,
    repairMs,
    committed,
    // a process that was started anew counts from nothing
    followed: [0, 1, 2].map((i) => after[i]! - (after[i]! < followed[i]! ? 0 : followed[i]!)) as never,
    screens: fleet.screens.length,
    fleet: fleet.counts,
    traffic: traffic.counts,
    faults: [...broken, ...faults, ...unexpected(fault, fleet.counts, traffic.counts)],
  }
  const heads = await log.heads()
  for (const screen of fleet.screens) screen.begin(heads)
  traffic.resume()
  return result
}

/** What may not happen even when nothing is lost. */
function unexpected(fault: Fault, fleet: FleetCounts, traffic: TrafficCounts): string[] {
  const faults: string[] = []
  if (!fault.restores && fleet.resyncs.size > 0) {
    faults.push(`screens were told to fetch everything anew: ${[...fleet.resyncs].join(' ')}`)
  }
  if (!fault.restores) faults.push(...traffic.refused.slice(0, 5))
  if (fault.answered && traffic.failed > 0) faults.push(`${traffic.failed} requests were not answered`)
  return faults
}

/** What processes said that ended and should not have. */
const endedOf = ({ cluster }: Scene): string[] =>
  [...cluster.apis, ...cluster.sockets].flatMap((replica) => replica.lastWords() ?? [])

async function followedBy({ cluster }: Scene): Promise<number[]> {
  const ways = ['"message"', '"hole"', '"head"']
  return Promise.all(
    ways.map(async (way) => {
      const counts = cluster.sockets.map((one) => one.metric('cafe_events_followed_total', way))
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    }),
  )
}
