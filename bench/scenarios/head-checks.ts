import { setTimeout as sleep } from 'node:timers/promises'
import { startGenerator } from '../load/generator.ts'
import { cpuOf } from '../rig/machine.ts'
import { startOurs } from '../rig/servers.ts'
import type { Ours } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'
import { median } from '../rig/statistics.ts'
import { restOf } from './connect.ts'
import type { ScenarioOptions } from './scenario.ts'

/** What one look at the heads of all followed streams costs. */
export interface HeadCheckCell {
  readonly streams: number
  /** Processor time, in milliseconds. */
  readonly serviceMillis: number
  readonly databaseMillis: number
}

const counts = [10, 100, 1000, 10_000]
const intervalMs = 100
const windowMs = 1500

/** One idle socket per stream; the checks come so often that what else an idle process does hardly counts. */
export async function measureHeadChecks(
  stage: Stage,
  { rounds, progress }: ScenarioOptions,
): Promise<HeadCheckCell[]> {
  const cells: HeadCheckCell[] = []
  const server = await startOurs(stage, { ROLES: 'ws', HEAD_CHECK_INTERVAL: `${intervalMs}ms` })
  const generators = []
  try {
    const paths = await server.paths(counts.at(-1)!, 1)
    let opened = 0
    for (const streams of counts) {
      const generator = startGenerator(stage.generator, stage.folder)
      generators.push(generator)
      const { failed } = await generator.connect(server, paths.slice(opened, streams))
      if (failed > 0) throw new Error(`${failed} sockets were not let in`)
      opened = streams
      await sleep(windowMs)
      const measured = []
      for (let round = 0; round < rounds; round++) measured.push(await checksOf(stage, server))
      const cell = {
        streams,
        serviceMillis: median(measured.map((one) => one.service)) / 1000,
        databaseMillis: median(measured.map((one) => one.database)) / 1000,
      }
      cells.push(cell)
      progress(
        `  head check of ${streams} streams: ${cell.serviceMillis.toFixed(2)} ms, PostgreSQL ${cell.databaseMillis.toFixed(2)} ms`,
      )
    }
    return cells
  } finally {
    await Promise.all(generators.map((generator) => generator.stop()))
    await restOf(server)
    await server.stop()
  }
}

/** Microseconds of each side for one check. */
async function checksOf(stage: Stage, server: Ours): Promise<{ service: number; database: number }> {
  const before = {
    checks: await server.metric('cafe_head_checks_total'),
    service: cpuOf(server.pid),
    database: cpuOf(stage.postgres.pid),
  }
  await sleep(windowMs)
  const used = {
    service: cpuOf(server.pid) - before.service,
    database: cpuOf(stage.postgres.pid) - before.database,
  }
  const checks = (await server.metric('cafe_head_checks_total')) - before.checks
  return { service: used.service / checks, database: used.database / checks }
}
