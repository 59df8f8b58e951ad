import t from 'tap'
import { createCafe, createSession } from '../../packages/client/src/cafe.ts'
import type { Tokens } from '../../packages/client/src/cafe.ts'
import { startApp } from '../support/app.ts'

t.test('a login renews its token, once for all who ask, and ends with the logout', async (t) => {
  // shorter than the margin within which a token is renewed, so every request needs another one
  const app = await startApp(t, { env: { ACCESS_TOKEN_TTL: '10s' } })
  const { httpUrl: url } = await app.listen()
  const kept: (Tokens | null)[] = []
  const renewals: string[] = []
  const session = createSession({
    url,
    onTokens: (tokens) => kept.push(tokens),
    fetch(address, init) {
      renewals.push(new URL(address).pathname)
      return fetch(address, init)
    },
  })
  const ask = { reason: 'connect', signal: new AbortController().signal } as const
  t.equal(await session.getToken(ask), null)
  await t.rejects(session.logIn('waiter1@test.com', 'wrong'), { code: 'authentication_failed' })
  await session.logIn('waiter1@test.com', 'demo12345')
  t.equal(kept.length, 1)
  const cafe = createCafe({ url, getToken: session.getToken })
  const profiles = await Promise.all([1, 2, 3].map(() => cafe.get('/api/users/profile/')))
  t.equal(new Set(profiles.map(({ id }) => id)).size, 1)
  t.equal(renewals.filter((path) => path === '/api/users/refresh/').length, 1, 'one renewal for three')
  t.strictSame(session.tokens, kept.at(-1))

  const again = createSession({ url, tokens: session.tokens, onTokens: (tokens) => kept.push(tokens) })
  t.type(await again.getToken({ ...ask, reason: 'refused' }), 'string', 'a login that was kept')
  await session.logOut()
  t.equal(kept.at(-1), null)
  t.equal(await again.getToken({ ...ask, reason: 'refused' }), null, 'the others hear of it')
  t.equal(again.tokens, null)
})
