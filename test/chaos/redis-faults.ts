import { randomBytes } from 'node:crypto'
import { channelOf } from '../../src/bus/channels.ts'
import { streamOf } from '../../src/events/stream-key.ts'
import { expect } from './fault.ts'
import type { Fault, Scene } from './fault.ts'

/** What happens to Redis, and to the way there. */
export const redisFaults: readonly Fault[] = [
  {
    name: 'redis-restart',
    title: 'Redis stopped, later started empty',
    answered: true,
    async run(scene) {
      const { cluster, lasting } = scene
      await cluster.redis.stop()
      await lasting(10_000, 1500)
      await allArrives(scene)
      await cluster.redis.start()
      await lasting(2000, 500)
    },
  },
  {
    name: 'redis-freeze',
    title: 'Redis frozen (SIGSTOP)',
    answered: true,
    async run(scene) {
      const { cluster, lasting } = scene
      cluster.redis.freeze()
      try {
        await lasting(20_000, 2500)
        await allArrives(scene)
      } finally {
        cluster.redis.thaw()
      }
      await lasting(2000, 500)
    },
  },
  {
    name: 'redis-client-kill',
    title: 'CLIENT KILL TYPE pubsub, again and again',
    answered: true,
    async run({ cluster, lasting, times }) {
      for (let i = times(10, 3); i > 0; i--) {
        await cluster.redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
        await lasting(400, 300)
      }
      expect((await cluster.sockets[0].metric('cafe_bus_link_losses_total')) > 0, 'the link was lost')
    },
  },
  {
    name: 'redis-swallow',
    title: 'a proxy keeps the connections open and swallows all that Redis sends',
    answered: true,
    async run(scene) {
      const { cluster, lasting } = scene
      const [, replica] = cluster.sockets
      const before = await replica.metric('cafe_bus_link_losses_total')
      cluster.socketLink.treat((_, direction) => (direction === 'answer' ? 'lost' : 0))
      await lasting(10_000, 3000)
      expect((await replica.metric('cafe_bus_link_losses_total')) > before, 'silence was noticed')
      await allArrives(scene)
      cluster.socketLink.heal()
      await lasting(2000, 500)
    },
  },
  {
    name: 'redis-deaf',
    title: 'a subscriber connection that answers pings and delivers no news',
    answered: true,
    async run(scene) {
      const { cluster, lasting } = scene
      const [, replica] = cluster.sockets
      const before = await replica.metric('cafe_events_followed_total', '"head"')
      cluster.socketLink.treat((bytes, direction) =>
        direction === 'answer' && bytes.includes('cafe:{') ? 'lost' : 0,
      )
      await lasting(8000, 2500)
      expect(
        (await replica.metric('cafe_events_followed_total', '"head"')) > before,
        'the head check repaired',
      )
      cluster.socketLink.heal()
      await lasting(1000, 500)
    },
  },
  {
    name: 'redis-slow',
    title: 'a slow way to Redis: 200 to 600 ms each way',
    answered: true,
    async run({ cluster, lasting }) {
      for (const link of [cluster.socketLink, cluster.apiLink]) link.treat(() => 200 + Math.random() * 400)
      await lasting(10_000, 3000)
      for (const link of [cluster.socketLink, cluster.apiLink]) link.heal()
    },
  },
  {
    name: 'redis-output-limit',
    title: 'Redis cuts a subscriber that is too slow for its output buffer',
    answered: true,
    async run({ cluster, cafe, lasting }) {
      const [slow] = cluster.sockets
      const channel = channelOf('', streamOf(cafe.company, cafe.branches[0]!))
      const listeners = async () =>
        (await cluster.redis.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
          .split('\n')
          .filter((line) => line.startsWith('id=')).length
      const before = await listeners()
      slow.freeze()
      try {
        // news of a stream it follows, which nobody can read: only the limit of Redis ends it
        const junk = randomBytes(1024 * 1024)
        for (let i = 0; (await listeners()) >= before; i++) {
          expect(i < 200, 'the subscriber was cut')
          await cluster.redis.command('PUBLISH', channel, junk)
        }
        await lasting(3000, 1000)
      } finally {
        slow.thaw()
      }
    },
  },
]

/** While it is still broken and nothing new is said, every event reaches every screen all the same. */
async function allArrives({ traffic, fleet, log }: Scene): Promise<void> {
  await traffic.pause()
  await fleet.caughtUp(log, 10_000)
  traffic.resume()
}
