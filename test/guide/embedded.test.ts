import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startService } from '../support/process.ts'
import { rig } from '../support/rig.ts'
import { walkGuide } from './walk.ts'

t.test('the guide on one process that was given nothing but a folder', async (t) => {
  const folder = await mkdtemp(join(rig().folder, 'data-'))
  const { httpUrl, socketUrl } = await startService(t, { DATA_DIR: folder })
  const signingSecret = (await readFile(join(folder, 'jwt-secret'), 'utf8')).trim()
  await walkGuide(t, { httpUrl, socketUrl, signingSecret })
})
