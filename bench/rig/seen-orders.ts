import postgres from 'postgres'
import type { House } from './house.ts'
import { orderAt } from './house.ts'
import { openHttpLine } from './http.ts'
import { openReplay } from './pgbench.ts'
import type { Replay, SeenTwice } from './pgbench.ts'
import { startOurs } from './servers.ts'
import type { Stage } from './stage.ts'
import { openWireTap } from './wire-tap.ts'
import type { SentTogether } from './wire-tap.ts'

/** What taking an order costs PostgreSQL. */
export interface SeenOrders {
  readonly replay: Replay
  /** How often an order waits for PostgreSQL, BEGIN and COMMIT included, and with how many statements. */
  readonly roundTrips: number
  readonly statements: number
}

/** More than are taken in a branch in any scenario. */
const ordersOfAPlace = 10_000
/** A number that stands nowhere else in the statements, and in no order yet. */
let tellingNumber = 73_400_000

/** Reads along while the service takes orders, each in another branch. */
export async function watchOrders(stage: Stage, house: House): Promise<SeenOrders> {
  const tap = await openWireTap(stage)
  // one connection: everything it does is prepared after a few orders
  const server = await startOurs(stage, { ROLES: 'api', DATABASE_URL: tap.url, DB_POOL_MAX: '1' }, 'others')
  const line = await openHttpLine(server.port)
  const sql = postgres(stage.postgres.url, { max: 1, onnotice: () => {} })
  try {
    const seen: SeenTwice[] = []
    for (const place of house.places) {
      const take = async () => {
        const body = orderAt(place, place.tables[0]!)
        const status = await line.post('/api/cafe/orders/', place.token, body)
        if (status !== 201) throw new Error(`an order was answered with ${status}`)
      }
      const takeSeen = async (): Promise<readonly SentTogether[]> => {
        const watched = tap.watch(/insert into "?orders"? /i)
        await take()
        return watched
      }
      for (let i = 0; i < (seen.length === 0 ? 5 : 1); i++) await take()
      const second = await takeSeen()
      tellingNumber += ordersOfAPlace
      await sql`update order_numbers set last = ${tellingNumber - 1} where branch_id = ${place.branch}`
      seen.push({ first: await takeSeen(), second, number: tellingNumber })
    }
    const { second } = seen[0]!
    return {
      replay: await openReplay(stage, seen),
      roundTrips: second.length,
      statements: second.flat().length,
    }
  } finally {
    line.close()
    await sql.end()
    await server.stop()
  }
}
