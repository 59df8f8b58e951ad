import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { startService } from '../support/process.ts'
import { flood } from './flood.ts'
import { floodText } from './report.ts'

t.test(
  'a waiter takes orders and sees them while sockets, connections and guessers flood the service',
  async (t) => {
    const env = await freshDatabaseEnv(t, { content: 'demo' })
    const limits = { HEADERS_TIMEOUT: '1s', REQUEST_TIMEOUT: '2s', REGISTRATION: 'true', LOG_LEVEL: 'warn' }
    const { httpUrl } = await startService(t, { ...env, ...limits })
    const report = await flood(t, {
      httpUrl,
      silent: 100,
      noisy: 30,
      slow: 10,
      guessers: 8,
      orders: 20,
      pauseMs: 20,
    })
    t.comment(floodText(report))
    t.ok(report.attack.sockets > 20 && report.attack.sent > 1000, 'it was a flood')
    t.same(report.flooded.refused, [], 'every order was taken and shown')
    t.equal(report.login, 200, 'the waiter whose password is guessed logs in')
    t.equal(report.ready, 200)
    t.ok((report.attack.guesses[401] ?? 0) <= 100, 'no more guesses than the account allows')
    t.ok((report.attack.guesses[429] ?? 0) > 0)
    t.ok(report.attack.cut > 0, 'connections that never finish are cut')
    t.notOk(report.attack.guesses[500])
  },
)
