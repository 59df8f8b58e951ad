import { readFileSync } from 'node:fs'
import { markdownOf, short, trimmed } from './report.ts'
import { repository } from '../../test/support/repository.ts'

/** What one unit of everything costs, from what was measured. */
interface Costs {
  /** Processor time of a socket replica for one delivery, many branches, flat out and calm, in µs. */
  readonly deliveryMicros: { readonly busy: number; readonly calm: number }
  readonly kibPerSocket: number
  readonly connectMillis: number
  /** Processor time of an API replica for one order, in ms. */
  readonly orderMillis: number
  /** Orders that one PostgreSQL of two cores takes in a second, the service aside. */
  readonly ordersPerSecond: number
  /** Processor time of both sides for one stream in a head check, in µs. */
  readonly headCheckMicros: { readonly service: number; readonly database: number }
}

/** A café branch in its busiest hour. */
const branch = {
  screens: 10,
  /** A full house of forty tables, each taken once and a half. */
  ordersPerHour: 60,
  /** Taken, three tasks made, claimed and ready, paid, closed, its table busy and free, now and then an edit. */
  eventsPerOrder: 15,
  /** Transactions of an order's whole life. */
  changesPerOrder: 8,
}

/** How much of a core, of a connection or of a server one plans with. */
const planned = 0.5
/** Messages that one Redis hands on in a second, on a core of its own; a message goes to every replica with sockets on the branch. */
const redisMessagesPerSecond = 100_000
/** Sockets beyond which a replica is too much to lose at once. */
const socketsPerReplica = 20_000

interface Plan {
  readonly branches: number
  readonly sockets: number
  readonly eventsPerSecond: number
  readonly deliveriesPerSecond: number
  readonly replicas: number
  readonly memoryMib: number
  readonly apiCores: number
  readonly redisShards: number
  readonly databaseCores: number
  readonly ordersPerSecond: number
  readonly changesPerSecond: number
  /** What the other socket replicas have to do, each, when one is lost. */
  readonly secondsToTakeOver: number
}

/** What so many branches need at the same moment of their busiest hour. */
function planFor(branches: number, costs: Costs): Plan {
  const sockets = branches * branch.screens
  const ordersPerSecond = (branches * branch.ordersPerHour) / 3600
  const eventsPerSecond = ordersPerSecond * branch.eventsPerOrder
  const changesPerSecond = ordersPerSecond * branch.changesPerOrder
  // a kitchen screen does not see what a floor plan sees: some two thirds of the screens get an event
  const deliveriesPerSecond = (eventsPerSecond * branch.screens * 2) / 3
  const socketCores =
    (deliveriesPerSecond * costs.deliveryMicros.calm + branches * costs.headCheckMicros.service) /
    1e6 /
    planned
  const replicas = Math.max(2, Math.ceil(Math.max(socketCores, sockets / socketsPerReplica)))
  // screens of a branch come to replicas at random, so a branch is on as many as it has screens, at most
  const spread = Math.min(replicas, branch.screens)
  return {
    branches,
    sockets,
    eventsPerSecond,
    deliveriesPerSecond,
    replicas,
    memoryMib: (sockets * costs.kibPerSocket) / 1024,
    apiCores: (changesPerSecond * costs.orderMillis) / 1000 / planned,
    redisShards: Math.max(1, Math.ceil((changesPerSecond * (1 + spread)) / redisMessagesPerSecond / planned)),
    databaseCores:
      changesPerSecond / costs.ordersPerSecond / planned +
      (branches * spread * costs.headCheckMicros.database) / 1e6 / planned,
    ordersPerSecond,
    changesPerSecond,
    secondsToTakeOver: ((sockets / replicas / (replicas - 1)) * costs.connectMillis) / 1000,
  }
}

/** The plans for three sizes as a table, from the figures kept in bench/results; null while some are missing. */
export function modelText(): string | null {
  const costs = costsFrom(read)
  if (!costs) return null
  const plans = [10, 1000, 100_000].map((branches) => planFor(branches, costs))
  const row = (what: string, of: (plan: Plan) => string) => [what, ...plans.map(of)]
  const table = markdownOf({
    columns: [
      'in the busiest hour',
      ...plans.map(({ branches }) => `${branches.toLocaleString('en')} branches`),
    ],
    rows: [
      row('sockets', (plan) => short(plan.sockets)),
      row('orders/s', (plan) => short(plan.ordersPerSecond)),
      row('events/s appended', (plan) => short(plan.eventsPerSecond)),
      row('deliveries/s', (plan) => short(plan.deliveriesPerSecond)),
      row('transactions that write /s in PostgreSQL', (plan) => short(plan.changesPerSecond)),
      row('socket replicas (at least two; one core each)', (plan) => `${plan.replicas}`),
      row('seconds of work for each of the others when one of them is lost', (plan) =>
        trimmed(plan.secondsToTakeOver),
      ),
      row('memory of all sockets, MiB', (plan) => short(plan.memoryMib)),
      row('cores of API replicas', (plan) => trimmed(plan.apiCores)),
      row('Redis shards', (plan) => `${plan.redisShards}`),
      row('cores of PostgreSQL', (plan) => trimmed(plan.databaseCores)),
    ],
  })
  return `${table}\n\nWith ${trimmed(costs.deliveryMicros.calm)} µs a delivery at a calm pace (${trimmed(costs.deliveryMicros.busy)} in a flood), ${trimmed(costs.kibPerSocket)} KiB a socket, ${trimmed(costs.orderMillis)} ms of an API process and 1/${short(costs.ordersPerSecond)} s of a PostgreSQL core a change, ${trimmed(costs.headCheckMicros.service)} + ${trimmed(costs.headCheckMicros.database)} µs a followed stream and second, as measured above; every core planned for half of what it can do.`
}

interface Kinds {
  kind: string
}

/** @param readData the `data` of a scenario's file, or null */
function costsFrom(readData: (name: string) => unknown): Costs | null {
  const many = readData('many') as (Kinds & { cpuMicros: number })[] | null
  const calm = readData('calm') as { calm: (Kinds & { cpuMicros: number })[] } | null
  const memory = readData('memory') as { idle: (Kinds & { first: number; second: number })[] } | null
  const connect = readData('connect') as (Kinds & { cpuMicros: number })[] | null
  const orders = readData('orders') as { rounds: { cpuMicros: number; pgbench: number }[] } | null
  const growth = readData('growth') as {
    checks: { streams: number; serviceMillis: number; databaseMillis: number }[]
  } | null
  if (!many || !calm || !memory || !connect || !orders || !growth) return null
  const ours = <T extends Kinds>(cells: readonly T[]) => cells.find(({ kind }) => kind === 'ours')!
  const idle = ours(memory.idle)
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
  const check = growth.checks.at(-1)!
  return {
    deliveryMicros: { busy: ours(many).cpuMicros, calm: ours(calm.calm).cpuMicros },
    kibPerSocket: Math.max(idle.first, idle.second),
    connectMillis: ours(connect).cpuMicros / 1000,
    orderMillis: middle(orders.rounds.map((round) => round.cpuMicros)) / 1000,
    ordersPerSecond: middle(orders.rounds.map((round) => round.pgbench)),
    headCheckMicros: {
      service: (check.serviceMillis / check.streams) * 1000,
      database: (check.databaseMillis / check.streams) * 1000,
    },
  }
}

function read(name: string): unknown {
  try {
    return (JSON.parse(readFileSync(`${repository}bench/results/${name}.json`, 'utf8')) as { data: unknown })
      .data
  } catch {
    return null
  }
}
