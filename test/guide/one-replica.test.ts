import t from 'tap'
import { freshDatabaseEnv, testSecret } from '../support/database.ts'
import { startService } from '../support/process.ts'
import { walkGuide } from './walk.ts'

t.test('the guide on one replica with PostgreSQL and Redis', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'blank' })
  const { httpUrl, socketUrl } = await startService(t, { ...env, DEMO_DATA: 'true' })
  await walkGuide(t, { httpUrl, socketUrl, signingSecret: testSecret })
})
