import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Test } from 'tap'
import type { Bus } from '../../src/bus/bus.ts'
import { createBusMetrics } from '../../src/bus/metrics.ts'
import { openRedisBus } from '../../src/bus/redis-bus.ts'
import { parseRedisUrl } from '../../src/config/redis-url.ts'
import { failOnLeaks } from '../support/leaks.ts'
import { startProxy } from '../support/proxy.ts'
import { redisUrl } from '../support/rig.ts'
import { waitUntil } from '../support/wait.ts'
import { aPrefix, aStream, busConformance, endsOf, isUp } from './conformance.ts'

const redis = await redisUrl()

function open(t: Test, prefix: string, url = redis): Bus {
  const metrics = createBusMetrics(new Registry())
  const bus = openRedisBus({
    redis: { address: parseRedisUrl(url)!, commandTimeoutMs: 500 },
    prefix,
    metrics,
    log: pino({ level: 'silent' }),
  })
  t.teardown(() => bus.close())
  return bus
}

const isDown = (bus: Bus) => waitUntil(() => !bus.up, { what: 'the link is down' })

t.test('the bus over Redis', (t) =>
  busConformance(t, async (t) => {
    failOnLeaks(t)
    return endsOf(t, open)
  }),
)

t.test('another prefix is another bus', async (t) => {
  const [ours, theirs] = [open(t, aPrefix()), open(t, aPrefix())]
  await Promise.all([isUp(ours), isUp(theirs)])
  const heard: string[] = []
  ours.onMessage((_, message) => heard.push(message.toString()))
  const stream = aStream()
  await ours.subscribe(stream)
  theirs.publish(stream, Buffer.from('theirs'))
  ours.publish(stream, Buffer.from('ours'))
  await waitUntil(() => heard.length > 0, { what: 'a message' })
  t.strictSame(heard, ['ours'])
})

t.test(
  'Redis away at the start: publishing is free, subscribing says so, and all is made good later',
  async (t) => {
    failOnLeaks(t)
    const prefix = aPrefix()
    const proxy = await startProxy(t, redis, 6379)
    proxy.cut()
    const bus = open(t, prefix, proxy.url)
    const heard: string[] = []
    bus.onMessage((_, message) => heard.push(message.toString()))
    const stream = aStream()
    const began = performance.now()
    for (let i = 0; i < 1000; i++) bus.publish(stream, Buffer.from('lost'))
    t.ok(performance.now() - began < 200, 'publishing waits for nothing')
    await t.rejects(bus.subscribe(stream))
    t.equal(bus.up, false)

    proxy.restore()
    await isUp(bus)
    await waitUntil(
      () => {
        bus.publish(stream, Buffer.from('news'))
        return heard.length > 0
      },
      { what: 'the subscription was made good' },
    )
    t.notOk(heard.includes('lost'), 'nothing was queued')
  },
)

t.test('a lost link is told, and told again when every subscription is back', async (t) => {
  const prefix = aPrefix()
  const proxy = await startProxy(t, redis, 6379)
  const [here, there] = [open(t, prefix), open(t, prefix, proxy.url)]
  const links: boolean[] = []
  there.onLink((up) => links.push(up))
  await Promise.all([isUp(here), isUp(there)])
  const heard: string[] = []
  there.onMessage((_, message) => heard.push(message.toString()))
  const streams = Array.from({ length: 600 }, () => aStream())
  await Promise.all(streams.map((stream) => there.subscribe(stream)))

  proxy.cut()
  await isDown(there)
  const late = aStream()
  await t.rejects(there.subscribe(late))
  proxy.restore()
  await isUp(there)
  for (const stream of [...streams, late]) here.publish(stream, Buffer.from(stream.streamId))
  await waitUntil(() => heard.length === 601, { what: 'every stream is heard' })
  t.strictSame(links, [true, false, true])
})

t.test('a link that stays open and delivers nothing is found out', async (t) => {
  const swallower = await startSwallower(t)
  const bus = open(t, aPrefix(), swallower.url)
  await isUp(bus)
  await bus.subscribe(aStream())
  swallower.swallow(true)
  await isDown(bus)
  t.pass('found out')
  swallower.swallow(false)
  await isUp(bus)
})

t.test('a publisher that gets no answer keeps nothing for ever', async (t) => {
  const swallower = await startSwallower(t)
  const bus = open(t, aPrefix(), swallower.url)
  await isUp(bus)
  swallower.swallow(true)
  const stream = aStream()
  const message = Buffer.alloc(256 * 1024)
  for (let i = 0; i < 1000; i++) bus.publish(stream, message)
  t.ok(process.memoryUsage().arrayBuffers < 64 * 1024 * 1024, 'what cannot leave is dropped')
  await isDown(bus)
})

/** A proxy that keeps connections open and, when told to, lets nothing through from Redis any more. */
async function startSwallower(t: Test) {
  const target = new URL(redis)
  let swallowing = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const redis = createConnection(Number(target.port || 6379), target.hostname)
    for (const socket of [client, redis]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        redis.destroy()
      })
    }
    client.on('data', (bytes) => redis.write(bytes))
    redis.on('data', (bytes) => swallowing || client.write(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `redis://127.0.0.1:${port}`, swallow: (now: boolean) => (swallowing = now) }
}
