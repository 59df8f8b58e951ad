import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { trimmed } from '../report/report.ts'
import type { Table } from '../report/report.ts'
import { undisturbed } from '../rig/contest.ts'
import type { Measured } from '../rig/contest.ts'
import { openHouse, orderAt } from '../rig/house.ts'
import type { House } from '../rig/house.ts'
import { openHttpLine } from '../rig/http.ts'
import { watchOrders } from '../rig/seen-orders.ts'
import type { SeenOrders } from '../rig/seen-orders.ts'
import { startOurs } from '../rig/servers.ts'
import type { Ours } from '../rig/servers.ts'
import type { Stage } from '../rig/stage.ts'
import { medianOf } from '../rig/statistics.ts'
import type { ScenarioOptions } from './scenario.ts'

const branches = 10
/** Orders in a second. */
const rate = 50
const seconds = 3

interface WayRound {
  readonly answered: Quantiles
  readonly onScreen: Quantiles
  readonly bare: Quantiles
}

/** Milliseconds. */
interface Quantiles {
  readonly p50: number
  readonly p99: number
}

/** The whole way: POST to one replica, commit, Redis, a screen on another replica; next to the same statements alone. */
export async function wayTable(
  stage: Stage,
  { rounds, progress }: ScenarioOptions,
): Promise<{ table: Table; data: unknown }> {
  const house = await openHouse(stage, { branches, tables: 20 })
  const orders = await watchOrders(stage, house)
  const api = await startOurs(stage, { ROLES: 'api' }, 'others')
  const sockets = await startOurs(stage, { ROLES: 'ws' })
  const measured: Measured<WayRound>[] = []
  try {
    await wayRound(api, sockets, house, orders)
    for (let round = 1; round <= rounds; round++) {
      await house.tidy()
      const one = await undisturbed(() => wayRound(api, sockets, house, orders))
      measured.push(one)
      progress(
        `  ${round}/${rounds} POST → screen: p50 ${trimmed(one.onScreen.p50)} ms, p99 ${trimmed(one.onScreen.p99)} ms`,
      )
    }
  } finally {
    await api.stop()
    await sockets.stop()
  }
  const row = (what: string, of: (round: WayRound) => Quantiles) => [
    what,
    trimmed(medianOf(measured, (round) => of(round).p50)),
    trimmed(medianOf(measured, (round) => of(round).p99)),
  ]
  return {
    table: {
      columns: [`an order, ${rate} a second`, 'p50, ms', 'p99, ms'],
      rows: [
        row('POST → answer of the replica that took it', (round) => round.answered),
        row('POST → `order_created` on a socket of another replica', (round) => round.onScreen),
        row('the same statements from pgbench, BEGIN to COMMIT', (round) => round.bare),
      ],
      note: `PostgreSQL runs with fsync off here, as in the tests: on a real disk add the time of one flush to each row. Disturbed rounds: ${measured.filter((round) => round.disturbed).length} of ${measured.length}.`,
    },
    data: measured,
  }
}

async function wayRound(api: Ours, sockets: Ours, house: House, orders: SeenOrders): Promise<WayRound> {
  const bare = await orders.replay.calm({ rate, seconds })
  const sent = new Map<string, number>()
  const answered: number[] = []
  const onScreen: number[] = []
  const screens = await Promise.all(
    house.places.map(({ token }) =>
      openScreen(sockets, token, (id) => {
        const began = sent.get(id)
        if (began !== undefined) onScreen.push(performance.now() - began)
      }),
    ),
  )
  const lines = await Promise.all(house.places.map(() => openHttpLine(api.port)))
  try {
    const total = rate * seconds
    const began = performance.now()
    const posting: Promise<void>[] = []
    for (let i = 0; i < total; i++) {
      await sleep(Math.max(0, began + (i / rate) * 1000 - performance.now()))
      const at = i % house.places.length
      const place = house.places[at]!
      const id = randomUUID()
      const body = orderAt(place, place.tables[i % place.tables.length]!, id)
      const now = performance.now()
      sent.set(id, now)
      posting.push(
        lines[at]!.post('/api/cafe/orders/', place.token, body).then((status) => {
          if (status !== 201) throw new Error(`an order was answered with ${status}`)
          answered.push(performance.now() - now)
        }),
      )
    }
    await Promise.all(posting)
    const deadline = performance.now() + 5000
    while (onScreen.length < total && performance.now() < deadline) await sleep(10)
    if (onScreen.length !== total) throw new Error(`${onScreen.length} of ${total} orders reached a screen`)
  } finally {
    for (const close of screens) close()
    for (const line of lines) line.close()
  }
  return {
    answered: quantiles(answered),
    onScreen: quantiles(onScreen),
    bare: quantiles(bare.map((us) => us / 1000)),
  }
}

/** Opens a socket and resolves once it is greeted; tells the id of every new order. */
function openScreen(server: Ours, token: string, onOrder: (id: string) => void): Promise<() => void> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/cafe/orders/?token=${token}`)
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`a screen was closed with ${code}`)))
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; data?: { order?: { id: string } } }
      if (message.type === 'connection_established') resolve(() => socket.terminate())
      if (message.type === 'order_created') onOrder(message.data!.order!.id)
    })
  })
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return { p50: at(0.5), p99: at(0.99) }
}
