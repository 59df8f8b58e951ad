import { setTimeout as sleep } from 'node:timers/promises'
import { openCafe } from '../chaos/cafe.ts'
import { openReplica, prepare } from '../chaos/cluster.ts'
import type { Replica } from '../chaos/cluster.ts'
import { openEventLog } from '../chaos/event-log.ts'
import { openFleet } from '../chaos/fleet.ts'
import type { FleetCounts } from '../chaos/fleet.ts'
import { createRandom } from '../chaos/random.ts'
import { startTraffic } from '../chaos/traffic.ts'
import type { TrafficCounts } from '../chaos/traffic.ts'
import { judge } from '../chaos/verdict.ts'
import { startNginx } from '../support/nginx.ts'
import type { Teardown } from '../support/teardown.ts'

export interface RollingOptions {
  /** Settings of the database and Redis, for every replica. */
  env: Record<string, string>
  sockets: number
  /** Milliseconds: DRAIN_TIMEOUT of the replicas, and how long all is left alone before and between. */
  drainMs: number
  calmMs: number
  seed: number
}

/** How many sockets each replica holds, at one moment. */
interface Sample {
  readonly atMs: number
  readonly sockets: readonly number[]
}

/** One replica, replaced: from SIGTERM until it is ready again; milliseconds since the beginning. */
interface Replacement {
  readonly name: string
  readonly code: number | null
  readonly stoppedAtMs: number
  readonly endedAtMs: number
  readonly readyAtMs: number
  /** When each of its sockets was closed. */
  readonly closes: readonly number[]
}

export interface RollingResult {
  readonly samples: readonly Sample[]
  readonly replacements: readonly Replacement[]
  readonly lastedMs: number
  readonly committed: number
  readonly fleet: FleetCounts
  readonly traffic: TrafficCounts
  /** Empty: nothing was lost, repeated or out of order, and no order was made twice. */
  readonly faults: readonly string[]
}

const names = ['one', 'two', 'three'] as const
const sampleMs = 100

/**
 * A deployment at lunch time: three replicas behind nginx, orders being taken, screens open; each replica in turn is told
 * to end, and started anew at the same address. Then every screen is held against the log.
 */
export async function roll(t: Teardown, options: RollingOptions): Promise<RollingResult> {
  const { env, sockets, drainMs, calmMs, seed } = options
  let began = performance.now()
  const since = () => Math.round(performance.now() - began)
  const settings = { ...env, RATE_LIMIT: 'off', DRAIN_TIMEOUT: `${drainMs}ms`, LOG_LEVEL: 'error' }
  await prepare(settings)
  const replicas = await Promise.all(names.map((name) => openReplica(t, name, settings)))
  const nginx = await startNginx(
    t,
    replicas.map(({ httpUrl }) => Number(new URL(httpUrl).port)),
  )
  const log = openEventLog(t, env.DATABASE_URL!)
  const traffic = startTraffic([nginx], createRandom(seed), [50, 200], 100)
  t.teardown(() => traffic.pause())
  const cafe = await openCafe(traffic)
  const closes: number[] = []
  const fleet = openFleet(t, [nginx.socketUrl], () => closes.push(since()))
  await fleet.add(cafe.views(sockets))

  began = performance.now()
  const watch = watchSockets(replicas, since)
  t.teardown(() => watch.end())
  const replacements: Replacement[] = []
  await sleep(calmMs)
  for (const replica of replicas) {
    replacements.push(await replace(replica, since, closes))
    await fleet.greeted()
    await sleep(calmMs)
  }
  await watch.end()
  const lastedMs = since()
  await traffic.pause()
  await fleet.caughtUp(log, 30_000)
  const { committed, faults } = await judge(fleet.screens, log, traffic)
  return {
    samples: watch.samples,
    replacements,
    lastedMs,
    committed,
    fleet: fleet.counts,
    traffic: traffic.counts,
    faults: [...faults, ...replicas.flatMap((replica) => replica.lastWords() ?? [])],
  }
}

async function replace(
  replica: Replica,
  since: () => number,
  closes: readonly number[],
): Promise<Replacement> {
  const before = closes.length
  const stoppedAtMs = since()
  const code = await replica.stop('SIGTERM')
  const endedAtMs = since()
  const own = closes.slice(before)
  await replica.start()
  return { name: replica.name, code, stoppedAtMs, endedAtMs, readyAtMs: since(), closes: own }
}

/** Asks every replica again and again how many sockets it holds; one that does not answer holds none. */
function watchSockets(replicas: readonly Replica[], since: () => number) {
  const samples: Sample[] = []
  let over = false
  const held = (replica: Replica) => replica.metric('cafe_sockets').catch(() => 0)
  const done = (async () => {
    while (!over) {
      const sockets = await Promise.all(replicas.map(held))
      samples.push({ atMs: since(), sockets })
      await sleep(sampleMs)
    }
  })()
  return {
    samples,
    end() {
      over = true
      return done
    },
  }
}
