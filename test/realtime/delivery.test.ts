import { sql } from 'drizzle-orm'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { branches as branchTable } from '../../src/db/schema/index.ts'
import { catalogue, groups } from '../../src/events/catalogue.ts'
import type { EventType, Group } from '../../src/events/catalogue.ts'
import { appendEvents } from '../../src/events/log.ts'
import { freshDatabaseEnv, onBoth } from '../support/database.ts'
import { madeUp } from '../support/messages.ts'
import { startProxy } from '../support/proxy.ts'
import { redisUrl } from '../support/rig.ts'
import { waitUntil } from '../support/wait.ts'
import { numbers, numbersOf, startSocketCafe } from './cafe.ts'

const allTypes = Object.keys(catalogue) as EventType[]
const allGroups = Object.keys(groups) as Group[]
/** So slow that only messages can have brought what a test sees. */
const noHeadCheck = { HEAD_CHECK_INTERVAL: '1h', HEAD_CHECK_INTERVAL_DOWN: '1h' }

t.test('who sees what', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind, env: noHeadCheck })
    const [centre, south] = cafe.branches

    t.test('each socket gets the events of its group and branch, as the guide shapes them', async (t) => {
      const sockets = await Promise.all(allGroups.map((group) => cafe.connect('waiter1', group)))
      const elsewhere = await cafe.connect('waiter2', 'orders')
      const abroad = await cafe.connect('owner2', 'orders')
      const hellos = await Promise.all(
        [...sockets, elsewhere, abroad].map((s) => s.next('connection_established')),
      )
      const { body: profile } = await cafe.as('waiter1').get<{ id: string }>('/api/users/profile/')
      const data = { name: 'Лагман «по-уйгурски» 🍜', user_id: profile.id }
      await cafe.append(centre, allTypes, { data })
      for (const [i, socket] of sockets.entries()) {
        const bit = groups[allGroups[i]!]
        const expected = allTypes.filter((type) => catalogue[type] & bit)
        const events = await socket.take(expected.length)
        t.strictSame(
          events.map((event) => event.type),
          expected,
        )
        const before = hellos[i]!.seq!
        t.strictSame(
          events.map((event) => event.seq),
          expected.map((type) => before + 1 + allTypes.indexOf(type)),
        )
        for (const event of events) {
          t.strictSame(event.data, {
            ...data,
            ...madeUp,
            company_id: cafe.company,
            branch_id: centre,
          })
          t.match(event, { id: /^[0-9a-f-]{36}$/, at: /^\d{4}-.*\.\d{3}Z$/ })
          t.notOk('replay' in event)
        }
        await socket.pingPong()
        t.strictSame(socket.rest(), [])
      }
      for (const socket of [elsewhere, abroad]) {
        await socket.pingPong()
        t.strictSame(socket.rest(), [])
      }
    })

    t.test('a company-wide socket gets the events of every branch', async (t) => {
      const socket = await cafe.connect('owner', 'orders')
      await socket.next('connection_established')
      await cafe.append(centre, ['order_created'])
      await cafe.append(south, ['order_created', 'order_updated'])
      const events = await socket.take(3)
      t.strictSame(
        events.map((event) => (event.data as { branch_id: string }).branch_id),
        [centre, south, south],
      )
    })

    t.test('a rolled-back change is never seen, nor is a hole', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      const { seq } = await socket.next('connection_established')
      await cafe.append(centre, ['order_created'])
      await t.rejects(
        cafe.database.inCompany(cafe.company, async (tx) => {
          const event = { id: uuidv7(), streamId: centre, type: 'order_created' as const, data: '{}' }
          await appendEvents(tx, cafe.company, [event], new Date())
          throw new Error('rolled back')
        }),
        { message: 'rolled back' },
      )
      await cafe.append(centre, ['order_updated'])
      t.strictSame(
        (await socket.take(2)).map((event) => event.seq),
        numbers(seq! + 1, seq! + 2),
      )
    })

    t.test('a GET sent on receiving an event sees at least that state', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      await socket.next('connection_established')
      for (let i = 0; i < 20; i++) {
        const got = socket.next('order_created')
        const appended = cafe.append(centre, ['order_created'])
        const { seq } = await got
        const { head } = await headOf(centre)
        t.ok(head >= seq!)
        await appended
      }
    })

    async function headOf(streamId: string) {
      return cafe.database.acrossCompanies(async (tx) => {
        const result: unknown = await tx.execute(
          sql`select head::int from streams where stream_id = ${streamId}`,
        )
        const rows = Array.isArray(result) ? result : (result as { rows: unknown[] }).rows
        return rows[0] as { head: number }
      })
    }
  }),
)

t.test('a branch created while a company-wide socket is open is seen from its first event', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind, env: { HEAD_CHECK_INTERVAL: '100ms' } })
    const owner = await cafe.connect('owner', 'orders')
    await owner.next('connection_established')
    const name = 'Новый'
    const [branch] = await cafe.database.inCompany(cafe.company, (tx) =>
      tx.insert(branchTable).values({ companyId: cafe.company, name }).returning({ id: branchTable.id }),
    )
    await cafe.append(branch!.id, ['order_created', 'order_updated'])
    t.strictSame(
      (await owner.take(2)).map((event) => event.seq),
      [1, 2],
    )
    await cafe.append(branch!.id, ['order_updated'])
    t.equal((await owner.next()).seq, 3)

    const single = await cafe.connect('owner2', 'orders')
    const { company_id } = await single.next('connection_established')
    const [first] = await cafe.database.inCompany(String(company_id), (tx) =>
      tx
        .insert(branchTable)
        .values({ companyId: String(company_id), name })
        .returning({ id: branchTable.id }),
    )
    t.match(await single.next('connection_established'), { branch_id: null, positions: { [first!.id]: 0 } })
    await cafe.append(first!.id, ['order_created'], { company: String(company_id) })
    t.match(await single.next(), { type: 'order_created', seq: 1 })
  }),
)

t.test('news crosses replicas in order, whoever writes', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const writers = await Promise.all([1, 2].map(() => startSocketCafe(t, { on, env: { ROLES: 'api' } })))
  const [readers, centre] = [
    await Promise.all([1, 2].map(() => startSocketCafe(t, { on, env: noHeadCheck }))),
    writers[0]!.branches[0],
  ]
  const sockets = await Promise.all(readers.map((reader) => reader.connect('waiter1', 'orders')))
  const hellos = await Promise.all(sockets.map((socket) => socket.next('connection_established')))
  const seq = hellos[0]!.seq!
  await waitUntil(() => [...writers, ...readers].every((cafe) => cafe.bus.up), { what: 'links are up' })
  await Promise.all(
    Array.from({ length: 200 }, (_, i) => writers[i % 2]!.append(centre, ['order_created', 'order_updated'])),
  )
  for (const socket of sockets) {
    await waitUntil(() => numbersOf(socket).length >= 400, { what: 'all events have come' })
    await socket.pingPong()
    t.strictSame(numbersOf(socket), numbers(seq + 1, seq + 400))
  }
})

t.test('an event whose announcement was lost is found by the head check', (t) =>
  onBoth(t, async (t, kind) => {
    const env = { HEAD_CHECK_INTERVAL: '200ms' }
    const cafe = await startSocketCafe(t, { kind, env })
    const [centre] = cafe.branches
    const socket = await cafe.connect('waiter1', 'orders')
    const { seq } = await socket.next('connection_established')
    await cafe.append(centre, ['order_created', 'order_updated'], { announce: false })
    t.strictSame(
      (await socket.take(2)).map((event) => event.seq),
      numbers(seq! + 1, seq! + 2),
    )
  }),
)

t.test('a fresh socket begins after all that was committed before it came', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind, env: noHeadCheck })
    const [centre] = cafe.branches
    const early = await cafe.connect('waiter1', 'orders')
    const { seq } = await early.next('connection_established')
    for (let round = 1; round <= 10; round++) {
      await cafe.append(centre, ['order_created'], { announce: false })
      const late = await cafe.connect('waiter1', 'orders')
      t.equal((await late.next('connection_established')).seq, seq! + round)
      await late.pingPong()
      t.strictSame(late.rest(), [])
    }
    await early.take(10)
    t.strictSame(numbersOf(early), numbers(seq! + 1, seq! + 10))
  }),
)

t.test('a hole between announcements is read from the log', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind, env: noHeadCheck })
    const [centre] = cafe.branches
    const socket = await cafe.connect('waiter1', 'orders')
    const { seq } = await socket.next('connection_established')
    for (let i = 0; i < 30; i++) {
      await cafe.append(centre, ['order_created'], { announce: i % 3 === 2 })
    }
    const events = await socket.take(30)
    t.strictSame(
      events.map((event) => event.seq),
      numbers(seq! + 1, seq! + 30),
    )
  }),
)

t.test('an announcement too large to carry is read from the log', async (t) => {
  const cafe = await startSocketCafe(t, { env: noHeadCheck })
  const socket = await cafe.connect('waiter1', 'orders')
  const { seq } = await socket.next('connection_established')
  await cafe.append(cafe.branches[0], Array<EventType>(4).fill('order_created'), {
    data: { note: 'щ'.repeat(250_000) },
  })
  t.strictSame(
    (await socket.take(4)).map((event) => event.seq),
    numbers(seq! + 1, seq! + 4),
  )
})

t.test('orders keep arriving without Redis, and writing them is no slower', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const proxy = await startProxy(t, await redisUrl(), 6379)
  const cafe = await startSocketCafe(t, { on, env: { REDIS_URL: proxy.url } })
  await waitUntil(() => cafe.bus.up, { what: 'the link is up' })
  const [centre, south] = cafe.branches
  const socket = await cafe.connect('waiter1', 'orders')
  const { seq } = await socket.next('connection_established')
  await cafe.append(centre, ['order_created'])
  await socket.next('order_created')

  proxy.cut()
  await waitUntil(() => !cafe.bus.up, { what: 'the link is down' })
  for (let i = 0; i < 5; i++) {
    const began = performance.now()
    await cafe.append(centre, ['order_created'])
    const answered = performance.now()
    await socket.next('order_created')
    t.ok(answered - began < 500, `the change is answered at once: ${answered - began} ms`)
    t.ok(performance.now() - answered < 1500, 'and soon on the screen')
  }
  const late = await cafe.connect('waiter2', 'orders')
  await late.next('connection_established')
  await cafe.append(south, ['order_created'])
  await late.next('order_created')

  proxy.restore()
  await waitUntil(() => cafe.bus.up, { what: 'the link is back' })
  await cafe.append(centre, ['order_created'])
  await socket.next('order_created')
  t.strictSame(numbersOf(socket), numbers(seq! + 1, seq! + 7))
})
