import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { channelOf } from '../../src/bus/channels.ts'
import { plainPubSub, shardedPubSub } from '../../src/bus/pubsub-commands.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { sentinelUser, startSentinels } from './redis-sentinels.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { waitUntil } from '../support/wait.ts'
import { numbers, numbersOf, startSocketCafe } from '../realtime/cafe.ts'

const prefix = `test_${randomBytes(6).toString('hex')}:`
const aclUser = (rules: string) => `cafe on >secret resetchannels &${prefix}cafe:* ${rules}`

interface Setting {
  env: Record<string, string>
  /** Kills the master that carries a channel. */
  kill: (channel: string) => Promise<void>
}

/** Orders are taken on one replica all the time, screens hang on the other, and a master of Redis dies in between. */
async function nothingIsLost(t: Test, { env, kill }: Setting) {
  const settings = { REDIS_PREFIX: prefix, REDIS_COMMAND_TIMEOUT: '1s', ...env }
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const [taking, showing] = [
    await startSocketCafe(t, { on, env: settings }),
    await startSocketCafe(t, { on, env: settings }),
  ]
  const bothUp = () => taking.bus.up && showing.bus.up
  await waitUntil(bothUp, { what: 'both links are up', timeoutMs: 30_000 })
  const screens = [
    await showing.connect('waiter1', 'orders'),
    await showing.connect('owner', 'orders', `&branch_id=${showing.branches[0]}`),
  ]
  const firsts = await Promise.all(
    screens.map(async (screen) => (await screen.next('connection_established')).seq!),
  )

  let taken = 0
  let serving = true
  const traffic = (async () => {
    while (serving) {
      const { status } = await taking.as('waiter1').post('/api/cafe/orders/', { guests: 1 })
      if (status !== 201) throw new Error(`an order was answered ${status}`)
      taken++
      await sleep(10)
    }
  })()
  const more = async (count: number) => {
    const enough = taken + count
    await waitUntil(() => taken >= enough, { what: `${count} more orders`, timeoutMs: 30_000 })
  }
  await more(20)
  const links: boolean[] = []
  showing.bus.onLink((up) => links.push(up))
  const began = performance.now()
  await kill(channelOf(prefix, { companyId: showing.company, streamId: showing.branches[0] }))
  await waitUntil(() => links.includes(false), { what: 'the loss is noticed', timeoutMs: 30_000 })
  await more(20)
  await waitUntil(bothUp, { what: 'both links are up again', timeoutMs: 60_000 })
  t.comment(
    `both replicas linked again ${Math.round(performance.now() - began)} ms after the death of a master`,
  )
  await more(20)
  serving = false
  await traffic

  for (const [i, screen] of screens.entries()) {
    const expected = numbers(firsts[i]! + 1, firsts[i]! + taken)
    await waitUntil(() => numbersOf(screen).length >= taken, {
      what: `${taken} events, not ${numbersOf(screen).length}`,
    })
    t.strictSame(numbersOf(screen), expected, `${taken} orders, each once and in order`)
  }
}

t.test('a master of a Redis Cluster dies under traffic', async (t) => {
  const cluster = await startRedisCluster(t, aclUser(shardedPubSub.aclRules))
  await nothingIsLost(t, {
    env: { REDIS_URL: cluster.url('cafe:secret') },
    kill: async (channel) => (await cluster.masterOf(channel)).server.stop('SIGKILL'),
  })
})

t.test('the master that sentinels name dies under traffic', async (t) => {
  const sentinels = await startSentinels(t, aclUser(plainPubSub.aclRules))
  await nothingIsLost(t, {
    env: {
      REDIS_URL: sentinels.url('cafe:secret'),
      REDIS_SENTINEL_USERNAME: sentinelUser.name,
      REDIS_SENTINEL_PASSWORD: sentinelUser.password,
    },
    kill: async () => (await sentinels.master()).stop('SIGKILL'),
  })
})
