import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { roll } from './rolling.ts'

/** `npm run rolling` does the same for longer, with 500 sockets, and draws it. */
t.test('each replica is replaced while orders are taken: nobody notices', async (t) => {
  const drainMs = 1000
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const seed = Date.now() % 1_000_000
  t.comment(`seed ${seed}`)
  const result = await roll(t, { env, sockets: 90, drainMs, calmMs: 300, seed })
  const { fleet, traffic, replacements } = result
  t.strictSame(result.faults, [], 'no event was lost, repeated or out of order; no order was made twice')
  t.equal(traffic.givenUp, 0, `every order and bill was answered; failed: ${traffic.failures.join(', ')}`)
  t.strictSame(traffic.refused, [])
  t.ok(traffic.answered > 0 && result.committed > 0, 'orders were taken')
  t.strictSame([...fleet.codes.keys()], [1012], 'sockets were asked to come back')
  t.equal(fleet.resyncs.size, 0, 'nobody had to fetch everything anew')
  for (const { name, code, closes, stoppedAtMs, endedAtMs } of replacements) {
    t.equal(code, 0, `${name} ended by itself`)
    t.ok(closes.length > 1, `${name} had sockets`)
    t.ok(
      closes.at(-1)! - closes[0]! >= drainMs / 2,
      `its ${closes.length} sockets were closed one after the other`,
    )
    t.ok(closes.every((at) => at >= stoppedAtMs && at <= endedAtMs))
  }
})
