import { sql } from 'drizzle-orm'
import t from 'tap'
import type { Test } from 'tap'
import { rowsOf } from '../../../src/db/database.ts'
import type { SessionRead } from '../../../src/accounts/sessions/schema.ts'
import type { Database } from '../../../src/db/database.ts'
import { startApp } from '../../support/app.ts'
import type { DemoUser, TestApp } from '../../support/app.ts'
import { freshDatabaseEnv, onBoth } from '../../support/database.ts'
import { openSocket } from '../../support/socket.ts'
import { waitUntil } from '../../support/wait.ts'
import { startSocketCafe } from '../../realtime/cafe.ts'
import type { SocketCafe } from '../../realtime/cafe.ts'
import type { Login } from '../staff.ts'

const demoPassword = 'demo12345'
const refused = { code: 4003, reason: 'not_authenticated' }
const refreshed = { status: 401, body: { code: 'token_not_valid' } }

async function logIn(cafe: TestApp, user: DemoUser, device = 'tablet', password = demoPassword) {
  const credentials = { email: `${user}@test.com`, password }
  const { body } = await cafe
    .withToken()
    .post<Login>('/api/users/login/', credentials, { headers: { 'user-agent': device } })
  return { ...body, ...cafe.withToken(body.access) }
}

const refresh = (cafe: TestApp, token: string | undefined, body: object = {}, headers = {}) =>
  cafe.withToken().post<Login>('/api/users/refresh/', { refresh: token, ...body }, { headers })

async function listen(t: Test, { socketUrl }: SocketCafe, token: string) {
  const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/?token=${token}`)
  await socket.next('connection_established')
  return socket
}

type Logins = { count: number; results: SessionRead[] }
const path = '/api/users/sessions/'

t.test('logins', (t) =>
  onBoth(t, async (t, kind) => {
    let now = Date.now()
    const cafe = await startSocketCafe(t, { kind, clock: () => new Date(now) })

    t.test('are listed device by device, one’s own alone', async (t) => {
      const tablet = await logIn(cafe, 'waiter2', 'tablet')
      now += 1000
      const phone = await logIn(cafe, 'waiter2', 'x'.repeat(300))
      const { body } = await phone.get<Logins>(path)
      t.equal(body.count, 2)
      t.match(body.results, [
        { device: 'x'.repeat(255), address: '127.0.0.1', current: true },
        { device: 'tablet', address: '127.0.0.1', current: false },
      ])
      t.equal(body.results[0]!.created_at, new Date(now).toISOString())
      now += 1000
      await refresh(cafe, tablet.refresh, {}, { 'user-agent': 'tablet, updated' })
      const { body: later } = await phone.get<Logins>(`${path}?page_size=1`)
      t.equal(later.count, 2)
      t.match(later.results, [{ device: 'tablet, updated', last_used_at: new Date(now).toISOString() }])
      t.notMatch(JSON.stringify((await cafe.as('owner').get(path)).body), body.results[0]!.id)
    })

    t.test('end one by one, with their tokens and sockets', async (t) => {
      const tablet = await logIn(cafe, 'cook2', 'tablet')
      const phone = await logIn(cafe, 'cook2', 'phone')
      const [lost, kept] = [await listen(t, cafe, tablet.access), await listen(t, cafe, phone.access)]
      const { body } = await phone.get<Logins>(path)
      const { id } = body.results.find(({ current }) => !current)!
      t.equal((await cafe.as('owner').delete(`${path}${id}/`)).status, 404, 'nobody else ends it')
      t.equal((await phone.delete(`${path}${id}/`)).status, 204)
      t.strictSame(await lost.closed(), refused)
      t.equal((await tablet.get('/api/users/profile/')).status, 401)
      t.match(await refresh(cafe, tablet.refresh), refreshed)
      t.equal((await phone.delete(`${path}${id}/`)).status, 404, 'it is over')
      t.equal((await phone.get<Logins>(path)).body.count, 1)
      await kept.pingPong()
    })

    t.test('that have run out are not listed', async (t) => {
      await logIn(cafe, 'cashier1')
      now += 91 * 86_400_000
      const { body } = await (await logIn(cafe, 'cashier1')).get<Logins>(path)
      t.equal(body.count, 1)
    })
  }),
)

t.test('refresh tokens', (t) =>
  onBoth(t, async (t, kind) => {
    let now = Date.now()
    const cafe = await startSocketCafe(t, { kind, clock: () => new Date(now) })
    const rotate = async (token: string) => {
      const { status, body } = await refresh(cafe, token, { rotate: true })
      t.equal(status, 200)
      return body
    }

    t.test('are kept as digests alone', async (t) => {
      const login = await logIn(cafe, 'waiter1')
      const next = await rotate(login.refresh)
      const kept = JSON.stringify(
        await cafe.database.acrossCompanies(async (tx) => [
          await rowsOf(tx, sql`select * from refresh_tokens`),
          await rowsOf(tx, sql`select * from sessions`),
        ]),
      )
      for (const token of [login.refresh, next.refresh]) {
        t.notOk(kept.includes(token))
        t.notOk(kept.includes(token.split('.')[2]!))
      }
    })

    t.test('one that was replaced and comes again ends the login, whoever sent it', async (t) => {
      const login = await logIn(cafe, 'waiter1')
      const other = await logIn(cafe, 'waiter1')
      const socket = await listen(t, cafe, login.access)
      const second = await rotate(login.refresh)
      const third = await rotate(second.refresh)
      now += 10_001
      t.match(await refresh(cafe, login.refresh), refreshed)
      t.strictSame(await socket.closed(), refused)
      t.match(await refresh(cafe, third.refresh), refreshed, 'the newest one too')
      for (const access of [login.access, second.access, third.access])
        t.equal((await cafe.withToken(access).get('/api/users/profile/')).status, 401)
      t.equal((await other.get('/api/users/profile/')).status, 200, 'and no other login')
    })

    t.test('long after, when it is known no more, too', async (t) => {
      const login = await logIn(cafe, 'waiter1')
      let latest = login.refresh
      for (let i = 0; i < 4; i++) {
        latest = (await rotate(latest)).refresh
        now += 60_000
      }
      t.match(await refresh(cafe, login.refresh), refreshed)
      t.match(await refresh(cafe, latest), refreshed)
    })

    t.test('one whose answer got lost may come again within 10 seconds', async (t) => {
      const login = await logIn(cafe, 'waiter1')
      await rotate(login.refresh)
      now += 9_000
      const again = await rotate(login.refresh)
      now += 60_000
      t.equal((await refresh(cafe, again.refresh)).status, 200)
    })

    t.test('of two that come at once with a replaced one, none survives', async (t) => {
      const login = await logIn(cafe, 'waiter1')
      const { refresh: next } = await rotate(login.refresh)
      now += 10_001
      const replies = await Promise.all([
        refresh(cafe, login.refresh, { rotate: true }),
        refresh(cafe, login.refresh, { rotate: true }),
      ])
      t.same(
        replies.map(({ status }) => status),
        [401, 401],
      )
      t.match(await refresh(cafe, next), refreshed)
    })

    t.test('of a login older than their table stay good until one is replaced', async (t) => {
      const login = await logIn(cafe, 'waiter1')
      await cafe.database.acrossCompanies((tx) => tx.execute(sql`delete from refresh_tokens`))
      t.equal((await refresh(cafe, login.refresh)).status, 200)
      const { refresh: next } = await rotate(login.refresh)
      now += 10_001
      t.match(await refresh(cafe, login.refresh), refreshed)
      t.match(await refresh(cafe, next), refreshed)
    })
  }),
)

t.test('a login that was checked before the password changed is not opened after it', (t) =>
  onBoth(t, async (t, kind) => {
    const gate = createGate()
    const cafe = await startApp(t, { kind, around: gate.around })
    const mine = await logIn(cafe, 'waiter1')
    gate.holdSecond()
    const late = cafe
      .withToken()
      .post('/api/users/login/', { email: 'waiter1@test.com', password: demoPassword })
    await gate.reached
    const change = { old_password: demoPassword, new_password: 'another horse' }
    t.equal((await mine.post('/api/users/password/', change)).status, 204)
    gate.open()
    t.match(await late, { status: 401, body: { code: 'authentication_failed' } })
    const { body } = await mine.get<Logins>(path)
    t.match(body, { count: 1, results: [{ current: true }] })
    t.type((await logIn(cafe, 'waiter1', 'tablet', change.new_password)).access, 'string')
  }),
)

/** Holds up the second transaction about accounts after it was told to: of a login, the one that opens it. */
function createGate() {
  let left = 0
  let reach = () => {}
  let open = () => {}
  const reached = new Promise<void>((resolve) => (reach = resolve))
  const opened = new Promise<void>((resolve) => (open = resolve))
  return {
    reached,
    open: () => open(),
    holdSecond: () => void (left = 2),
    around: (database: Database): Database => ({
      ...database,
      async withRole(role, work) {
        if (role === 'accounts' && left > 0 && --left === 0) {
          reach()
          await opened
        }
        return database.withRole(role, work)
      },
    }),
  }
}

t.test('a new password', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind, env: { LOGIN_FAILURES_PER_MINUTE: '20' } })
    const change = { old_password: demoPassword, new_password: 'another horse' }

    t.test('ends every other login, with its tokens and sockets', async (t) => {
      const mine = await logIn(cafe, 'waiter1')
      const other = await logIn(cafe, 'waiter1')
      const [here, there] = [await listen(t, cafe, mine.access), await listen(t, cafe, other.access)]
      t.equal((await mine.post('/api/users/password/', change)).status, 204)
      t.strictSame(await there.closed(), refused)
      t.equal((await other.get('/api/users/profile/')).status, 401)
      t.match(await refresh(cafe, other.refresh), refreshed)
      await here.pingPong()
      t.equal((await mine.get('/api/users/profile/')).status, 200)
      t.equal((await refresh(cafe, mine.refresh)).status, 200)
      t.equal((await logIn(cafe, 'waiter1')).access, undefined, 'the old one opens nothing')
      t.type((await logIn(cafe, 'waiter1', 'tablet', change.new_password)).access, 'string')
    })

    t.test('needs the old one, and a good new one', async (t) => {
      const cook = await logIn(cafe, 'cook1')
      const wrong = await cook.post('/api/users/password/', { ...change, old_password: 'guess' })
      t.match(wrong, { status: 400, body: { old_password: ['Неверный пароль.'] } })
      const short = await cook.post('/api/users/password/', { ...change, new_password: 'short' })
      t.match(short, { status: 400, body: { new_password: [String] } })
      t.type((await logIn(cafe, 'cook1')).access, 'string', 'nothing has changed')
    })

    t.test('is changed by the form of a settings page', async (t) => {
      const path = '/api/users/settings/change-password/'
      const admin = await logIn(cafe, 'admin')
      const form = {
        current_password: 'demo12345',
        new_password: 'a settings phrase',
        new_password2: 'a settings phrase',
      }
      t.match(await admin.patch(path, { ...form, new_password2: 'another' }), {
        status: 400,
        body: { new_password2: ['Пароли не совпадают.'] },
      })
      t.match(await admin.patch(path, { ...form, current_password: 'guess' }), {
        status: 400,
        body: { current_password: ['Неверный пароль.'] },
      })
      t.match(await admin.patch(path, form), { status: 200, body: { detail: 'Пароль изменён.' } })
      t.type((await logIn(cafe, 'admin', 'tablet', form.new_password)).access, 'string')
    })

    t.test('cannot be reached by guessing the old one', async (t) => {
      const cashier = await logIn(cafe, 'cashier1')
      const guesses = await Promise.all(
        Array.from({ length: 25 }, (_, i) =>
          cashier.post('/api/users/password/', { ...change, old_password: `guess ${i}` }),
        ),
      )
      t.equal(guesses.filter(({ status }) => status === 400).length, 20)
      t.equal((await cashier.post('/api/users/password/', change)).body.code, 'throttled')
    })
  }),
)

t.test('what ends on one replica ends on the other', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const [here, there] = [await startSocketCafe(t, { on }), await startSocketCafe(t, { on })]
  await waitUntil(() => here.bus.up && there.bus.up, { what: 'both links are up' })
  const [first, second] = [await logIn(here, 'waiter1'), await logIn(here, 'waiter1')]
  const socket = await listen(t, there, second.access)
  const { body } = await first.get<Logins>(path)
  const { id } = body.results.find(({ current }) => !current)!
  t.equal((await first.delete(`${path}${id}/`)).status, 204)
  t.strictSame(await socket.closed(), refused)
})
