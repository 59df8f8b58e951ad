import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Redis } from 'ioredis'
import { WebSocket } from 'ws'
import t from 'tap'
import { groupNames } from './fleet.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import { waitUntil } from '../support/wait.ts'

/** The probe of the link, and news of people. */
const alwaysSubscribed = 2
const rounds = 20
const warmUpRounds = 5
const socketsPerRound = 100
/** Rounds at the beginning and at the end that stand for what is in use then. */
const compared = 5
/** One leaked socket with what belongs to it is some 10 kB; a round of them would be 1 MB. */
const allowedGrowthBytes = 4_000_000

t.test('sockets that come and are cut, round after round, leave nothing behind', async (t) => {
  // a pool that the warm-up fills: it grows no more
  const env = { RATE_LIMIT: 'off', UNSUBSCRIBE_DELAY: '10ms', DB_POOL_MAX: '2' }
  const cafe = await startSocketCafe(t, { env })
  await waitUntil(() => cafe.bus.up, { what: 'the link is up' })
  const redis = new Redis(cafe.config.redisUrl!)
  t.teardown(() => redis.disconnect())
  const tokens = await Promise.all((['waiter1', 'waiter2', 'owner', 'owner2'] as const).map(cafe.tokenOf))

  const round = async () => {
    const sockets = Array.from({ length: socketsPerRound }, (_, i) => {
      const query = `token=${tokens[i % tokens.length]}${i % 8 < 4 ? '&since=0' : ''}`
      return new WebSocket(`${cafe.socketUrl}/ws/cafe/${groupNames[i % 3]}/?${query}`)
    })
    const ends = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('message', resolve))))
    await cafe.append(cafe.branches[0], ['order_created', 'table_updated'])
    for (const [i, socket] of sockets.entries()) {
      if (i % 3 === 0) socket.close()
      else socket.terminate()
    }
    await Promise.all(ends)
    await waitUntil(() => cafe.app.subscribers.size === 0, { what: 'the service knows that they are gone' })
    await waitUntil(async () => (await metric('cafe_streams_followed')) === 0, {
      what: 'no stream is followed',
    })
  }
  const metric = async (name: string) => (await cafe.registry.getSingleMetric(name)!.get()).values[0]!.value
  const channels = () => redis.pubsub('CHANNELS', `${cafe.config.redisPrefix}*`)
  const handles = () => countsOf(process.getActiveResourcesInfo())
  const heapsBytes: number[] = []

  for (let i = 0; i < warmUpRounds; i++) await round()
  await waitUntil(async () => (await channels()).length === alwaysSubscribed, {
    what: 'only what every replica listens to is subscribed',
  })
  const before = { handles: handles(), channels: await channels() }
  for (let i = 0; i < rounds; i++) {
    await round()
    heapsBytes.push(usedHeap())
  }
  await waitUntil(async () => (await channels()).length === alwaysSubscribed, {
    what: 'no subscription is left',
  })
  t.strictSame(new Set(await channels()), new Set(before.channels), 'subscriptions')
  for (const kind of ['TCPSocketWrap', 'TCPServerWrap', 'Timeout', 'Immediate']) {
    // what has ended is taken down some turns later
    const atMost = before.handles[kind] ?? 0
    await waitUntil(() => (handles()[kind] ?? 0) <= atMost, { what: `no more than ${atMost} ${kind}` })
  }
  // the least of several rounds: what is just under way comes and goes, what leaks stays
  const grownBytes = Math.min(...heapsBytes.slice(-compared)) - Math.min(...heapsBytes.slice(0, compared))
  t.ok(grownBytes < allowedGrowthBytes, `the heap grew by ${grownBytes} bytes: ${heapsBytes.join(' ')}`)
})

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

function usedHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
