import t from 'tap'
import type { Test } from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import { sql } from 'drizzle-orm'
import { freshDatabaseEnv, onBoth } from '../support/database.ts'
import { openSocket } from '../support/socket.ts'
import { startSocketCafe } from './cafe.ts'
import type { SocketCafe } from './cafe.ts'

interface Ticket {
  ticket: string
  expires_at: string
}

const refused = { code: 4003, reason: 'not_authenticated' }

const connect = (t: Test, { socketUrl }: SocketCafe, ticket: string, query = '') =>
  openSocket(t, `${socketUrl}/ws/cafe/orders/?ticket=${ticket}${query}`)

t.test('tickets', (t) =>
  onBoth(t, async (t, kind) => {
    let now = Date.now()
    const cafe = await startSocketCafe(t, { kind, clock: () => new Date(now) })
    const ask = async () => {
      const { status, headers, body } = await cafe.as('waiter1').post<Ticket>('/api/ws-tickets/')
      t.equal(status, 201)
      t.equal(headers['cache-control'], 'no-store')
      return body
    }

    t.test('one opens one socket, as its token would', async (t) => {
      const { ticket, expires_at: expiresAt } = await ask()
      t.equal(Date.parse(expiresAt) - now, 30_000)
      const socket = await connect(t, cafe, ticket, `&branch_id=${cafe.branches[1]}`)
      t.match(await socket.next(), { type: 'connection_established', branch_id: cafe.branches[0] })
      const again = await connect(t, cafe, ticket)
      t.strictSame(await again.closed(), refused)
      t.strictSame(again.messages, [])
    })

    t.test('of many who come with it at once one gets in', async (t) => {
      const { ticket } = await ask()
      const sockets = await Promise.all(Array.from({ length: 10 }, () => connect(t, cafe, ticket)))
      const ends = await Promise.all(
        sockets.map((socket) =>
          socket.next().then(
            ({ type }) => type,
            () => 'closed',
          ),
        ),
      )
      t.strictSame(
        ends.filter((end) => end !== 'closed'),
        ['connection_established'],
      )
    })

    t.test('it is good for 30 seconds', async (t) => {
      const { ticket } = await ask()
      now += 30_001
      t.strictSame(await (await connect(t, cafe, ticket)).closed(), refused)
    })

    t.test('it ends with the login it was asked for with', async (t) => {
      const { body } = await cafe.withToken().post<{ access: string }>('/api/users/login/', {
        email: 'cook1@test.com',
        password: 'demo12345',
      })
      const cook = cafe.withToken(body.access)
      const { body: first } = await cook.post<Ticket>('/api/ws-tickets/')
      const { body: second } = await cook.post<Ticket>('/api/ws-tickets/')
      const socket = await connect(t, cafe, first.ticket)
      await socket.next('connection_established')
      await cook.post('/api/users/logout/')
      t.strictSame(await socket.closed(), refused, 'the socket it opened')
      t.strictSame(await (await connect(t, cafe, second.ticket)).closed(), refused)
    })

    t.test('what is no ticket opens nothing', async (t) => {
      const { ticket } = await ask()
      for (const wrong of ['x', `${ticket}x`, ticket.slice(1), '%00', "'--", await cafe.tokenOf('waiter1')]) {
        t.strictSame(await (await connect(t, cafe, wrong)).closed(), refused, wrong)
      }
      t.equal((await cafe.withToken().post('/api/ws-tickets/')).status, 401)
      t.equal((await cafe.withToken(ticket).get('/api/users/profile/')).status, 401, 'nor does one open HTTP')
    })

    t.test('it is kept as a digest alone, and cleared away', async (t) => {
      const { ticket } = await ask()
      const kept = () =>
        cafe.database.acrossCompanies((tx) =>
          rowsOf<{ hash: string }>(tx, sql`select hash from socket_tickets`),
        )
      t.notMatch(JSON.stringify(await kept()), ticket)
      now += 60_000
      await ask()
      t.equal((await kept()).length, 1)
    })

    t.test('the socket it opened ends with the token behind it', async (t) => {
      const socket = await connect(t, cafe, (await ask()).ticket)
      await socket.next('connection_established')
      now += 12 * 3_600_000
      t.equal((await socket.closed()).code, 4201)
    })
  }),
)

t.test('a ticket of one replica opens a socket on another, once', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const [here, there] = [await startSocketCafe(t, { on }), await startSocketCafe(t, { on })]
  const { body } = await here.as('owner').post<Ticket>('/api/ws-tickets/')
  await (await connect(t, there, body.ticket)).next('connection_established')
  t.strictSame(await (await connect(t, here, body.ticket)).closed(), refused)
})
