import t from 'tap'
import { startSocketCafe } from '../realtime/cafe.ts'
import type { SocketCafe } from '../realtime/cafe.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { rig } from '../support/rig.ts'
import { findRedis } from '../support/services/binaries.ts'
import { waitUntil } from '../support/wait.ts'
import { openRedisServer } from './redis-server.ts'

/** Whatever waits for Redis waits at least so long. */
const commandTimeoutMs = 5000
const orders = 30

t.test('an order is answered without Redis as it is with it', async (t) => {
  const redis = await openRedisServer(t, findRedis()!, rig().folder)
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const env = { REDIS_URL: redis.url, REDIS_COMMAND_TIMEOUT: `${commandTimeoutMs}ms` }
  const cafe = await startSocketCafe(t, { on, env })
  await waitUntil(() => cafe.bus.up, { what: 'the link is up' })
  const socket = await cafe.connect('waiter1', 'orders')
  await socket.next('connection_established')

  const answeredSoon = async (how: string) => {
    const slowestMs = await slowestOrder(cafe)
    t.ok(
      slowestMs < commandTimeoutMs / 2,
      `${how}: the slowest of ${orders} took ${Math.round(slowestMs)} ms`,
    )
    for (let i = 0; i < orders; i++) await socket.next('order_created')
    t.pass(`${how}: every order reached the screen`)
  }
  await answeredSoon('Redis there')
  redis.freeze()
  await answeredSoon('Redis frozen a moment ago')
  await waitUntil(() => !cafe.bus.up, { what: 'the link is down', timeoutMs: 15_000 })
  await answeredSoon('Redis frozen')
  redis.thaw()
  await redis.stop()
  await answeredSoon('Redis stopped')
  await redis.start()
  await waitUntil(() => cafe.bus.up, { what: 'the link is back' })
  await answeredSoon('Redis back, and empty')
})

async function slowestOrder(cafe: SocketCafe): Promise<number> {
  let slowestMs = 0
  for (let i = 0; i < orders; i++) {
    const began = performance.now()
    const { status } = await cafe.as('waiter1').post('/api/cafe/orders/', { guests: 1 })
    if (status !== 201) throw new Error(`answered ${status}`)
    slowestMs = Math.max(slowestMs, performance.now() - began)
  }
  return slowestMs
}
