import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { WebSocket } from 'ws'
import { startApp } from '../support/app.ts'
import { startProxy } from '../support/proxy.ts'
import { rig } from '../support/rig.ts'
import type { Message } from '../support/socket.ts'
import { waitUntil } from '../support/wait.ts'
import { codeOf, page } from './pages.ts'

/** The client of docs/realtime.md, as it stands there. */

interface Position {
  readonly group: string
  readonly since: string
}
interface Follow {
  (
    url: string,
    options: {
      token: (expired: boolean) => Promise<string | null>
      onEvent: (message: Message) => unknown
      onResync: () => unknown
      onStop: (code: number) => void
      from?: Position | null
    },
  ): { stop(): void; position(): Position | null }
}

globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket

async function clientOfThePage(): Promise<Follow> {
  const code = codeOf(await page('docs/realtime.md'), 'js', 'export function follow')
  return (await moduleOf<{ follow: Follow }>(code)).follow
}

async function moduleOf<Exports>(code: string): Promise<Exports> {
  const file = join(await mkdtemp(join(rig().folder, 'client-')), 'module.mjs')
  await writeFile(file, code)
  return (await import(pathToFileURL(file).href)) as Exports
}

t.test('the client of docs/realtime.md misses nothing, wherever it was cut off', async (t) => {
  const follow = await clientOfThePage()
  const cafe = await startApp(t, { kind: 'embedded' })
  const { httpUrl } = await cafe.listen()
  const proxy = await startProxy(t, httpUrl, 80)
  const url = `${proxy.url.replace('http', 'ws')}ws/cafe/orders/`
  const token = () => cafe.tokenOf('waiter1')
  const order = () => cafe.as('waiter1').post('/api/cafe/orders/', {})
  const arrived: Message[] = []
  let resyncs = 0
  const open = (from: Position | null) => {
    const client = follow(url, {
      token,
      onEvent: (message) => arrived.push(message),
      onResync: () => resyncs++,
      onStop: (code) => t.fail(`stopped with ${code}`),
      from,
    })
    t.teardown(() => client.stop())
    return client
  }
  const numbers = (count: number) =>
    waitUntil(async () => arrived.length >= count, { what: `${count} events` }).then(() =>
      arrived.map(({ seq }) => seq),
    )

  const client = open(null)
  await waitUntil(async () => client.position() !== null, { what: 'the greeting' })
  t.equal(resyncs, 1, 'a first connection fetches everything')
  await order()
  const [first] = await numbers(1)
  proxy.cut()
  await order()
  await order()
  proxy.restore()
  t.same(await numbers(3), [first, first! + 1, first! + 2])
  t.equal(arrived[1]!.replay, true)

  const kept = client.position()
  client.stop()
  await order()
  const reloaded = open(kept)
  t.same(await numbers(4), [first, first! + 1, first! + 2, first! + 3], 'a reload goes on where it stood')
  t.equal(resyncs, 1)
  reloaded.stop()

  open({ group: kept!.group, since: 'another-history:1' })
  await waitUntil(async () => resyncs === 2, { what: 'everything anew' })
  open({ group: 'cafe_orders_of_another_branch', since: kept!.since })
  await waitUntil(async () => resyncs === 3, { what: 'a number of another branch says nothing' })
})

t.test('the client of docs/realtime.md stops where coming back is no use, and says so', async (t) => {
  const follow = await clientOfThePage()
  const cafe = await startApp(t, { kind: 'embedded', env: { ACCESS_TOKEN_TTL: '8s' } })
  const { socketUrl } = await cafe.listen()
  const stopped = (token: string | null) =>
    new Promise<number>((onStop) =>
      follow(`${socketUrl}/ws/cafe/orders/`, {
        token: async () => token,
        onEvent() {},
        onResync() {},
        onStop,
      }),
    )
  for (const [token, code] of [
    [async () => 'no token', 4003],
    [async () => null, 4003],
    [() => cafe.tokenOf('nocompany'), 4004],
    // a token that is never renewed: the screen is told when it has run out
    [() => cafe.tokenOf('waiter1'), 4003],
  ] as const)
    t.equal(await stopped(await token()), code)
  const silent = { token: async () => 'x', onEvent() {}, onResync() {} } as unknown as Parameters<Follow>[1]
  t.throws(() => follow(`${socketUrl}/ws/cafe/orders/`, silent), /onStop/)
})

t.test('the example of docs/realtime.md lives on when its token ends, and ends with the login', async (t) => {
  const follow = await clientOfThePage()
  const cafe = await startApp(t, { kind: 'embedded', env: { ACCESS_TOKEN_TTL: '3s' } })
  const { httpUrl } = await cafe.listen()
  const example = codeOf(await page('docs/realtime.md'), 'js', '/api/users/refresh/')
  const address = "'http://localhost:8000'"
  t.ok(example.includes(address))
  const account = { email: 'waiter1@test.com', password: 'demo12345' }
  const { body: login } = await cafe.withToken().post<{ refresh: string }>('/api/users/login/', account)
  let snapshots = 0
  const updates: string[] = []
  const given = 'follow, login, show, update, askToLogIn'
  const { run } = await moduleOf<{ run: (...given: unknown[]) => void }>(
    `export function run(${given}) {\n${example.replace(address, JSON.stringify(httpUrl))}\n}`,
  )
  const codes: number[] = []
  const tokens = new Set<string>()
  const watched: Follow = (url, options) =>
    follow(url, {
      ...options,
      async token(expired) {
        const access = await options.token(expired)
        if (access) tokens.add(access)
        return access
      },
    })
  run(
    watched,
    login,
    () => snapshots++,
    (type: string) => updates.push(type),
    (code: number) => codes.push(code),
  )
  await waitUntil(async () => snapshots === 1, { what: 'the snapshot' })
  await waitUntil(async () => tokens.size > 2, { what: 'the third token', timeoutMs: 30_000 })
  const { body: another } = await cafe.withToken().post<{ access: string }>('/api/users/login/', account)
  t.equal((await cafe.withToken(another.access).post('/api/cafe/orders/', {})).status, 201)
  await waitUntil(async () => updates.includes('order_created'), { what: 'an event past two tokens' })
  t.equal(snapshots, 1, 'nothing was missed in between')
  t.strictSame(codes, [])
  await cafe.withToken().post('/api/users/logout/', { refresh: login.refresh })
  await waitUntil(async () => codes.length > 0, { what: 'the end', timeoutMs: 30_000 })
  t.strictSame(codes, [4003])
})
