import t from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/server/logger.ts'
import { startApp } from './app.ts'
import { linesWithSecrets, refuseSecrets } from './secrets.ts'

t.test('a secret in a log is found, by which every suite is watched', async (t) => {
  const cafe = await startApp(t)
  const token = await cafe.tokenOf('waiter1')
  const lines: string[] = []
  const careless = createLog(readConfig({ LOG_LEVEL: 'info' }), false, {
    write: (line) => void lines.push(line),
  })
  careless.info(`signed in with ${token}`)
  careless.info({ address: `/ws/cafe/orders/?token=${token}` }, 'opened')
  careless.info({ sent: { email: 'waiter1@test.com', secret: 'demo12345' } }, 'login')
  careless.info({ header: `Bearer ${'x'.repeat(20)}` }, 'refused')
  careless.info({ row: { hash: '$argon2id$v=19$m=19456,t=2,p=1$abc$def' } }, 'changed')
  t.equal(linesWithSecrets(lines.join('')).length, 5)
  t.throws(() => refuseSecrets('somebody', lines.join('')), /wrote secrets/)
})

t.test('what holds secrets by name is left out', async (t) => {
  const cafe = await startApp(t)
  const access = await cafe.tokenOf('waiter1')
  const lines: string[] = []
  const log = createLog(readConfig({ LOG_LEVEL: 'info' }), false, { write: (line) => void lines.push(line) })
  const headers = { authorization: `Bearer ${access}` }
  log.info({ req: { method: 'GET', url: `/ws/cafe/orders/?token=${access}`, headers } }, 'request')
  log.info(
    { body: { password: 'demo12345', refresh: access, access, token: access, ticket: access } },
    'body',
  )
  const wrapped = Object.assign(new Error(`Failed query: params: ${access}`), {
    params: [access],
    cause: new Error('deadlock'),
  })
  log.error({ err: wrapped }, 'request failed')
  t.equal(lines.length, 3)
  t.same(linesWithSecrets(lines.join('')), [])
})
