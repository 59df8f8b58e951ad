import t from 'tap'
import { startApp } from '../support/app.ts'
import type { DemoUser } from '../support/app.ts'
import { runHere } from '../support/command.ts'
import { freshDatabaseEnv } from '../support/database.ts'

t.test('tokens revoke: of one person, of a company, of everybody', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const cafe = await startApp(t, { on: env, env: { ACTOR_CACHE: '0s' } })
  const { slug } = (await cafe.as('owner').get<{ slug: string }>('/api/users/company/')).body
  const users: DemoUser[] = ['owner', 'waiter1', 'owner2', 'nocompany']
  const loggedIn = async (tokens: readonly string[]) => {
    const answers = tokens.map((token) => cafe.withToken(token).get('/api/users/profile/'))
    return (await Promise.all(answers))
      .map(({ status }, i) => (status === 200 ? users[i] : ''))
      .filter(Boolean)
  }
  const newTokens = async () => {
    const logIn = (user: DemoUser) =>
      cafe
        .withToken()
        .post<{ access: string }>('/api/users/login/', { email: `${user}@test.com`, password: 'demo12345' })
    return (await Promise.all(users.map(logIn))).map(({ body }) => body.access)
  }
  for (const [args, stay] of [
    [
      ['--email', 'waiter1@test.com'],
      ['owner', 'owner2', 'nocompany'],
    ],
    [
      ['--company', slug],
      ['owner2', 'nocompany'],
    ],
    [['--all'], []],
  ] as const) {
    const tokens = await newTokens()
    t.same(await loggedIn(tokens), users)
    t.match((await runHere('tokens', ['revoke', ...args], env)).output, /logins of .* have ended\.$/m)
    t.same(await loggedIn(tokens), stay, args.join(' '))
  }
})
