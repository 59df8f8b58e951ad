import t from 'tap'
import { closeOrder, postOrder, visit } from '../guide/cafe.ts'
import { request } from '../guide/http.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { runService, startService } from '../support/process.ts'
import { startProxy } from '../support/proxy.ts'
import { redisUrl } from '../support/rig.ts'
import { waitUntil } from '../support/wait.ts'

interface Readiness {
  degraded?: string[]
}

t.test('a replica stays ready while Redis is away, says so, and goes on serving', async (t) => {
  const redis = await startProxy(t, await redisUrl(), 6379)
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const service = await startService(t, { ...env, REDIS_URL: redis.url })
  const { httpUrl } = service
  const cafe = visit(service)
  const readiness = () => request<Readiness>(httpUrl, 'GET', '/readyz')
  const degraded = (wanted: string[]) =>
    waitUntil(
      async () => {
        const { status, body } = await readiness()
        t.equal(status, 200)
        return JSON.stringify(body.degraded ?? []) === JSON.stringify(wanted)
      },
      { what: `degraded is ${JSON.stringify(wanted)}` },
    )
  await degraded([])
  t.equal((await request(httpUrl, 'GET', '/healthz')).status, 200)

  redis.cut()
  await degraded(['redis'])
  t.equal((await request(httpUrl, 'GET', '/healthz')).status, 200)
  const socket = await cafe.listen(t, 'waiter1', 'orders')
  const { order } = await postOrder(cafe, 'waiter1')
  t.equal((await socket.next('order_created')).type, 'order_created', 'orders reach screens without Redis')

  redis.restore()
  await degraded([])
  await closeOrder(cafe, 'waiter1', order)
  t.equal((await socket.next('order_updated')).type, 'order_updated')
})

t.test('a replica starts and is ready while Redis is away', async (t) => {
  const redis = await startProxy(t, await redisUrl(), 6379)
  redis.cut()
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const { httpUrl } = await startService(t, { ...env, REDIS_URL: redis.url })
  const { status, body } = await request<Readiness>(httpUrl, 'GET', '/readyz')
  t.equal(status, 200)
  t.same(body.degraded, ['redis'])
})

t.test('roles: a replica of the API has no sockets, a replica of sockets has no API', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const api = await startService(t, { ...env, ROLES: 'api' })
  const sockets = await startService(t, { ...env, ROLES: 'ws' })

  const path = '/ws/cafe/orders/'
  const onApi = await request(api.httpUrl, 'GET', path)
  t.equal(onApi.status, 404)
  t.equal(onApi.body.code, 'not_found')
  t.equal((await request(sockets.httpUrl, 'GET', path)).status, 426)
  const onSockets = await request(sockets.httpUrl, 'POST', '/api/users/login/', { body: {} })
  t.equal(onSockets.status, 404)
  t.equal(onSockets.body.code, 'not_found')

  const cafe = visit({ httpUrl: api.httpUrl, socketUrl: sockets.socketUrl })
  const screen = await cafe.listen(t, 'waiter1', 'orders')
  const { order } = await postOrder(cafe, 'waiter1')
  t.same(((await screen.next()).data as { order: unknown }).order, order)
})

t.test('DB_MIGRATE_ON_START=false: the command migrates, the start does not', async (t) => {
  const env = { ...(await freshDatabaseEnv(t, { content: 'blank' })), DB_MIGRATE_ON_START: 'false' }
  const migrated = await runService(t, env, ['migrate'])
  t.equal(migrated.code, 0, migrated.output)
  const { httpUrl } = await startService(t, { ...env, DEMO_DATA: 'true' })
  t.equal((await request(httpUrl, 'GET', '/readyz')).status, 200)
})
