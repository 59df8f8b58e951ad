import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import t from 'tap'
import { tableOf, page } from '../docs/pages.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { startService } from '../support/process.ts'
import { startProxy } from '../support/proxy.ts'
import { redisUrl, rig } from '../support/rig.ts'
import { waitUntil } from '../support/wait.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import type { SocketCafe } from '../realtime/cafe.ts'

t.test('GET /metrics: what the service counts and what Node does, for Prometheus', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const MENU_IMAGES_DIR = await mkdtemp(join(rig().folder, 'pictures-'))
  const { httpUrl } = await startService(t, { ...env, MENU_IMAGES_DIR })
  const reply = await fetch(`${httpUrl}/metrics`)
  t.equal(reply.status, 200)
  t.match(reply.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  const text = await reply.text()
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ])
    t.match(text, `\n${name} `)
  t.equal((await fetch(`${httpUrl}/metrics/`)).status, 200)

  const documented = tableOf(await page('docs/metrics.md'), ['metric', 'type', 'meaning'])
  t.same(
    documented.rows.map((cells) => cells.slice(0, 3)),
    described(text),
    'docs/metrics.md names each of them, in the order of the answer',
  )
})

/** Name, type and help of our own metrics. */
function described(text: string): string[][] {
  const helps = text.matchAll(/^# HELP (cafe_\w+) (.*)\n# TYPE \w+ (\w+)$/gm)
  return [...helps].map(([, name, help, type]) => [`\`${name}\``, type!, help!])
}

/** The sum of a metric over the labels that contain a text. */
async function metric(cafe: SocketCafe, name: string, label = ''): Promise<number> {
  const { payload } = await cafe.app.inject('/metrics')
  const lines = payload.split('\n').filter((line) => line.startsWith(name) && line.includes(label))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

t.test('each fault and each repair is counted', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const proxy = await startProxy(t, await redisUrl(), 6379)
  const env = { REDIS_URL: proxy.url, HEAD_CHECK_INTERVAL: '300ms', SOCKET_QUEUE_BYTES: '65536' }
  const cafe = await startSocketCafe(t, { on, env })
  await waitUntil(() => cafe.bus.up, { what: 'the link is up' })
  const [centre] = cafe.branches
  const socket = await cafe.connect('waiter1', 'orders')
  const { seq, epoch } = await socket.next('connection_established')

  /** Does something and waits until a metric has risen by it. */
  const counts = async (name: string, label: string, work: () => unknown) => {
    const before = await metric(cafe, name, label)
    await work()
    await waitUntil(async () => (await metric(cafe, name, label)) > before, {
      what: `${name} ${label} rises`,
    })
    t.pass(`${name} ${label}`)
  }
  const order = () => cafe.as('waiter1').post('/api/cafe/orders/', { guests: 2 })

  await counts('cafe_events_appended_total', '', order)
  await counts('cafe_bus_published_total', '', order)
  await counts('cafe_bus_received_total', '', order)
  await counts('cafe_events_delivered_total', '', order)
  await counts('cafe_event_delivery_seconds_count', '', order)
  const slow =
    (await metric(cafe, 'cafe_event_delivery_seconds_sum')) /
    (await metric(cafe, 'cafe_event_delivery_seconds_count'))
  t.ok(slow >= 0 && slow < 60, `events take ${slow} s`)
  const taken = 'method="POST",route="/api/cafe/orders/",status="201"'
  await counts('cafe_http_request_seconds_count', taken, order)
  t.equal(
    await metric(cafe, 'cafe_http_request_seconds_count', 'route="/metrics"'),
    0,
    'nobody waits for these',
  )
  t.equal(await metric(cafe, 'cafe_database_up'), 1)
  await counts('cafe_events_followed_total', 'by="message"', order)
  await counts('cafe_events_followed_total', 'by="hole"', async () => {
    await cafe.append(centre, ['order_created'], { announce: false })
    await cafe.append(centre, ['order_created'])
  })
  await counts('cafe_events_followed_total', 'by="head"', () =>
    cafe.append(centre, ['order_created'], { announce: false }),
  )
  await counts('cafe_head_checks_total', 'result="ok"', () => {})
  const back = (since: unknown) => cafe.connect('waiter1', 'orders', `&since=${String(since)}`)
  await counts('cafe_replays_total', 'result="replayed"', () => back(`${String(epoch)}:${seq}`))
  await counts('cafe_events_replayed_total', '', () => back(seq))
  await counts('cafe_resyncs_total', 'reason="position_ahead"', () => back(1_000_000))
  await counts('cafe_resyncs_total', 'reason="epoch_changed"', () => back('other:1'))
  await counts('cafe_resyncs_total', 'reason="malformed_position"', () => back('x'))
  await counts('cafe_socket_messages_ignored_total', 'reason="not_understood"', () => socket.send('hello'))
  await counts('cafe_socket_closes_total', 'code="4003"', async () => {
    const stranger = new WebSocket(`${cafe.socketUrl}/ws/cafe/orders/`)
    await new Promise((resolve) => stranger.once('close', resolve))
  })
  await counts('cafe_socket_closes_total', 'code="4101"', async () => {
    const slow = new WebSocket(`${cafe.socketUrl}/ws/cafe/tables/?token=${await cafe.tokenOf('waiter1')}`)
    t.teardown(() => slow.terminate())
    await new Promise((resolve) => slow.once('message', resolve))
    slow.pause()
    const data = { note: 'x'.repeat(500_000) }
    await cafe.append(centre, ['table_updated'], { data })
    for (let i = 0; i < 60; i++) await cafe.append(centre, ['table_updated'], { data })
  })
  await counts('cafe_bus_link_losses_total', '', () => proxy.cut())
  t.equal(await metric(cafe, 'cafe_bus_up'), 0)
  await counts('cafe_bus_publish_failures_total', '', order)
})
