import { randomUUID } from 'node:crypto'
import { count, eq } from 'drizzle-orm'
import t from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { idempotencyKeys, orders } from '../../src/db/schema/index.ts'
import type { Database } from '../../src/db/database.ts'
import { announcedBy } from '../cafe/log.ts'
import { serviceOf } from '../cafe/service.ts'
import { startApp } from '../support/app.ts'
import type { Caller } from '../support/app.ts'
import { freshDatabaseEnv, onBoth } from '../support/database.ts'

/** Requests that arrive again: later, at the same moment, at another replica, or after the first has failed. */

const path = '/api/cafe/orders/'

const keyed = (who: Caller, key: string, body: object, url = path) =>
  who.post<OrderRead>(url, body, { headers: { 'idempotency-key': key } })

const ordersOf = async (database: Database): Promise<number> => {
  const [row] = await database.acrossCompanies((tx) => tx.select({ count: count() }).from(orders))
  return row!.count
}

t.test('one key', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const waiter = cafe.as('waiter1')
    const { dishes, tables, order } = await serviceOf(waiter)
    const soup = dishes[0]!
    const body = { table: tables[0]!.id, items: [{ menu_item: soup.id, quantity: 2 }] }

    await t.test('the same answer, the same order, nothing announced', async (t) => {
      const key = randomUUID()
      const first = await keyed(waiter, key, body)
      t.equal(first.status, 201)
      let again = first
      t.strictSame(await announcedBy(database, async () => (again = await keyed(waiter, key, body))), [])
      t.strictSame(again.body, first.body)
      t.match(again, { status: 201, headers: { 'idempotency-replayed': 'true', etag: 'W/"1"' } })
    })

    await t.test('the first answer, even after the order has changed', async (t) => {
      const key = randomUUID()
      const first = await keyed(waiter, key, body)
      await waiter.patch(`${path}${first.body.id}/`, { guests: 7 })
      t.strictSame((await keyed(waiter, key, body)).body, first.body)
    })

    await t.test('a body is the same however it is written', async (t) => {
      const key = randomUUID()
      const first = await keyed(waiter, key, body)
      const turned = { items: [{ quantity: 2, menu_item: soup.id }], table: body.table }
      t.strictSame((await keyed(waiter, key, turned)).body, first.body)
      t.strictSame((await keyed(waiter, key, body, '/api/cafe/orders')).body, first.body, 'without the slash')
      for (const other of [{ ...body, guests: 2 }, { ...body, items: [] }, {}]) {
        t.match(await keyed(waiter, key, other), { status: 422, body: { code: 'idempotency_key_reused' } })
      }
    })

    await t.test('a key belongs to one actor and one path', async (t) => {
      const key = randomUUID()
      const first = await keyed(waiter, key, body)
      const cashiers = await keyed(cafe.as('cashier1'), key, body)
      t.match(cashiers, { status: 201 })
      t.not(cashiers.body.id, first.body.id)
      const [one, two] = [await order(), await order()]
      const line = { menu_item: soup.id }
      const added = await keyed(waiter, key, line, `${path}${one.id}/items/`)
      t.match(added, { status: 201, body: { id: one.id } })
      t.match(await keyed(waiter, key, line, `${path}${two.id}/items/`), {
        status: 201,
        body: { id: two.id, items: [{ quantity: 1 }] },
      })
      t.match(await keyed(waiter, key, line, `${path}${one.id.toUpperCase()}/items/`), {
        headers: { 'idempotency-replayed': 'true' },
      })
    })

    await t.test('an owner with one key in two branches is told', async (t) => {
      const owner = cafe.as('owner')
      const { body: branches } = await owner.get<{ results: { id: string }[] }>('/api/users/branches/')
      const [centre, south] = branches.results.map(({ id }) => id)
      const key = randomUUID()
      const send = (branch: string) => keyed(owner, key, {}, `${path}?branch=${branch}`)
      t.equal((await send(centre!)).status, 201)
      t.equal((await send(south!)).status, 422)
    })

    await t.test('only what succeeded is kept', async (t) => {
      const key = randomUUID()
      const stopped = { items: [{ menu_item: randomUUID() }] }
      for (let i = 0; i < 2; i++) t.equal((await keyed(waiter, key, stopped)).status, 400)
      t.equal((await keyed(waiter, key, { guests: -1 })).status, 400)
      t.equal((await keyed(waiter, key, body)).status, 201, 'the key is still free')
      const closed = await order()
      await waiter.patch(`${path}${closed.id}/`, { status: 'closed' })
      const url = `${path}${closed.id}/items/`
      for (let i = 0; i < 2; i++) t.equal((await keyed(waiter, key, { menu_item: soup.id }, url)).status, 409)
      await cafe.as('cashier1').patch(`${path}${closed.id}/`, { status: 'open' })
      t.equal((await keyed(waiter, key, { menu_item: soup.id }, url)).status, 201)
    })

    await t.test('whoever may no longer do it is refused, not answered from memory', async (t) => {
      const owner = cafe.as('owner')
      const email = 'short@cafe.test'
      const hired = await owner.post<{ id: string }>('/api/users/employees/', {
        email,
        password: 'correct horse',
        role: 'cashier',
        branch_ids: [tables[0]!.branch],
      })
      const login = await waiter.post<{ access: string }>('/api/users/login/', {
        email,
        password: 'correct horse',
      })
      const cashier = cafe.withToken(login.body.access)
      const key = randomUUID()
      t.equal((await keyed(cashier, key, body)).status, 201)
      await owner.patch(`/api/users/employees/${hired.body.id}/`, { role: 'cook' })
      t.equal((await keyed(cashier, key, body)).status, 403)
    })

    await t.test('a body nested without end is refused', async (t) => {
      const deep = `{"items":[],"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
      const headers = { 'idempotency-key': randomUUID(), 'content-type': 'application/json' }
      const { status } = await waiter.post(path, deep, { headers })
      t.ok(status === 400 || status === 201, String(status))
    })

    await t.test('login, refresh and logout take no key', async (t) => {
      const headers = { 'idempotency-key': randomUUID() }
      const login = { email: 'waiter1@test.com', password: 'demo12345' }
      const tokens = await Promise.all(
        [1, 2].map(() => waiter.post<{ access: string }>('/api/users/login/', login, { headers })),
      )
      t.ok(tokens.every(({ status }) => status === 200))
      t.not(tokens[0]!.body.access, tokens[1]!.body.access)
    })
  }),
)

t.test('duplicates at the same moment', (t) =>
  onBoth(t, async (t, kind) => {
    // the embedded database does one thing at a time
    const rounds = kind === 'embedded' ? 10 : 60
    const on = await freshDatabaseEnv(t, { kind, content: 'demo' })
    const here = await startApp(t, { on, env: { DB_POOL_MAX: '12' } })
    // the embedded database belongs to one process
    const there = kind === 'postgresql' ? await startApp(t, { on }) : here
    const { database } = here
    const waiters = [here.as('waiter1'), there.as('waiter1')]
    const [waiter] = waiters
    const { dishes, tables, order } = await serviceOf(waiter!)
    const body = { table: tables[0]!.id, items: [{ menu_item: dishes[0]!.id }] }

    await t.test('make one order, on however many replicas', async (t) => {
      const before = await ordersOf(database)
      for (let round = 0; round < rounds; round++) {
        const key = randomUUID()
        const replies = await Promise.all([0, 1, 0, 1].map((replica) => keyed(waiters[replica]!, key, body)))
        t.strictSame(
          replies.map(({ status }) => status),
          [201, 201, 201, 201],
        )
        t.equal(new Set(replies.map((reply) => JSON.stringify(reply.body))).size, 1)
        t.equal(replies.filter(({ headers }) => !headers['idempotency-replayed']).length, 1)
      }
      t.equal(await ordersOf(database), before + rounds)
    })

    await t.test('of two bodies one wins and the other is told', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const key = randomUUID()
        const replies = await Promise.all([
          keyed(waiters[0]!, key, { ...body, guests: 1 }),
          keyed(waiters[1]!, key, { ...body, guests: 2 }),
        ])
        t.strictSame(
          replies.map(({ status }) => status).sort((a, b) => a - b),
          [201, 422],
        )
      }
    })

    await t.test('when the first fails, the next one does the work', async (t) => {
      const made = await order()
      const url = `${path}${made.id}/items/`
      for (let round = 0; round < rounds; round++) {
        const key = randomUUID()
        await waiter!.patch(`${path}${made.id}/`, { status: 'closed' })
        const line = { menu_item: dishes[0]!.id }
        const [one, two] = await Promise.all([
          keyed(waiters[0]!, key, line, url),
          keyed(waiters[1]!, key, line, url),
          here.as('cashier1').patch(`${path}${made.id}/`, { status: 'open' }),
        ])
        const done = [one, two].filter(({ status }) => status === 201)
        const last = done.length > 0 ? done[0]! : await keyed(waiter!, key, line, url)
        t.match(last, { status: 201 })
        t.equal(last.body.items.length, round + 1, 'one line per round')
      }
    })

    await t.test('lines are added once each', async (t) => {
      const made = await order()
      for (let round = 1; round <= rounds; round++) {
        const key = randomUUID()
        const line = { menu_item: dishes[1]!.id, quantity: 1 }
        await Promise.all(waiters.map((each) => keyed(each, key, line, `${path}${made.id}/items/`)))
        const { body: now } = await waiter!.get<OrderRead>(`${path}${made.id}/`)
        t.equal(now.items.length, round)
      }
    })
  }),
)

t.test('a duplicate of one that takes too long is told to come again', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const cafe = await startApp(t, { on, env: { DB_LOCK_TIMEOUT: '200ms' } })
  const waiter = cafe.as('waiter1')
  const { dishes } = await serviceOf(waiter)
  const body = { items: [{ menu_item: dishes[0]!.id }] }
  const key = randomUUID()
  const first = await keyed(waiter, key, body)
  const { companyId, ...kept } = await cafe.database.acrossCompanies(async (tx) => {
    const [row] = await tx.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, key))
    await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.key, key))
    return row!
  })
  // somebody holds the key in a transaction that goes on
  let held: () => void = () => {}
  const isHeld = new Promise<void>((resolve) => (held = resolve))
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const holder = cafe.database.inCompany(companyId, async (tx) => {
    await tx.insert(idempotencyKeys).values({ companyId, ...kept })
    held()
    await released
  })
  await isHeld
  const refused = await keyed(waiter, key, body)
  t.match(refused, { status: 409, body: { code: 'idempotency_in_progress', detail: String } })
  t.ok(Number(refused.headers['retry-after']) >= 1)
  const waiting = keyed(waiter, key, body)
  release()
  await holder
  t.strictSame((await waiting).body, first.body, 'one that waits long enough gets the answer')
})
