import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import { startApp } from '../support/app.ts'
import { administer, freshDatabaseEnv } from '../support/database.ts'
import { postgresUrl } from '../support/rig.ts'
import { waitUntil } from '../support/wait.ts'

t.test(
  'a server that takes no changes for a while: orders are repeated until they are there, each once',
  async (t) => {
    const env = await freshDatabaseEnv(t, { content: 'demo' })
    const cafe = await startApp(t, { on: env, env: { RATE_LIMIT: 'off' } })
    const waiter = cafe.as('waiter1')
    await cafe.tokenOf('waiter1')
    const name = new URL(env.DATABASE_URL!).pathname.slice(1)
    const server = await postgresUrl()
    let running = true
    const notes: string[] = []
    const statuses = new Map<number, number>()

    /** Takes orders, repeating each with its key until it is answered, as clients do. */
    const work = async (worker: number) => {
      for (let i = 0; running; i++) {
        const note = `order ${worker}.${i} of the failover`
        notes.push(note)
        for (let status = 0; status !== 201;) {
          const headers = { 'idempotency-key': note.replaceAll(' ', '-') }
          ;({ status } = await waiter.post('/api/cafe/orders/', { guests: 1, note }, { headers }))
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          if (status !== 201) await sleep(20)
        }
      }
    }
    const working = [1, 2, 3, 4].map(work)
    const answered = (status: number, more: number) => {
      const before = statuses.get(status) ?? 0
      return waitUntil(() => (statuses.get(status) ?? 0) >= before + more, {
        what: `${more} answers of ${status}`,
        timeoutMs: 60_000,
      })
    }
    await answered(201, 10)
    for (let i = 0; i < 2; i++) {
      // as when the primary becomes a standby: sessions end, new ones may only read
      await administer(server, `alter database ${name} set default_transaction_read_only = on`)
      await administer(
        server,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      )
      await answered(503, 10)
      // nobody ends these sessions: they are left for new ones
      await administer(server, `alter database ${name} reset default_transaction_read_only`)
      await answered(201, 10)
    }
    running = false
    await Promise.all(working)
    t.same(new Set(statuses.keys()), new Set([201, 503]), 'refused with "try again", or done')
    const kept = await cafe.database.acrossCompanies((tx) =>
      rowsOf<{ note: string }>(tx, sql`select note from orders where note like '%of the failover'`),
    )
    t.same(kept.map(({ note }) => note).sort(), notes.sort(), 'every order is there once')
  },
)
