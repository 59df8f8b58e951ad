import { pino } from 'pino'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Test } from 'tap'
import type { Bus } from '../../src/bus/bus.ts'
import { plainPubSub } from '../../src/bus/pubsub-commands.ts'
import { createBusMetrics } from '../../src/bus/metrics.ts'
import { openRedisBus } from '../../src/bus/redis-bus.ts'
import { parseRedisUrl } from '../../src/config/redis-url.ts'
import { failOnLeaks } from '../support/leaks.ts'
import { waitUntil } from '../support/wait.ts'
import { aStream, busConformance, endsOf } from './conformance.ts'
import { sentinelUser, startSentinels } from './redis-sentinels.ts'

const sentinels = await startSentinels(
  t,
  `cafe on >secret resetchannels &test_*:cafe:* ${plainPubSub.aclRules}`,
)

function open(t: Test, prefix: string): Bus {
  const bus = openRedisBus({
    redis: {
      address: parseRedisUrl(sentinels.url('cafe:secret'))!,
      sentinelUsername: sentinelUser.name,
      sentinelPassword: sentinelUser.password,
      commandTimeoutMs: 1000,
    },
    prefix,
    log: pino({ level: 'silent' }),
    metrics: createBusMetrics(new Registry()),
  })
  t.teardown(() => bus.close())
  return bus
}

/** A cluster and sentinels take their time. */
const patienceMs = 30_000

t.test('the bus over a master that sentinels name, with the least rights', (t) =>
  busConformance(t, async (t) => {
    failOnLeaks(t)
    return endsOf(t, open, patienceMs)
  }),
)

/** Loses the master in some way, and waits until every stream is heard over the other one. */
async function surviving(t: Test, lose: () => Promise<unknown>) {
  const { here, there } = await endsOf(t, open, patienceMs)
  const heard = new Set<string>()
  there.onMessage(({ streamId }) => heard.add(streamId))
  const links: boolean[] = []
  there.onLink((up) => links.push(up))
  const streams = Array.from({ length: 60 }, () => aStream())
  await Promise.all(streams.map((stream) => there.subscribe(stream)))
  const before = await sentinels.master()

  const began = performance.now()
  await lose()
  await waitUntil(() => links.includes(false), { what: 'the bus notices', timeoutMs: 30_000 })
  await waitUntil(async () => (await sentinels.master()) !== before, {
    what: 'another master',
    timeoutMs: 30_000,
  })
  await waitUntil(
    () => {
      for (const stream of streams) if (!heard.has(stream.streamId)) here.publish(stream, Buffer.from('news'))
      return heard.size === streams.length
    },
    { what: 'every stream is heard', timeoutMs: 30_000 },
  )
  t.comment(`every stream heard again after ${Math.round(performance.now() - began)} ms`)
  t.equal(there.up, true)
}

t.test('a master that changes places with its replica, both alive', (t) =>
  surviving(t, () => sentinels.admin.call('SENTINEL', 'failover', 'cafe-news')),
)

t.test('a master that dies', async (t) => {
  const master = await sentinels.master()
  await surviving(t, () => master.stop('SIGKILL'))
})
