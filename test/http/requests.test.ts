import t from 'tap'
import { startApp } from '../support/app.ts'
import { onBoth } from '../support/database.ts'
import { addresses } from './addresses.ts'
import { bodies } from './bodies.ts'
import { identity } from './identity.ts'
import { niceties } from './niceties.ts'

t.test('requests of every kind', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, env: { RATE_LIMIT: 'off', CORS_ORIGINS: 'localhost' } })
    await t.test('bodies', (t) => bodies(t, cafe))
    await t.test('addresses', (t) => addresses(t, cafe))
    await t.test('identity', (t) => identity(t, cafe))
    await t.test('niceties', (t) => niceties(t, cafe))
  }),
)
