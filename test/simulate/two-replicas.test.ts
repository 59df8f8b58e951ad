import t from 'tap'
import { freshDatabaseEnv } from '../support/database.ts'
import { startService } from '../support/process.ts'
import { differencesOf, simulateDay, wholeDay } from './simulate.ts'

t.test('a day in two branches on two replicas leaves no difference anywhere', async (t) => {
  const env = await freshDatabaseEnv(t)
  const [one, two] = await Promise.all([startService(t, env), startService(t, env)])
  const day = await simulateDay(
    {
      urls: [one.httpUrl, two.httpUrl],
      seed: 20_240_101,
      hours: wholeDay,
      speed: 3600,
      branches: 2,
      tables: 6,
      staff: { waiter: 2, cook: 1, cashier: 1 },
      ownerLogin: null,
    },
    { signal: new AbortController().signal },
  )
  t.same(differencesOf(day), [])
  t.equal(day.verdicts.length, 11, 'every promise was looked at')
  for (const { check, looked } of day.verdicts) t.ok(looked > 0, `${check}: ${looked}`)
  t.ok(day.requests.hasty + day.requests.doubleTaps > 0, 'and the network was bad')
})
