import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'

/** A place where orders are taken: a branch, or a company without any. */
export interface Place {
  readonly token: string
  readonly branch: string | null
  readonly tables: readonly string[]
  readonly dishes: readonly string[]
}

/** Requests since the counts were last begun. */
export interface TrafficCounts {
  answered: number
  /** No answer, or one of 5xx. */
  failed: number
  /** What the failed ones were: `POST /api/cafe/orders/: 503`. */
  failures: string[]
  /** Orders and bills that were sent again and again with the same key, and still not answered. */
  givenUp: number
  /** Answers of 4xx, in words. */
  refused: string[]
  slowestMs: number
}

/** Orders being taken, cooked and paid all the time. */
export interface Traffic {
  counts: TrafficCounts
  /** What clients saw answered with 2xx: the last status of each order. */
  readonly answered: Map<string, string>
  addPlace(place: Place): void
  /** Resolves when nothing is under way any more. */
  pause(): Promise<void>
  resume(): void
  /**
   * One request; its body, or null when it failed.
   * @param key makes a POST safe to send again
   */
  send<Body>(token: string, method: string, path: string, body?: object, key?: string): Promise<Body | null>
}

interface Order {
  id: string
}

const answerMs = 8000

/** @param attempts how often an order or a bill is sent before it is given up */
export function startTraffic(
  apis: readonly { httpUrl: string }[],
  random: Random,
  thinkMs: [number, number],
  attempts = 5,
): Traffic {
  let running = true
  let turn = 0
  let working: Promise<void>[] = []
  const places: Place[] = []

  const traffic: Traffic = {
    counts: noTraffic(),
    answered: new Map(),
    addPlace(place) {
      places.push(place)
      if (running) working.push(work(place))
    },
    async pause() {
      running = false
      await Promise.all(working)
      working = []
    },
    resume() {
      running = true
      working = places.map(work)
    },
    async send<Body>(token: string, method: string, path: string, body?: object, key?: string) {
      const api = apis[turn++ % apis.length]!
      const began = performance.now()
      try {
        const reply = await fetch(api.httpUrl + path, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            ...(key && { 'idempotency-key': key }),
          },
          body: body && JSON.stringify(body),
          signal: AbortSignal.timeout(answerMs),
        })
        const text = await reply.text()
        traffic.counts.slowestMs = Math.max(traffic.counts.slowestMs, performance.now() - began)
        if (reply.status >= 500) throw new Error(`${reply.status}`)
        traffic.counts.answered++
        if (reply.status >= 400) {
          const refusal = `${method} ${path}: ${reply.status} ${text}`
          traffic.counts.refused.push(refusal)
          throw new Refused(refusal)
        }
        return JSON.parse(text) as Body
      } catch (error) {
        if (error instanceof Refused) throw error
        traffic.counts.failed++
        const { message, cause } = error as Error
        traffic.counts.failures.push(`${method} ${path}: ${cause instanceof Error ? cause.message : message}`)
        return null
      }
    },
  }

  const think = () => sleep(random.between(...thinkMs))
  async function work(place: Place): Promise<void> {
    await think()
    while (running) {
      try {
        await serveGuests(place)
      } catch (error) {
        // a restored database knows nothing of the order
        if (!(error instanceof Refused)) throw error
        await think()
      }
    }
  }

  /** Sends a request again until it is answered, as clients do; every one may be sent twice. */
  async function insist(...request: Parameters<Traffic['send']>): Promise<Order | null> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const order = await traffic.send<Order>(...request)
      if (order || !running) return order
      await think()
    }
    traffic.counts.givenUp++
    return null
  }

  /** One order from the first dish to the bill. */
  async function serveGuests({ token, branch, tables, dishes }: Place): Promise<void> {
    const key = randomUUID()
    const item = () => ({ menu_item: random.pick(dishes), quantity: random.between(1, 2) })
    const items = random.next() < 0.5 ? [item()] : [item(), item()]
    const body = { table: random.pick(tables), branch, guests: random.between(1, 6), items, note: key }
    const order = await insist(token, 'POST', '/api/cafe/orders/', body, key)
    if (order) traffic.answered.set(order.id, 'open')
    await think()
    if (!order) return
    const path = `/api/cafe/orders/${order.id}/`
    const tasks = await traffic.send<{ results: { id: string }[] }>(
      token,
      'GET',
      `/api/cafe/kitchen/tasks/?order=${order.id}`,
    )
    for (const task of tasks?.results ?? []) {
      await traffic.send(token, 'POST', `/api/cafe/kitchen/tasks/${task.id}/ready/`, {})
    }
    await think()
    await traffic.send(token, 'PATCH', path, { guests: random.between(7, 9) })
    await think()
    if (await insist(token, 'PATCH', path, { status: 'closed' })) traffic.answered.set(order.id, 'closed')
  }
  return traffic
}

export const noTraffic = (): TrafficCounts => ({
  answered: 0,
  failed: 0,
  failures: [],
  givenUp: 0,
  refused: [],
  slowestMs: 0,
})

/** An answer of 4xx: the request itself was wrong. */
class Refused extends Error {}
