import t from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { serviceOf } from '../cafe/service.ts'
import { walkGuide } from '../guide/walk.ts'
import { startApp } from '../support/app.ts'
import { freshDatabaseEnv, testSecret } from '../support/database.ts'
import { startService } from '../support/process.ts'
import { postgresUrl, program, rig } from '../support/rig.ts'
import { startPgBouncer } from '../support/services/pgbouncer.ts'

/** Fewer than the replicas would open, so that transactions change connections and wait for them. */
const connections = 5

/** Debian's PgBouncer knows no prepared statements, and passes a connection on after each transaction. */
const port = await startPgBouncer(await program('pgbouncer'), rig().folder, (stop) => t.teardown(stop), {
  postgresUrl: await postgresUrl(),
  connections,
})

function behind(env: Record<string, string>): Record<string, string> {
  const url = new URL(env.DATABASE_URL!)
  url.host = `127.0.0.1:${port}`
  return { ...env, DATABASE_URL: url.href, DB_PREPARE: 'off', DB_POOL_MAX: '12' }
}

t.test('the guide behind PgBouncer, from an empty database on', async (t) => {
  const env = behind(await freshDatabaseEnv(t, { content: 'blank' }))
  const { httpUrl, socketUrl } = await startService(t, { ...env, DEMO_DATA: 'true' })
  await walkGuide(t, { httpUrl, socketUrl, signingSecret: testSecret })
})

t.test('people act at the same moment behind PgBouncer: one coherent outcome each time', async (t) => {
  const cafe = await startApp(t, { on: behind(await freshDatabaseEnv(t, { content: 'demo' })) })
  const waiter = cafe.as('waiter1')
  const cook = cafe.as('cook1')
  const { tables, dishes, order, tableOf, tasksOf } = await serviceOf(waiter)
  const table = tables[0]!.id
  const items = [{ menu_item: dishes[0]!.id }]
  for (let round = 0; round < 8; round++) {
    const made = await Promise.all(Array.from({ length: 6 }, () => order({ table, items })))
    t.equal(new Set(made.map((each) => each.number)).size, 6, 'every order has its own number')
    t.equal((await tableOf(table)).status, 'busy')
    const [task] = await tasksOf(made[0]!.id)
    const claims = await Promise.all(
      Array.from({ length: 4 }, () => cook.post(`/api/cafe/kitchen/tasks/${task!.id}/claim/`)),
    )
    t.ok(claims.every(({ status }) => status === 200 || status === 409))
    const key = { headers: { 'idempotency-key': `pay-${round}-0123456789` } }
    const path = `/api/cafe/orders/${made[1]!.id}/pay/`
    const paid = await Promise.all(
      [1, 2, 3].map(() => waiter.post<OrderRead>(path, { payment_method: 'cash' }, key)),
    )
    t.ok(paid.some(({ status }) => status === 200))
    await Promise.all(made.map(({ id }) => waiter.patch(`/api/cafe/orders/${id}/`, { status: 'closed' })))
    t.equal((await tableOf(table)).status, 'free')
  }
})
