import { sql } from 'drizzle-orm'
import t from 'tap'
import type { Test } from 'tap'
import { onBoth } from '../support/database.ts'
import { waitUntil } from '../support/wait.ts'
import { numbers, numbersOf, orders, startSocketCafe } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

const noHeadCheck = { HEAD_CHECK_INTERVAL: '1h', HEAD_CHECK_INTERVAL_DOWN: '1h', RATE_LIMIT: 'off' }

/** Runs statements past everything, as an operator would. */
const operate = (cafe: SocketCafe, ...statements: ReturnType<typeof sql>[]) =>
  cafe.database.acrossCompanies(async (tx) => {
    for (const statement of statements) await tx.execute(statement)
  })

const trim = (cafe: SocketCafe, branch: string, upTo: number) =>
  operate(cafe, sql`delete from events where stream_id = ${branch} and seq <= ${upTo}`)

t.test('a socket that returns with its last position', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind, env: { ...noHeadCheck, REPLAY_PAGE: '3' } })
    const [centre, south] = cafe.branches
    const headOf = async () => {
      const socket = await cafe.connect('waiter1', 'orders')
      const hello = await socket.next('connection_established')
      await socket.close()
      return { seq: hello.seq!, epoch: String(hello.epoch) }
    }

    t.test('gets exactly what it missed, marked as replayed, then the live feed', async (t) => {
      const { seq } = await headOf()
      await cafe.append(centre, orders(10))
      const socket = await cafe.connect('waiter1', 'orders', `&since=${seq + 2}`)
      t.match(await socket.next(), { type: 'connection_established', seq: seq + 2 })
      const replayed = await socket.take(8)
      t.strictSame(
        replayed.map((event) => [event.seq, event.replay]),
        numbers(seq + 3, seq + 10).map((number) => [number, true]),
      )
      await cafe.append(centre, orders(1))
      const live = await socket.next()
      t.equal(live.seq, seq + 11)
      t.notOk('replay' in live)
    })

    t.test('gets only what its group sees', async (t) => {
      const { seq } = await headOf()
      await cafe.append(centre, ['order_created', 'table_created', 'kitchen_task_created', 'table_deleted'])
      await cafe.append(centre, ['table_status_changed'])
      const socket = await cafe.connect('waiter1', 'tables', `&since=${seq}`)
      t.strictSame(
        (await socket.take(4)).map((message) => message.type),
        ['connection_established', 'table_created', 'table_deleted', 'table_status_changed'],
      )
    })

    t.test('may name the epoch', async (t) => {
      const { seq, epoch } = await headOf()
      await cafe.append(centre, orders(1))
      const socket = await cafe.connect('waiter1', 'orders', `&since=${epoch}:${seq}`)
      t.match(await socket.take(2), [{ seq }, { type: 'order_created', seq: seq + 1 }])
      const other = await cafe.connect('waiter1', 'orders', `&since=another:${seq}`)
      t.match(await other.take(2), [
        { type: 'connection_established', seq: seq + 1 },
        { type: 'resync_required', reason: 'epoch_changed', seq: seq + 1 },
      ])
    })

    t.test('misses nothing that a snapshot read ahead of the news', async (t) => {
      const { seq } = await headOf()
      await cafe.append(centre, orders(2), { announce: false })
      const socket = await cafe.connect('waiter1', 'orders', `&since=${seq + 2}`)
      t.match(await socket.next(), { type: 'connection_established', seq: seq + 2 })
      await cafe.append(centre, orders(1))
      t.equal((await socket.next()).seq, seq + 3)
      t.strictSame(numbersOf(socket), [seq + 3])
    })

    t.test('from the future, or from nowhere, is told to fetch everything anew', async (t) => {
      const { seq } = await headOf()
      const malformed = ['x', '-1', '1.5', '1e3', 'a:b:1', '99999999999999999999', ':', '%20']
      for (const since of malformed) {
        const socket = await cafe.connect('waiter1', 'orders', `&since=${since}`)
        t.match(
          await socket.take(2),
          [{ seq }, { type: 'resync_required', reason: 'malformed_position', seq }],
          since,
        )
      }
      const socket = await cafe.connect('waiter1', 'orders', `&since=${seq + 1000}`)
      t.match(await socket.take(2), [{ seq }, { type: 'resync_required', reason: 'position_ahead', seq }])
      await cafe.append(centre, orders(1))
      t.equal((await socket.next()).seq, seq + 1, 'then the live feed')
    })

    t.test('older than the log is told to fetch everything anew', async (t) => {
      const { seq } = await headOf()
      await cafe.append(centre, orders(5))
      await trim(cafe, centre, seq + 2)
      const lost = await cafe.connect('waiter1', 'orders', `&since=${seq + 1}`)
      t.match(await lost.take(2), [
        { type: 'connection_established', seq: seq + 5 },
        { type: 'resync_required', reason: 'log_trimmed', seq: seq + 5 },
      ])
      const kept = await cafe.connect('waiter1', 'orders', `&since=${seq + 2}`)
      await kept.next('connection_established')
      t.strictSame(
        (await kept.take(3)).map((event) => event.seq),
        numbers(seq + 3, seq + 5),
      )
      await trim(cafe, centre, seq + 5)
      const current = await cafe.connect('waiter1', 'orders', `&since=${seq + 5}`)
      t.match(await current.next(), { type: 'connection_established', seq: seq + 5 })
      await current.pingPong()
      t.strictSame(current.messages.length, 2, 'whoever has everything needs no log')
    })

    t.test('may go back on an open socket', async (t) => {
      const { seq } = await headOf()
      await cafe.append(centre, orders(3))
      const socket = await cafe.connect('waiter1', 'orders')
      await socket.next('connection_established')
      socket.send({ action: 'resume', since: seq + 1 })
      t.match(await socket.take(3), [
        { type: 'position', seq: seq + 1 },
        { seq: seq + 2, replay: true },
        { seq: seq + 3, replay: true },
      ])
      await cafe.append(centre, orders(1))
      t.equal((await socket.next()).seq, seq + 4)
      socket.send({ action: 'resume', since: 'nonsense' })
      t.match(await socket.take(2), [{ type: 'position', seq: seq + 4 }, { type: 'resync_required' }])
    })

    t.test('of a company names one position per branch, after the upgrade', async (t) => {
      const before = await cafe.connect('owner', 'orders', '&resume=1')
      before.send({ action: 'resume', since: {} })
      const { positions } = await before.next('connection_established')
      t.strictSame(
        Object.values(positions as object),
        await firstKept(t, cafe),
        'unknown streams begin at the log',
      )
      await before.close()

      const head = (await (await cafe.connect('owner', 'orders')).next('connection_established'))
        .positions as Record<string, number>
      await cafe.append(centre, orders(4))
      await cafe.append(south, orders(4))
      const since = { [centre]: head[centre]! + 1, [south]: head[south]! + 3, unknown: 5 }
      const socket = await cafe.connect('owner', 'orders', '&resume=1')
      socket.send({ action: 'resume', since })
      const hello = await socket.next()
      t.match(hello, { type: 'connection_established' })
      t.strictSame(hello.positions, { [centre]: since[centre], [south]: since[south] })
      const events = await socket.take(4)
      const of = (branch: string) =>
        events.filter((event) => (event.data as { branch_id: string }).branch_id === branch).map((e) => e.seq)
      t.strictSame(of(centre), numbers(head[centre]! + 2, head[centre]! + 4))
      t.strictSame(of(south), [head[south]! + 4])
      await cafe.append(south, orders(1))
      t.match(await socket.next(), { seq: head[south]! + 5 })
    })

    t.test('of a company, malformed: everything anew', async (t) => {
      const socket = await cafe.connect('owner', 'orders', '&resume=1')
      socket.send({ action: 'resume', since: [1] })
      const [hello, resync] = await socket.take(2)
      t.match(resync, {
        type: 'resync_required',
        reason: 'malformed_position',
        positions: hello!.positions as object,
      })
    })
  }),
)

/** In the order of the hello: the number before the first one kept of each branch. */
async function firstKept(t: Test, cafe: SocketCafe): Promise<number[]> {
  const socket = await cafe.connect('owner', 'orders')
  const { positions } = await socket.next('connection_established')
  const kept = await Promise.all(
    Object.keys(positions as object).map((branch) =>
      cafe.database.acrossCompanies(async (tx) => {
        const result: unknown = await tx.execute(
          sql`select min(seq)::int - 1 as kept from events where stream_id = ${branch}`,
        )
        const rows = Array.isArray(result) ? result : (result as { rows: unknown[] }).rows
        return (rows[0] as { kept: number | null }).kept ?? (positions as Record<string, number>)[branch]!
      }),
    ),
  )
  t.equal(kept.length, 2)
  return kept
}

t.test('a company-wide socket that does not say where it resumes begins at the heads', async (t) => {
  const cafe = await startSocketCafe(t, { env: { ...noHeadCheck, RESUME_WAIT: '200ms' } })
  const socket = await cafe.connect('owner', 'orders', '&resume=1')
  t.match(await socket.next(), { type: 'connection_established', positions: Object })
  await cafe.append(cafe.branches[1], orders(1))
  await socket.next('order_created')
})

t.test('coming and going while orders pour in, nothing is missed and nothing comes twice', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, {
      kind,
      env: { RATE_LIMIT: 'off', REPLAY_PAGE: '7', HEAD_CHECK_INTERVAL: '100ms', UNSUBSCRIBE_DELAY: '1ms' },
    })
    const [centre] = cafe.branches
    const first = await cafe.connect('waiter1', 'orders')
    const { seq: start } = await first.next('connection_established')
    const end = start! + 600
    const visitor = async () => {
      let last = start!
      const got: number[] = []
      while (last < end) {
        const socket = await cafe.connect('waiter1', 'orders', `&since=${last}`)
        const enough = 1 + Math.floor(Math.random() * 40)
        const hasEnough = () => numbersOf(socket).length >= enough || numbersOf(socket).at(-1) === end
        await waitUntil(hasEnough, { what: 'some events, or the last one' })
        got.push(...numbersOf(socket))
        last = got.at(-1)!
        await socket.close()
      }
      return got
    }
    const visitors = Array.from({ length: 12 }, visitor)
    for (let i = 0; i < 300; i++) {
      await cafe.append(centre, orders(2), { announce: i % 11 !== 0 })
    }
    for (const got of await Promise.all(visitors)) t.strictSame(got, numbers(start! + 1, end))
  }),
)

t.test('a restored database', async (t) => {
  const env = { HEAD_CHECK_INTERVAL: '100ms' }

  t.test('with another epoch: everybody fetches anew, then the live feed', async (t) => {
    const cafe = await startSocketCafe(t, { env })
    const [centre] = cafe.branches
    await cafe.append(centre, orders(5))
    const [waiter, owner] = [await cafe.connect('waiter1', 'orders'), await cafe.connect('owner', 'tables')]
    const { seq } = await waiter.next('connection_established')
    await owner.next('connection_established')
    await operate(cafe, sql`update epoch set epoch = 'restored'`)
    t.match(await waiter.next('resync_required'), { reason: 'epoch_changed', seq, epoch: /^restored/ })
    t.match(await owner.next('resync_required'), { reason: 'epoch_changed', positions: Object })
    await cafe.append(centre, orders(1))
    t.equal((await waiter.next('order_created')).seq, seq! + 1)
  })

  t.test('with its head behind: the same', async (t) => {
    const cafe = await startSocketCafe(t, { env })
    const [centre] = cafe.branches
    await cafe.append(centre, orders(5))
    const socket = await cafe.connect('waiter1', 'orders')
    const { seq } = await socket.next('connection_established')
    await operate(
      cafe,
      sql`delete from events where stream_id = ${centre} and seq > ${seq! - 3}`,
      sql`update streams set head = ${seq! - 3} where stream_id = ${centre}`,
    )
    t.match(await socket.next('resync_required'), { reason: 'head_behind', seq: seq! - 3 })
    await cafe.append(centre, orders(1))
    t.equal((await socket.next('order_created')).seq, seq! - 2)
  })
})

t.test('a resuming socket learns its position while its group is quiet; others never do', async (t) => {
  const cafe = await startSocketCafe(t, { env: { POSITION_INTERVAL: '100ms' } })
  const [centre] = cafe.branches
  const plain = await cafe.connect('waiter1', 'tables')
  const { seq } = await plain.next('connection_established')
  const resuming = await cafe.connect('waiter1', 'tables', `&since=${seq}`)
  const wide = await cafe.connect('owner', 'tables', '&resume=1')
  wide.send({ action: 'resume', since: {} })
  await cafe.append(centre, orders(3))
  await resuming.next((message) => message.type === 'position' && message.seq === seq! + 3)
  await wide.next(
    ({ type, positions }) =>
      type === 'position' && (positions as Record<string, number>)[centre] === seq! + 3,
  )
  await plain.pingPong()
  t.equal(plain.messages.length, 2)
})
