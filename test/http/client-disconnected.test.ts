import { request } from 'node:http'
import t from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { Database } from '../../src/db/database.ts'
import { startApp } from '../support/app.ts'
import { waitUntil } from '../support/wait.ts'
import { serviceOf } from '../cafe/service.ts'

/** Clients that give up and send again, while the service is slow enough to be overtaken by them. */

const path = '/api/cafe/orders/'

t.test('what a client gave up before it was begun', async (t) => {
  const door = createDoor()
  const cafe = await startApp(t, { around: door.around })
  const { port } = await cafe.listen()
  const waiter = cafe.as('waiter1')
  const token = await cafe.tokenOf('waiter1')
  const cashier = cafe.as('cashier1')
  await cashier.get(path)
  const { dishes, order } = await serviceOf(waiter)
  const [soup, tea, cake] = dishes.map(({ id }) => id)

  /** Sends a request, and hangs up when it waits for the database. */
  async function giveUp(method: string, url: string, body?: object, as = token): Promise<void> {
    door.shut()
    const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json' }
    const sent = request({ host: '127.0.0.1', port, path: url, method, headers })
    sent.on('error', () => {})
    sent.end(body && JSON.stringify(body))
    await waitUntil(() => door.waiting > 0, { what: 'it waits for the database' })
    const before = await connections()
    sent.destroy()
    await waitUntil(async () => (await connections()) < before, { what: 'the service knows' })
  }
  const connections = () =>
    new Promise<number>((resolve) => cafe.app.server.getConnections((_, count) => resolve(count)))

  await t.test('is not done after what it sent next', async (t) => {
    const made = await order({ items: [{ menu_item: soup }], guests: 1 })
    await giveUp('PATCH', `${path}${made.id}/`, { guests: 4 })
    await door.open()
    await waiter.patch(`${path}${made.id}/`, { guests: 5 })
    t.match((await waiter.get<OrderRead>(`${path}${made.id}/`)).body, { guests: 5, version: 2 })
  })

  await t.test('is not done at all, whatever it changes', async (t) => {
    const owner = cafe.as('owner')
    const zones = await owner.get<{ results: { id: string; title: string }[] }>('/api/cafe/zones/')
    const [zone] = zones.body.results
    const one = `/api/cafe/zones/${zone!.id}/`
    await giveUp('PATCH', one, { title: 'Веранда' }, await cafe.tokenOf('owner'))
    await door.open()
    t.equal((await owner.get(one)).body.title, zone!.title)
  })

  for (const [what, url] of [
    ['an order', (id: string) => `${path}${id}/`],
    ['a list', () => path],
    ['a snapshot', () => '/api/cafe/snapshot/'],
  ] as const) {
    await t.test(`does not count as read: ${what}`, async (t) => {
      const made = await order({ items: [{ menu_item: soup }] })
      await waiter.get(`${path}${made.id}/`)
      await giveUp('GET', url(made.id))
      await door.passing(() => cashier.post(`${path}${made.id}/items/`, { menu_item: tea }))
      await door.open()
      const { body } = await waiter.patch<OrderRead>(`${path}${made.id}/`, {
        items: [{ menu_item: soup }, { menu_item: cake }],
      })
      t.strictSame(
        body.items.map(({ menu_item }) => menu_item),
        [soup, tea, cake],
        'the tea was in no answer the waiter got',
      )
    })
  }
})

/** Before the database: shut, it makes transactions of companies wait. */
function createDoor() {
  let waiting: (() => void)[] | null = null
  let begun: Promise<unknown>[] = []
  const pass = <T>(work: () => Promise<T>): Promise<T> => {
    if (!waiting) return work()
    const { promise, resolve } = withResolvers()
    waiting.push(resolve)
    const done = promise.then(work)
    begun.push(done.catch(() => {}))
    return done
  }
  return {
    get waiting() {
      return waiting?.length ?? 0
    },
    shut() {
      waiting = []
      begun = []
    },
    /** Does this as if it were open. */
    async passing(work: () => Promise<unknown>) {
      const held = waiting
      waiting = null
      await work()
      waiting = held
    },
    /** Lets everything through, and waits until it has passed. */
    async open() {
      for (const go of waiting ?? []) go()
      waiting = null
      await Promise.all(begun)
    },
    around: (database: Database): Database => ({
      ...database,
      inCompany: (companyId, work) => pass(() => database.inCompany(companyId, work)),
      snapshot: (companyId, work) => pass(() => database.snapshot(companyId, work)),
    }),
  }
}

function withResolvers() {
  let resolve = () => {}
  const promise = new Promise<void>((go) => (resolve = go))
  return { promise, resolve }
}
