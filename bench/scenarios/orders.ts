import { percent, short, trimmed } from '../report/report.ts'
import type { Report } from '../report/report.ts'
import { undisturbed } from '../rig/contest.ts'
import type { Measured } from '../rig/contest.ts'
import { openHouse, orderAt } from '../rig/house.ts'
import type { House } from '../rig/house.ts'
import { openHttpLine } from '../rig/http.ts'
import { cpuOf } from '../rig/machine.ts'
import { watchOrders } from '../rig/seen-orders.ts'
import { startOurs } from '../rig/servers.ts'
import type { Ours } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'
import { medianOf } from '../rig/statistics.ts'
import type { ScenarioOptions } from './scenario.ts'

const branches = 20
/** Requests under way at any moment. */
const clients = 32
/** Connections to PostgreSQL, of the service and of pgbench. */
const connections = 10
const seconds = 3

interface OrdersRound {
  readonly perSecond: number
  readonly pgbench: number
  readonly share: number
  /** Processor time of the service for one order. */
  readonly cpuMicros: number
  readonly serverBusy: number
  readonly databaseBusy: number
}

/** Orders through HTTP on one process, next to pgbench with the same statements in the same groups. */
export async function ordersReport(stage: Stage, { rounds, progress }: ScenarioOptions): Promise<Report> {
  const house = await openHouse(stage, { branches, tables: 100 })
  const seen = await watchOrders(stage, house)
  const server = await startOurs(stage, { ROLES: 'api', DB_POOL_MAX: `${connections}` })
  const measured: Measured<OrdersRound>[] = []
  const run = async (): Promise<OrdersRound> => {
    await house.tidy()
    const http = await takeOrders(stage, server, house)
    await house.tidy()
    const { perSecond: pgbench } = await seen.replay.flatOut({ clients: connections, seconds })
    return { ...http, pgbench, share: http.perSecond / pgbench }
  }
  try {
    await run()
    for (let round = 1; round <= rounds; round++) {
      const one = await undisturbed(run)
      measured.push(one)
      progress(
        `  ${round}/${rounds} ${Math.round(one.perSecond)} orders/s of ${Math.round(one.pgbench)}: ${percent(one.share)}${one.disturbed ? ' (disturbed)' : ''}`,
      )
    }
  } finally {
    await server.stop()
  }
  const figure = (of: (round: OrdersRound) => number) => medianOf(measured, of)
  return {
    name: 'orders',
    title: `Taking orders: ${branches} branches, ${clients} requests under way, ${connections} connections to PostgreSQL`,
    tables: [
      {
        columns: ['', ''],
        rows: [
          ['orders/s through HTTP on one process', short(figure((round) => round.perSecond))],
          [
            'orders/s of pgbench, the same statements in the same groups',
            short(figure((round) => round.pgbench)),
          ],
          ['share', percent(figure((round) => round.share))],
          ['round trips to PostgreSQL an order, BEGIN and COMMIT included', `${seen.roundTrips}`],
          ['statements an order', `${seen.statements}`],
          ['CPU of the service, ms an order', trimmed(figure((round) => round.cpuMicros) / 1000)],
          ['service busy', percent(figure((round) => round.serverBusy))],
          ['PostgreSQL busy', percent(figure((round) => round.databaseBusy))],
          ['disturbed rounds', `${measured.filter((round) => round.disturbed).length} of ${measured.length}`],
        ],
        note: 'An order has two lines and three units: one row of `orders`, two of `order_items`, three of `kitchen_tasks`, four events. Service and pgbench run on the core of their own, PostgreSQL and the clients on the other. PostgreSQL runs with fsync off.',
      },
    ],
    data: { rounds: measured, roundTrips: seen.roundTrips, statements: seen.statements },
  }
}

async function takeOrders(stage: Stage, server: Ours, house: House) {
  const lines = await Promise.all(Array.from({ length: clients }, () => openHttpLine(server.port)))
  const before = { server: cpuOf(server.pid), database: cpuOf(stage.postgres.pid) }
  const began = performance.now()
  let taken = 0
  await Promise.all(
    lines.map(async (line, i) => {
      for (let n = i; performance.now() - began < seconds * 1000; n += clients) {
        const place = house.places[n % house.places.length]!
        const body = orderAt(place, place.tables[n % place.tables.length]!)
        const status = await line.post('/api/cafe/orders/', place.token, body)
        if (status !== 201) throw new Error(`an order was answered with ${status}`)
        taken++
      }
    }),
  )
  const wall = (performance.now() - began) * 1000
  for (const line of lines) line.close()
  const used = cpuOf(server.pid) - before.server
  return {
    perSecond: (taken / wall) * 1e6,
    cpuMicros: used / taken,
    serverBusy: used / wall,
    databaseBusy: (cpuOf(stage.postgres.pid) - before.database) / wall,
  }
}
