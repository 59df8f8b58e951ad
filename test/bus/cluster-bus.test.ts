import { pino } from 'pino'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Test } from 'tap'
import type { Bus } from '../../src/bus/bus.ts'
import { channelOf } from '../../src/bus/channels.ts'
import { openClusterBus } from '../../src/bus/cluster-bus.ts'
import { shardedPubSub } from '../../src/bus/pubsub-commands.ts'
import { createBusMetrics } from '../../src/bus/metrics.ts'
import type { StreamKey } from '../../src/events/stream-key.ts'
import { parseRedisUrl } from '../../src/config/redis-url.ts'
import { failOnLeaks } from '../support/leaks.ts'
import { waitUntil } from '../support/wait.ts'
import { aStream, busConformance, endsOf, isUp } from './conformance.ts'
import { startRedisCluster } from './redis-cluster.ts'

/** The least that the service needs: what docs/operations.md tells people to allow. */
const aclUser = `cafe on >secret resetchannels &test_*:cafe:* ${shardedPubSub.aclRules}`

const cluster = await startRedisCluster(t, aclUser)

function open(t: Test, prefix: string): Bus {
  const bus = openClusterBus({
    redis: { address: parseRedisUrl(cluster.url('cafe:secret'))!, commandTimeoutMs: 1000 },
    prefix,
    log: pino({ level: 'silent' }),
    metrics: createBusMetrics(new Registry()),
  })
  t.teardown(() => bus.close())
  return bus
}

/** A cluster and sentinels take their time. */
const patienceMs = 30_000

t.test('the bus over a Redis Cluster, with the least rights', (t) =>
  busConformance(t, async (t) => {
    failOnLeaks(t)
    return endsOf(t, open, patienceMs)
  }),
)

/** Two buses, streams on every master, and what the second hears. */
async function follow(t: Test) {
  const { here, there, prefix } = await endsOf(t, open, patienceMs)
  const heard = new Set<string>()
  there.onMessage(({ streamId }) => heard.add(streamId))
  const links: boolean[] = []
  there.onLink((up) => links.push(up))
  const streams = Array.from({ length: 60 }, () => aStream())
  await Promise.all(streams.map((stream) => there.subscribe(stream)))
  const masters = new Set(await Promise.all(streams.map((one) => cluster.masterOf(channelOf(prefix, one)))))
  t.equal(masters.size, 3, 'streams on every master')
  return {
    here,
    there,
    links,
    streams,
    channel: (stream: StreamKey) => channelOf(prefix, stream),
    /** Publishes to every stream, again to those whose message was lost, until each has been heard. */
    async everyStreamIsHeard() {
      await Promise.all([isUp(here, patienceMs), isUp(there, patienceMs)])
      heard.clear()
      await waitUntil(
        () => {
          for (const stream of streams)
            if (!heard.has(stream.streamId)) here.publish(stream, Buffer.from('news'))
          return heard.size === streams.length
        },
        { what: 'every stream is heard' },
      )
      await isUp(there, patienceMs)
    },
  }
}

t.test('a slot that moves to another master takes its streams along', async (t) => {
  const { channel, streams, links, everyStreamIsHeard } = await follow(t)
  await everyStreamIsHeard()
  const [stream] = streams
  const before = await cluster.masterOf(channel(stream!))
  await cluster.moveSlot(channel(stream!))
  await waitUntil(() => links.includes(false), { what: 'the bus notices that it hears less' })
  await everyStreamIsHeard()
  t.not(await cluster.masterOf(channel(stream!)), before)
})

t.test('a master that changes places with its replica, both alive', async (t) => {
  const { channel, streams, links, everyStreamIsHeard } = await follow(t)
  const master = await cluster.masterOf(channel(streams[0]!))
  const replica = await cluster.replicaOf(master)
  await replica.admin.cluster('FAILOVER')
  await waitUntil(() => links.includes(false), { what: 'the bus notices', timeoutMs: 30_000 })
  await everyStreamIsHeard()
  t.equal(await cluster.masterOf(channel(streams[0]!)), replica)
})

t.test('a master that dies: its replica takes over, and every stream is heard again', async (t) => {
  const { channel, streams, links, here, there, everyStreamIsHeard } = await follow(t)
  const master = await cluster.masterOf(channel(streams[0]!))
  const began = performance.now()
  await master.server.stop('SIGKILL')
  await waitUntil(() => links.includes(false), { what: 'the bus notices' })
  await t.rejects(there.subscribe(streams[0]!), 'a stream on the dead master cannot be subscribed')
  await Promise.all([isUp(here, patienceMs), isUp(there, patienceMs)])
  t.comment(`up again ${Math.round(performance.now() - began)} ms after the death of a master`)
  await everyStreamIsHeard()
})
