import { sql } from 'drizzle-orm'
import t from 'tap'
import { onBoth } from '../support/database.ts'
import { openEventStream } from '../support/event-stream.ts'
import type { TestEventStream } from '../support/event-stream.ts'
import { waitUntil } from '../support/wait.ts'
import { numbers, numbersOf, orders, startSocketCafe } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

const kinds = ['order_created', 'table_created', 'kitchen_task_created', 'table_status_changed'] as const

const greeted = async (cafe: SocketCafe, ...args: Parameters<SocketCafe['stream']>) => {
  const stream = await cafe.stream(...args)
  return { stream, hello: await stream.next('connection_established') }
}

/** The text of the positions of several branches. */
const text = (epoch: unknown, positions: Record<string, number>): string =>
  `${String(epoch)}:${Object.entries(positions)
    .map(([branch, seq]) => `${branch}=${seq}`)
    .join(',')}`

const positionsIn = (id: string): Record<string, number> =>
  Object.fromEntries(
    id
      .slice(id.indexOf(':') + 1)
      .split(',')
      .map((entry) => entry.split('='))
      .map(([branch, seq]) => [branch, Number(seq)]),
  )

t.test('a stream of server-sent events', (t) =>
  onBoth(t, async (t, kind) => {
    const env = { HEAD_CHECK_INTERVAL: '100ms', REPLAY_PAGE: '3', RATE_LIMIT: 'off' }
    const cafe = await startSocketCafe(t, { kind, env })
    const [centre, south] = cafe.branches

    await t.test('brings what a socket of the group brings, each with the position after it', async (t) => {
      for (const group of ['orders', 'tables', 'kitchen'] as const) {
        const socket = await cafe.connect('waiter1', group, '', { protocols: ['cafe.v1'] })
        const hello = await socket.next('connection_established')
        const { stream, hello: streamHello } = await greeted(cafe, 'waiter1', group)
        t.strictSame(streamHello, hello)
        t.equal(stream.lastId, `${String(hello.epoch)}:${hello.seq}`)
        await cafe.append(centre, kinds)
        await cafe.append(centre, ['table_deleted', 'order_created', 'kitchen_task_updated'])
        await waitUntil(() => numbersOf(socket).length >= 3, { what: 'events' })
        await socket.pingPong()
        const expected = socket.messages.filter(({ type }) => type !== 'pong')
        await waitUntil(() => stream.messages.length >= expected.length, { what: 'the same' })
        t.strictSame(stream.messages, expected)
        t.strictSame(
          stream.ids,
          expected.map(({ seq }) => `${String(hello.epoch)}:${seq}`),
        )
      }
    })

    await t.test('tells proxies and browsers what it is', async (t) => {
      const { stream } = await greeted(cafe, 'waiter1', 'orders')
      t.equal(stream.status, 200)
      t.equal(stream.headers['content-type'], 'text/event-stream; charset=utf-8')
      t.equal(stream.headers['x-accel-buffering'], 'no')
      t.match(stream.headers['cache-control'], /no-store.*no-transform/)
      t.ok(stream.headers['x-request-id'])
      t.ok(stream.headers['content-security-policy'])
      t.ok(stream.retryMs! >= 1000 && stream.retryMs! <= 5000)
    })

    await t.test('goes on after Last-Event-ID, which counts more than since', async (t) => {
      const { stream: first } = await greeted(cafe, 'waiter1', 'orders')
      const start = first.lastId
      const { seq } = first.messages[0]!
      await cafe.append(centre, orders(2))
      await first.take(2)
      first.close()
      await cafe.append(centre, orders(7))
      const { stream } = await greeted(cafe, 'waiter1', 'orders', `&since=${start}`, first.lastId)
      const replayed = await stream.take(7)
      await cafe.append(centre, orders(1))
      const got = [...replayed, await stream.next()]
      t.strictSame(
        got.map((event) => [event.seq, event.replay]),
        numbers(seq! + 3, seq! + 10).map((number) => [number, number < seq! + 10 ? true : undefined]),
      )
      const { stream: again } = await greeted(cafe, 'waiter1', 'orders', `&since=${start}`)
      t.equal((await again.next('order_created')).seq, seq! + 1)
    })

    await t.test('of a company has the positions of all branches as its id', async (t) => {
      const { stream, hello } = await greeted(cafe, 'owner', 'orders')
      const head = hello.positions as Record<string, number>
      t.equal(stream.lastId, text(hello.epoch, head))
      await cafe.append(south, orders(1))
      await stream.next('order_created')
      t.equal(stream.lastId, text(hello.epoch, { ...head, [south]: head[south]! + 1 }))
      stream.close()
      await cafe.append(centre, orders(2))
      await cafe.append(south, orders(2))
      const { stream: back, hello: again } = await greeted(cafe, 'owner', 'orders', '', stream.lastId)
      t.strictSame(again.positions, { ...head, [south]: head[south]! + 1 })
      const got = await back.take(4)
      const of = (branch: string) =>
        got.filter(({ data }) => (data as { branch_id: string }).branch_id === branch).map(({ seq }) => seq)
      t.strictSame(of(centre), numbers(head[centre]! + 1, head[centre]! + 2))
      t.strictSame(of(south), numbers(head[south]! + 2, head[south]! + 3))
      t.strictSame(positionsIn(back.lastId), {
        ...head,
        [centre]: head[centre]! + 2,
        [south]: head[south]! + 3,
      })
      const { hello: one } = await greeted(cafe, 'owner', 'orders', `&branch=${south}`, back.lastId)
      t.match(one, { branch_id: south, seq: head[south]! + 3 }, 'which serves one branch too')
    })

    await t.test('is told to fetch everything again where a socket is', async (t) => {
      const { stream, hello } = await greeted(cafe, 'waiter1', 'orders')
      await cafe.append(centre, orders(5))
      await stream.take(5)
      await cafe.database.acrossCompanies((tx) =>
        tx.execute(sql`delete from events where stream_id = ${centre} and seq <= ${hello.seq! + 2}`),
      )
      for (const [since, reason] of [
        [stream.ids[1]!, 'log_trimmed'],
        ['another:1', 'epoch_changed'],
        [`${hello.seq! + 100}`, 'position_ahead'],
        ['x', 'malformed_position'],
        [text(hello.epoch, { [south]: 1 }), 'malformed_position'],
      ] as const) {
        const { stream: lost } = await greeted(cafe, 'waiter1', 'orders', '', since)
        t.match(await lost.next('resync_required'), { reason, seq: hello.seq! + 5 }, since)
        t.equal(lost.lastId, stream.lastId)
      }
      await cafe.database.acrossCompanies((tx) => tx.execute(sql`update epoch set epoch = 'restored'`))
      t.match(await stream.next('resync_required'), { reason: 'epoch_changed', seq: hello.seq! + 5 })
      t.match(stream.lastId, new RegExp(`^restored.*:${hello.seq! + 5}$`))
    })

    await t.test('refuses what it cannot serve as a request, before it begins', async (t) => {
      const { httpUrl } = cafe
      const token = await cafe.tokenOf('waiter1')
      const ask = (query: string, bearer?: string) =>
        openEventStream(t, `${httpUrl}/api/cafe/events/stream/${query}`, {
          headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
        })
      const missing = await ask('?group=orders')
      t.equal(missing.status, 401)
      t.match(missing.messages, [{ code: 'not_authenticated' }])
      const nobody = await ask('?group=orders', await cafe.tokenOf('nocompany'))
      t.equal(nobody.status, 403)
      t.match(nobody.messages, [{ code: 'no_company' }])
      for (const query of ['', '?group=money', '?group=orders&branch=x']) {
        const wrong = await ask(query, token)
        t.equal(wrong.status, 400, query)
      }
      const elsewhere = await ask(`?group=orders&branch=${cafe.company}`, await cafe.tokenOf('owner'))
      t.equal(elsewhere.status, 400)
      const head = await fetch(`${httpUrl}/api/cafe/events/stream/?group=orders`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${token}` },
      })
      t.equal(head.status, 200, 'HEAD ends at once')
    })
  }),
)

t.test('a person hears of their own notifications', async (t) => {
  const cafe = await startSocketCafe(t, { kind: 'embedded', env: { PING_INTERVAL: '300ms' } })
  const { body: profile } = await cafe.as('waiter1').get<{ id: string }>('/api/users/profile/')
  const streams: TestEventStream[] = []
  for (const user of ['waiter1', 'cook1', 'waiter2', 'owner'] as const)
    streams.push((await greeted(cafe, user, 'notifications')).stream)
  await cafe.append(cafe.branches[0], ['notification'], { data: { user_id: profile.id } })
  t.match(await streams[0]!.next('notification'), { data: { user_id: profile.id } })
  for (const other of streams.slice(1)) {
    const comments = other.comments.length
    await waitUntil(() => other.comments.length > comments, { what: 'a ping, which comes after all else' })
    t.equal(other.messages.length, 1)
  }
})
