import t from 'tap'
import { freshDatabaseEnv, testSecret } from '../support/database.ts'
import { startNginx } from '../support/nginx.ts'
import { startService } from '../support/process.ts'
import { walkGuide } from './walk.ts'

t.test('the guide on two replicas that start at once on a blank database', async (t) => {
  const env = { ...(await freshDatabaseEnv(t, { content: 'blank' })), DEMO_DATA: 'true' }
  const [one, two] = await Promise.all([startService(t, env), startService(t, env)])

  await t.test('orders go to one, sockets to the other', (t) =>
    walkGuide(t, { httpUrl: one.httpUrl, socketUrl: two.socketUrl, signingSecret: testSecret }),
  )

  await t.test('through nginx, wherever it sends each request and socket', async (t) => {
    const nginx = await startNginx(t, [one.port, two.port])
    await walkGuide(t, { ...nginx, signingSecret: testSecret })
    t.notMatch(nginx.errors(), /eyJ/, 'no token in the error log')
    t.notMatch(await nginx.accessLog(), /eyJ/, 'no token in the access log')
  })

  for (const replica of [one, two]) t.notMatch(replica.output(), /eyJ/, 'no token in what the replica wrote')
})
