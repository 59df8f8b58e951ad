import t from 'tap'
import { createLoginThrottle } from '../../../src/accounts/login/throttle.ts'
import type { Count, Guard } from '../../../src/accounts/login/throttle.ts'
import { demoPassword } from '../../../src/db/demo/accounts.ts'
import { startApp } from '../../support/app.ts'
import type { TestApp } from '../../support/app.ts'
import { freshDatabaseEnv } from '../../support/database.ts'
import { waitUntil } from '../../support/wait.ts'

const limits = { rateLimit: true, loginFailuresPerMinute: 20, loginFailuresPerAccount: 100 }

/** How many of so many wrong guesses were looked at before the guard refused. */
async function wrongGuesses(guard: Guard, wanted: number): Promise<number> {
  for (let made = 0; made < wanted; made++) {
    try {
      await guard.guess(async () => false)
    } catch {
      return made
    }
  }
  return wanted
}

/** In the café: the tablet of the account, and somebody at another device behind the same router. */
const cafe = { network: '198.51.100.7', account: 'waiter@cafe.test' }

t.test('misses at another device behind the same router do not lock the known one out', async (t) => {
  const throttle = createLoginThrottle(limits)
  const stranger = throttle.login({ ...cafe, device: 'curl', familiar: 'address' })
  t.equal(await wrongGuesses(stranger, 50), 20, 'guessing stays bounded')
  t.notOk(await isOpen(throttle.login({ ...cafe, device: 'Safari', familiar: 'address' })))
  const tablet = throttle.login({ ...cafe, device: 'Firefox', familiar: 'device' })
  t.ok(await isOpen(tablet))
  t.equal(await wrongGuesses(tablet, 50), 20, 'who says to be the tablet is bounded as well')
})

const isOpen = (guard: Guard): Promise<boolean> => guard.guess(async () => true).catch(() => false)

t.test('an address that guesses at many accounts is refused for all of them', async (t) => {
  const throttle = createLoginThrottle(limits)
  const from = (network: string, i: number) =>
    throttle.login({ network, account: `${i}@cafe.test`, device: 'Firefox', familiar: null })
  for (let i = 0; i < 20; i++) t.equal(await wrongGuesses(from('203.0.113.1', i), 1), 1)
  t.notOk(await isOpen(from('203.0.113.1', 99)))
  t.ok(await isOpen(from('203.0.113.2', 99)), 'another address is not')
})

t.test('one address alone never uses up the failures of an account', async (t) => {
  const throttle = createLoginThrottle({ ...limits, loginFailuresPerMinute: 10_000 })
  const account = 'owner@cafe.test'
  const attacker = throttle.login({ network: '203.0.113.1', account, device: 'Firefox', familiar: null })
  t.equal(await wrongGuesses(attacker, 500), 20)
  t.ok(await isOpen(throttle.login({ network: '203.0.113.2', account, device: 'Firefox', familiar: null })))
})

t.test(
  'many addresses get no more than the account allows, and keep its owner from no known device',
  async (t) => {
    const throttle = createLoginThrottle(limits)
    const account = 'owner@cafe.test'
    let looked = 0
    for (let i = 0; i < 10; i++)
      looked += await wrongGuesses(
        throttle.login({ network: `203.0.113.${i}`, account, device: 'Firefox', familiar: null }),
        30,
      )
    t.equal(looked, 100)
    t.notOk(
      await isOpen(throttle.login({ network: '198.51.100.1', account, device: 'Firefox', familiar: null })),
    )
    t.ok(
      await isOpen(
        throttle.login({ network: '198.51.100.1', account, device: 'Firefox', familiar: 'address' }),
      ),
    )
  },
)

t.test('a right password forgives the wrong ones before it', async (t) => {
  const throttle = createLoginThrottle({ ...limits, loginFailuresPerMinute: 1000 })
  const mine = throttle.login({
    network: '203.0.113.1',
    account: 'me@cafe.test',
    device: 'Firefox',
    familiar: 'address',
  })
  for (let round = 0; round < 3; round++) {
    t.equal(await wrongGuesses(mine, 19), 19)
    t.ok(await isOpen(mine))
  }
})

t.test('what another replica counted counts here; nonsense does not', async (t) => {
  const [here, there] = [createLoginThrottle(limits), createLoginThrottle(limits)]
  here.onCount((count) => there.applyRemote(count))
  const attempt = { network: '203.0.113.1', account: 'me@cafe.test', device: 'Firefox', familiar: null }
  t.equal(await wrongGuesses(here.login(attempt), 20), 20)
  t.notOk(await isOpen(there.login(attempt)))
  there.applyRemote({ rule: 'constructor', key: 'x', failed: true } as unknown as Count)
})

t.test('login', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'demo' })
  const [here, there] = [await startApp(t, { on }), await startApp(t, { on })]
  await waitUntil(() => here.bus.up && there.bus.up, { what: 'both links are up' })
  const logIn = async (app: TestApp, remoteAddress: string, email: string, password: string) =>
    (
      await app.app.inject({
        method: 'POST',
        url: '/api/users/login/',
        remoteAddress,
        payload: { email, password },
      })
    ).statusCode
  const [home, attacker] = ['198.51.100.7', '203.0.113.1']
  const strangers = 100
  const email = 'waiter1@test.com'
  t.equal(await logIn(here, home, email, demoPassword), 200)

  t.test('failures on one replica count on the other', async (t) => {
    for (let i = 0; i < 20; i++) t.equal(await logIn(here, attacker, email, `guess ${i}`), 401)
    t.equal(await logIn(here, attacker, email, demoPassword), 429)
    await waitUntil(async () => (await logIn(there, attacker, email, 'one more')) === 429, {
      what: 'the other replica has heard',
    })
  })

  t.test('who guesses beside somebody, behind one router, does not keep them out', async (t) => {
    for (let i = 0; i < strangers; i++) await logIn(here, home, `stranger${i}@test.com`, 'guess')
    t.equal(await logIn(here, home, 'cook1@test.com', demoPassword), 429, 'a new face has to wait')
    t.equal(await logIn(here, home, email, demoPassword), 200, 'somebody known here has not')
  })

  t.test(
    'misses of a waiter at another device: the tablet logs in, and the wait is told in minutes',
    async (t) => {
      const from = async (device: string, password: string) =>
        here.app.inject({
          method: 'POST',
          url: '/api/users/login/',
          remoteAddress: '198.51.100.8',
          headers: { 'user-agent': device },
          payload: { email: 'cashier1@test.com', password },
        })
      t.equal((await from('tablet', demoPassword)).statusCode, 200)
      for (let i = 0; i < 20; i++) t.equal((await from('phone', `guess ${i}`)).statusCode, 401)
      const refused = await from('phone', demoPassword)
      t.equal(refused.statusCode, 429)
      t.match(refused.json(), { detail: 'Слишком много попыток. Повторите через 20 мин.', code: 'throttled' })
      t.ok(Number(refused.headers['retry-after']) > 1000, 'seconds for programs')
      t.equal((await from('tablet', demoPassword)).statusCode, 200)
    },
  )
})
