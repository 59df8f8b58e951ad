import { get } from 'node:http'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { onBoth } from '../support/database.ts'
import { waitUntil } from '../support/wait.ts'
import { numbers, orders, startSocketCafe, startTwoReplicas } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

const hour = 3_600_000

const waiting = (cafe: SocketCafe, count = 1) =>
  waitUntil(
    async () =>
      new RegExp(`cafe_polls_waiting\\{group="orders"\\} ${count}\n`).test(
        (await cafe.app.inject('/metrics')).payload,
      ),
    { what: `${count} requests wait` },
  )

t.test('a request for events', (t) =>
  onBoth(t, async (t, kind) => {
    const env = { HEAD_CHECK_INTERVAL: '100ms', REPLAY_PAGE: '5', RATE_LIMIT: 'off' }
    const cafe = await startSocketCafe(t, { kind, env })
    const [centre, south] = cafe.branches

    await t.test('without a position gets the position, in the group of a socket', async (t) => {
      const socket = await cafe.connect('waiter1', 'orders')
      const hello = await socket.next('connection_established')
      const { body } = await cafe.poll('waiter1', 'orders')
      t.strictSame(body, {
        company_id: cafe.company,
        branch_id: centre,
        group: hello.group,
        position: `${String(hello.epoch)}:${hello.seq}`,
        events: [],
        resync_required: null,
      })
    })

    await t.test('gets what came after it, as a socket that resumes does, page by page', async (t) => {
      const { body: start } = await cafe.poll('waiter1', 'orders')
      for (let i = 0; i < 4; i++)
        await cafe.append(centre, ['order_created', 'table_created', 'order_updated'])
      const socket = await cafe.connect('waiter1', 'orders', `&since=${start.position}`)
      await socket.next('connection_established')
      const expected = await socket.take(8)
      const got = []
      let position = start.position
      for (let requests = 0; got.length < expected.length; requests++) {
        const { body } = await cafe.poll('waiter1', 'orders', `&since=${position}&wait=30`)
        t.ok(body.events.length <= 5, 'no more than a page of the log')
        t.ok(requests < 5)
        got.push(...body.events)
        position = body.position
      }
      t.strictSame(got, expected)
    })

    await t.test('waits for the first event, and gets all of one action', async (t) => {
      const { body: start } = await cafe.poll('waiter1', 'orders')
      const answer = cafe.poll('waiter1', 'orders', `&since=${start.position}&wait=30`)
      await waiting(cafe)
      await cafe.append(centre, ['table_created'])
      await cafe.append(centre, ['order_created', 'kitchen_task_created', 'table_status_changed'])
      const { body } = await answer
      t.strictSame(
        body.events.map(({ type }) => type),
        ['order_created', 'table_status_changed'],
      )
      t.notOk(body.events.some((event) => 'replay' in event))
      t.equal(
        body.position,
        start.position.replace(/\d+$/, (seq) => String(Number(seq) + 4)),
      )
    })

    await t.test('is answered when the wait is over, past the events of other groups', async (t) => {
      const { body: start } = await cafe.poll('waiter1', 'orders')
      const asked = performance.now()
      const answer = cafe.poll('waiter1', 'orders', `&since=${start.position}&wait=1`)
      await waiting(cafe)
      await cafe.append(centre, ['table_created', 'table_created'])
      const { body } = await answer
      t.ok(performance.now() - asked >= 1000)
      t.match(body, { events: [], resync_required: null })
      t.equal(
        body.position,
        start.position.replace(/\d+$/, (seq) => String(Number(seq) + 2)),
      )
    })

    await t.test('of a company has a position for all of its branches', async (t) => {
      const { body: start } = await cafe.poll('owner', 'orders')
      t.match(
        start.position,
        new RegExp(`^\\w+:${centre}=\\d+,${south}=\\d+$|^\\w+:${south}=\\d+,${centre}=\\d+$`),
      )
      await cafe.append(south, orders(2))
      await cafe.append(centre, orders(1))
      const seen: string[] = []
      let { position } = start
      while (seen.length < 3) {
        const { body } = await cafe.poll('owner', 'orders', `&since=${position}&wait=30`)
        seen.push(...body.events.map(({ data }) => (data as { branch_id: string }).branch_id))
        position = body.position
      }
      t.strictSame(seen.toSorted(), [centre, south, south].toSorted())
      const answer = cafe.poll('owner', 'orders', `&since=${position}&wait=30`)
      await waiting(cafe)
      await cafe.append(south, orders(1))
      t.equal((await answer).body.events.length, 1)
      const snapshot = await cafe
        .as('owner')
        .get<{ epoch: string; seq: number }>(`/api/cafe/snapshot/?branch=${south}`)
      const since = `${snapshot.body.epoch}:${snapshot.body.seq}`
      const one = await cafe.poll('owner', 'orders', `&branch=${south}&since=${since}`)
      t.match(one.body, { branch_id: south, events: [], resync_required: null, position: since })
      const mistaken = await cafe.poll('owner', 'orders', `&since=${since}`)
      t.match(mistaken.body, { resync_required: { reason: 'malformed_position' } }, 'of which branch?')
    })

    await t.test('is told to fetch everything again where a socket is', async (t) => {
      const { body: start } = await cafe.poll('waiter1', 'orders')
      const seq = Number(start.position.split(':')[1])
      await cafe.append(centre, orders(5))
      const now = start.position.replace(/\d+$/, String(seq + 5))
      await cafe.database.acrossCompanies((tx) =>
        tx.execute(sql`delete from events where stream_id = ${centre} and seq <= ${seq + 2}`),
      )
      for (const [since, reason] of [
        [start.position, 'log_trimmed'],
        ['another:1', 'epoch_changed'],
        [`${seq + 100}`, 'position_ahead'],
        ['x', 'malformed_position'],
        ['x=y', 'malformed_position'],
      ] as const) {
        const { body } = await cafe.poll('waiter1', 'orders', `&since=${since}&wait=30`)
        t.match(body, { events: [], position: now, resync_required: { reason, seq: seq + 5 } }, since)
      }
      const answers = [
        cafe.poll('waiter1', 'orders', `&since=${now}&wait=30`),
        cafe.poll('owner', 'orders', '&wait=30'),
      ]
      await waiting(cafe, 2)
      await cafe.database.acrossCompanies((tx) => tx.execute(sql`update epoch set epoch = 'restored'`))
      const [staff, owner] = await Promise.all(answers)
      t.match(staff!.body, { resync_required: { reason: 'epoch_changed' }, position: /^restored/ })
      t.match(owner!.body, { resync_required: { reason: 'epoch_changed' }, position: /^restored/ })
      t.notMatch(owner!.body.position, /=\w+:/, 'every branch is in the new history')
      const next = await cafe.poll('owner', 'orders', `&since=${owner!.body.position}`)
      t.match(next.body, { events: [], resync_required: null })
    })

    await t.test('is refused with the errors of the API', async (t) => {
      for (const query of ['', '?group=money', '?group=orders&wait=31', '?group=orders&wait=-1'])
        t.equal((await cafe.as('waiter1').get(`/api/cafe/events/${query}`)).status, 400, query)
      const elsewhere = await cafe.as('owner').get(`/api/cafe/events/?group=orders&branch=${cafe.company}`)
      t.match(elsewhere, { status: 400, body: { branch: Array } })
      t.match(await cafe.as('nocompany').get('/api/cafe/events/?group=orders'), { status: 403 })
    })
  }),
)

t.test('what ends the wait', (t) =>
  onBoth(t, async (t, kind) => {
    let now = Date.now()
    const cafe = await startSocketCafe(t, { kind, clock: () => new Date(now) })

    await t.test('the end of the token', async (t) => {
      const answer = cafe.poll('waiter1', 'orders', '&wait=30')
      await waiting(cafe)
      now += 12 * hour + 1000
      t.match(await answer, { status: 401, body: { code: 'token_not_valid' } })
      now -= 12 * hour + 1000
    })

    await t.test('a dismissal, and another place of work', async (t) => {
      const { body } = await cafe
        .as('owner')
        .get<{ results: { id: string; email: string }[] }>('/api/users/employees/')
      const change = (user: string, to: object) => {
        const { id } = body.results.find(({ email }) => email === `${user}@test.com`)!
        return cafe.as('owner').patch(`/api/users/employees/${id}/`, to)
      }
      const dismissed = cafe.poll('cook1', 'orders', '&wait=30')
      await waiting(cafe)
      await change('cook1', { is_active: false })
      t.match(await dismissed, { status: 401, body: { code: 'token_not_valid' } })

      const { body: before } = await cafe.poll('waiter1', 'orders')
      const moved = cafe.poll('waiter1', 'orders', '&wait=30')
      await waiting(cafe)
      const [, south] = cafe.branches
      await change('waiter1', { branch_ids: [south], primary_branch_id: south })
      t.strictSame((await moved).body, before)
      t.match((await cafe.poll('waiter1', 'orders')).body, { branch_id: south })
    })

    await t.test('the client that leaves, who is forgotten', async (t) => {
      const authorization = `Bearer ${await cafe.tokenOf('owner')}`
      const url = `${cafe.httpUrl}/api/cafe/events/?group=orders&wait=30`
      const request = get(url, { headers: { authorization }, agent: false })
      request.on('error', () => {})
      await waiting(cafe)
      request.destroy()
      await waiting(cafe, 0)
      await waitUntil(() => cafe.app.subscribers.size === 0, { what: 'it is forgotten' })
      t.pass()
    })

    await t.test('a replica that goes away: the position is the same', async (t) => {
      const { body: before } = await cafe.poll('waiter2', 'orders')
      const answer = cafe.poll('waiter2', 'orders', `&since=${before.position}&wait=30`)
      await waiting(cafe)
      await cafe.app.subscribers.drain(0)
      t.strictSame(await answer, { status: 200, body: before })
      const late = await cafe.poll('waiter2', 'orders', `&since=${before.position}&wait=30`)
      t.strictSame(late, { status: 200, body: before }, 'who still comes does not wait')
    })
  }),
)

t.test(
  'asking two replicas in turn while orders pour in, nothing is missed and nothing comes twice',
  async (t) => {
    const replicas = await startTwoReplicas(t)
    const [cafe] = replicas
    const { body: start } = await cafe.poll('cook1', 'orders')
    const first = Number(start.position.split(':')[1]) + 1
    const asker = async (_: unknown, turn: number) => {
      const got: number[] = []
      let { position } = start
      for (let i = turn; got.length < 400; i++) {
        const { body } = await replicas[i % 2]!.poll('cook1', 'orders', `&since=${position}&wait=30`)
        got.push(...body.events.map(({ seq }) => seq))
        position = body.position
      }
      return got
    }
    const askers = Array.from({ length: 6 }, asker)
    for (let i = 0; i < 200; i++)
      await replicas[i % 2]!.append(cafe.branches[0], orders(2), { announce: i % 11 !== 0 })
    for (const got of await Promise.all(askers)) t.strictSame(got, numbers(first, first + 399))
  },
)
