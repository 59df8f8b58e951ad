import t from 'tap'
import { numbers, startSocketCafe } from '../realtime/cafe.ts'
import { startBrowser } from '../support/browser.ts'
import { program } from '../support/rig.ts'
import { waitUntil } from '../support/wait.ts'
import { serveClientPage } from './page.ts'

/** Several tabs of one browser share a socket. */

const script = `
  const seen = []
  const resyncs = []
  function follow(url, token, options = {}) {
    globalThis.connection = connect({ url, token, group: 'orders', shareTabs: true, ...options })
    connection.on('event', ({ seq }) => seen.push(seq))
    connection.on('resync', ({ reason }) => resyncs.push(reason))
    return connection.ready.then(() => true)
  }
`

interface Tab {
  seen: number[]
  resyncs: string[]
  state: string
  sockets: number
}
const look = '({ seen, resyncs, state: connection.status.state, sockets })'

const chromium = await program('chromium').catch((error: Error) => error)

t.test(
  'three tabs share a socket, and another one leads when the leader is killed',
  { skip: chromium instanceof Error && `no Chromium was found: ${chromium.message}` },
  async (t) => {
    const origin = await serveClientPage(t, script)
    const cafe = await startSocketCafe(t, { kind: 'embedded', env: { CORS_ORIGINS: origin } })
    const [centre] = cafe.branches
    const browser = await startBrowser(t, chromium as string)
    const token = await cafe.tokenOf('waiter1')
    const open = async () => {
      const page = await browser.open(origin)
      await page.evaluate(`follow(${JSON.stringify(cafe.httpUrl)}, ${JSON.stringify(token)})`)
      return { page, look: () => page.evaluate<Tab>(look) }
    }
    const tabs = [await open(), await open(), await open()]
    const all = (what: string, holds: (tab: Tab) => boolean) =>
      waitUntil(async () => (await Promise.all(tabs.map(({ look }) => look()))).every(holds), {
        what,
        timeoutMs: 60_000,
      })
    await all('all are greeted', ({ resyncs, state }) => resyncs.length === 1 && state === 'live')
    t.equal(cafe.app.subscribers.size, 1, 'one socket')
    await cafe.append(centre, ['order_created', 'order_updated'])
    await all('all have both', ({ seen }) => seen.length === 2)
    const [first] = (await tabs[0]!.look()).seen

    const counts = await Promise.all(tabs.map(async ({ look }) => (await look()).sockets))
    const leader = counts.indexOf(1)
    t.strictSame(
      counts.filter((count) => count > 0),
      [1],
    )
    const [killed] = tabs.splice(leader, 1)
    await killed!.page.close()
    await cafe.append(centre, ['order_created', 'order_updated', 'order_deleted'])
    await all('the others go on', ({ seen, state }) => seen.length === 5 && state === 'live')
    tabs.push(await open())
    await cafe.append(centre, ['order_created'])
    await all('and a new one joins', ({ seen }) => seen.at(-1) === first! + 5)
    for (const { look } of tabs.slice(0, 2)) {
      const { seen, resyncs } = await look()
      t.strictSame(seen, numbers(first!, first! + 5), 'each once and in order')
      t.strictSame(resyncs, ['first_connection'], 'nothing is fetched anew')
    }
    t.strictSame((await tabs[2]!.look()).seen, [first! + 5])
    t.equal(cafe.app.subscribers.size, 1, 'still one socket')
  },
)
