import { connect } from 'node:net'
import t from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { openListener } from '../../src/server/listener.ts'
import type { Lifecycle } from '../../src/plugins/health.ts'
import type { Teardown } from '../support/teardown.ts'

/** Whoever comes before the app is there: a proxy sends requests as soon as the port is open. */

const config = readConfig({ HOST: '127.0.0.1', PORT: '0' })

async function openDoor(t: Teardown, waiting?: { mostWaiting: number; longestWaitMs: number }) {
  const lifecycle: Lifecycle = { phase: 'migrating' }
  const door = await openListener(config, lifecycle, () => {}, waiting)
  t.teardown(() => door.close(0))
  const seen: string[] = []
  door.serverFactory((request, response) => {
    seen.push(request.url!)
    response.end('from the app')
  }, {})
  const url = `http://127.0.0.1:${door.port}`
  const ask = async (path: string) => {
    const answer = await fetch(url + path)
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() }
  }
  const connections = () => new Promise<number>((resolve) => door.server.getConnections((_, n) => resolve(n)))
  return { door, ask, seen, connections }
}

t.test(
  'probes are answered at once, requests when the app is there, in the order in which they came',
  async (t) => {
    const { door, ask, seen } = await openDoor(t)
    const first = ask('/api/cafe/orders/1')
    t.equal((await ask('/healthz')).status, 200)
    t.match(await ask('/readyz'), { status: 503, text: '{"status":"migrating"}' })
    const second = ask('/api/cafe/orders/2')
    t.equal((await ask('/healthz')).status, 200)
    t.strictSame(seen, [], 'nothing has reached the app')
    door.open()
    t.strictSame(await Promise.all([first, second]), [
      { status: 200, retryAfter: null, text: 'from the app' },
      { status: 200, retryAfter: null, text: 'from the app' },
    ])
    t.strictSame(seen, ['/api/cafe/orders/1', '/api/cafe/orders/2'])
    t.equal((await ask('/healthz')).text, 'from the app')
  },
)

t.test('who waited too long, or found too many waiting, is told to come again', async (t) => {
  const late = await openDoor(t, { mostWaiting: 10, longestWaitMs: 1 })
  const unavailable = { status: 503, retryAfter: '1', text: /"code":"unavailable"/ }
  t.match(await late.ask('/api/cafe/orders/'), unavailable)
  late.door.open()
  t.strictSame(late.seen, [], 'and is not served after that')

  const full = await openDoor(t, { mostWaiting: 1, longestWaitMs: 60_000 })
  const first = full.ask('/1')
  await full.ask('/healthz')
  t.match(await full.ask('/2'), unavailable)
  full.door.open()
  t.equal((await first).status, 200)
})

t.test('who has left is not served', async (t) => {
  const { door, ask, seen, connections } = await openDoor(t)
  const socket = connect(door.port, '127.0.0.1')
  socket.write('GET /left HTTP/1.1\r\nHost: x\r\n\r\n')
  await ask('/healthz')
  const before = await connections()
  socket.destroy()
  while ((await connections()) >= before) await new Promise((resolve) => setTimeout(resolve, 5))
  door.open()
  await ask('/stays')
  t.strictSame(seen, ['/stays'])
})
