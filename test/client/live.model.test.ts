import { isDeepStrictEqual } from 'node:util'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import t from 'tap'
import { WebSocket } from 'ws'
import { waitUntil } from '../support/wait.ts'
import { listsOf, plain, startLiveCafe } from './live-cafe.ts'
import type { LiveCafe } from './live-cafe.ts'

/**
 * Under cuts, repeats and resyncs a store shows what the service has. Random work in a café is done over HTTP; a screen follows it
 * through a network that is taken away, with a socket that hands on every message twice and old ones again. After each run the
 * store is compared with the snapshot of that moment.
 */

/** Hands on every message twice, and after each the three before it. */
class RepeatingWebSocket extends WebSocket {
  override addEventListener(type: never, listener: never): void {
    if (type !== 'message') return super.addEventListener(type, listener)
    const before: object[] = []
    const again = (event: { data: unknown }) => {
      const hear = listener as (event: object) => void
      const isEvent = String(event.data).includes('"seq"') && String(event.data).includes('"id"')
      for (const each of isEvent ? [event, event, ...before] : [event]) hear(each)
      if (isEvent) before.unshift(event)
      before.length = Math.min(before.length, 3)
    }
    super.addEventListener('message', again)
  }
}

type Step = (cafe: LiveCafe, pick: <T>(from: readonly T[]) => T | undefined) => Promise<unknown>

const openOrders = async (cafe: LiveCafe) => (await cafe.truth()).orders
const tasks = async (cafe: LiveCafe) => (await cafe.truth()).tasks

const steps: Record<string, Step> = {
  async order(cafe, pick) {
    const items = [{ menu_item: pick(cafe.dishes)!.id, quantity: 2 }]
    await cafe.order({ table: pick(cafe.tables)!.id, items })
  },
  async line(cafe, pick) {
    const order = pick(await openOrders(cafe))
    const body = { menu_item: pick(cafe.dishes)!.id, quantity: 1 }
    if (order) await cafe.as('waiter1').post(`/api/cafe/orders/${order.id}/items/`, body)
  },
  async note(cafe, pick) {
    const order = pick(await openOrders(cafe))
    if (order)
      await cafe.as('waiter1').patch(`/api/cafe/orders/${order.id}/`, { note: `note ${Math.random()}` })
  },
  async move(cafe, pick) {
    const order = pick(await openOrders(cafe))
    const body = { table: pick(cafe.tables)!.id }
    if (order) await cafe.as('waiter1').post(`/api/cafe/orders/${order.id}/move/`, body)
  },
  async close(cafe, pick) {
    const order = pick(await openOrders(cafe))
    if (order) await cafe.as('waiter1').patch(`/api/cafe/orders/${order.id}/`, { status: 'closed' })
  },
  async reopen(cafe, pick) {
    const { body } = await cafe
      .as('cashier1')
      .get<{ results: { id: string }[] }>('/api/cafe/orders/?status=closed')
    const order = pick(body.results)
    if (order) await cafe.as('cashier1').patch(`/api/cafe/orders/${order.id}/`, { status: 'open' })
  },
  async remove(cafe, pick) {
    const order = pick(await openOrders(cafe))
    if (order) await cafe.as('admin').delete(`/api/cafe/orders/${order.id}/`)
  },
  async claim(cafe, pick) {
    const task = pick((await tasks(cafe)).filter(({ status }) => status === 'pending'))
    if (task) await cafe.as('cook1').post(`/api/cafe/kitchen/tasks/${task.id}/claim/`)
  },
  async ready(cafe, pick) {
    const task = pick(await tasks(cafe))
    if (task) await cafe.as('cook1').post(`/api/cafe/kitchen/tasks/${task.id}/ready/`)
  },
  async recall(cafe, pick) {
    const path = '/api/cafe/kitchen/tasks/?status=ready'
    const task = pick((await cafe.as('cook1').get<{ results: { id: string }[] }>(path)).body.results)
    if (task) await cafe.as('cook1').post(`/api/cafe/kitchen/tasks/${task.id}/recall/`)
  },
  async table(cafe, pick) {
    const table = pick(cafe.tables)!
    await cafe
      .as('admin')
      .patch(`/api/cafe/tables/${table.id}/`, { places: 2 + Math.floor(Math.random() * 8) })
  },
  cut: async (cafe) => cafe.proxy.cut(),
  restore: async (cafe) => cafe.proxy.restore(),
  trim: (cafe) => operate(cafe, sql`delete from events where stream_id = ${cafe.branches[0]}`),
  restored: (cafe) =>
    operate(cafe, sql`update epoch set epoch = ${`e${Math.random().toString(36).slice(2, 8)}`}`),
}

const operate = (cafe: LiveCafe, statement: ReturnType<typeof sql>) =>
  cafe.database.acrossCompanies(async (tx) => {
    await tx.execute(statement)
  })

t.test('a store under cuts, repeats and resyncs equals the state of the service', async (t) => {
  const cafe = await startLiveCafe(t, { HEAD_CHECK_INTERVAL: '100ms', RATE_LIMIT: 'off' })
  const screen = cafe.screen('waiter1', { WebSocket: RepeatingWebSocket })
  await screen.ready
  let resyncs = 0
  let cuts = 0
  const step = fc.record({
    name: fc.constantFrom(...Object.keys(steps), 'order', 'order', 'line', 'claim', 'ready', 'restore'),
    at: fc.nat(),
  })
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (script) => {
    for (const { name, at } of script) {
      if (name === 'trim' || name === 'restored') resyncs++
      if (name === 'cut') cuts++
      await steps[name]!(cafe, (from) => from[at % Math.max(1, from.length)])
    }
    cafe.proxy.restore()
    const wanted = plain(await cafe.truth())
    const isEqual = () => isDeepStrictEqual(plain(listsOf(screen.getSnapshot())), wanted)
    await waitUntil(() => screen.getSnapshot().status.state === 'live' && isEqual(), {
      what: 'the store shows what the service has',
      timeoutMs: 30_000,
    }).catch(() => t.strictSame(plain(listsOf(screen.getSnapshot())), wanted))
    return isEqual()
  })
  await fc.assert(property, { numRuns: 12, endOnFailure: true, interruptAfterTimeLimit: 60_000 })
  t.comment(`${cuts} cuts, ${resyncs} causes of a resync`)
  t.ok(cuts > 0 && resyncs > 0)
})
