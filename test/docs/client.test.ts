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
      token: () => Promise<string>
      onEvent: (message: Message) => unknown
      onResync: () => unknown
      onStop?: (code: number) => void
      from?: Position | null
    },
  ): { stop(): void; position(): Position | null }
}

globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket

async function clientOfThePage(): Promise<Follow> {
  const file = join(await mkdtemp(join(rig().folder, 'client-')), 'follow.mjs')
  await writeFile(file, codeOf(await page('docs/realtime.md'), 'js', 'export function follow'))
  return ((await import(pathToFileURL(file).href)) as { follow: Follow }).follow
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

t.test('the client of docs/realtime.md stops where coming back is no use', async (t) => {
  const follow = await clientOfThePage()
  const cafe = await startApp(t, { kind: 'embedded' })
  const { socketUrl } = await cafe.listen()
  for (const [token, code] of [
    ['no token', 4003],
    [await cafe.tokenOf('nocompany'), 4004],
  ] as const) {
    const stopped = new Promise<number>((onStop) =>
      follow(`${socketUrl}/ws/cafe/orders/`, {
        token: async () => token,
        onEvent() {},
        onResync() {},
        onStop,
      }),
    )
    t.equal(await stopped, code)
  }
})
