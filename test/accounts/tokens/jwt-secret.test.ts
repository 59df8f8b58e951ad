import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { signingSecret } from '../../../src/accounts/tokens/jwt-secret.ts'
import { readConfig } from '../../../src/config/config.ts'
import { StartupError } from '../../../src/config/startup-error.ts'
import type { Teardown } from '../../support/teardown.ts'

const folder = async (t: Teardown) => {
  const path = await mkdtemp(join(tmpdir(), 'cafe-secret-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}

t.test('the embedded service makes a secret once and keeps it to itself', async (t) => {
  const dataDir = join(await folder(t), 'data')
  const config = readConfig({ DATA_DIR: dataDir })
  const secret = await signingSecret(config)
  t.ok(secret.length >= 32)
  t.equal(await signingSecret(config), secret, 'tokens outlive a restart')
  t.equal((await stat(join(dataDir, 'jwt-secret'))).mode & 0o777, 0o600)
  t.equal((await readFile(join(dataDir, 'jwt-secret'), 'utf8')).trim(), secret)
})

t.test('JWT_SECRET comes before the kept one', async (t) => {
  const wanted = 'x'.repeat(40)
  t.equal(await signingSecret(readConfig({ DATA_DIR: await folder(t), JWT_SECRET: wanted })), wanted)
})

t.test('a damaged or unreadable secret stops the start with a sentence', async (t) => {
  const dataDir = await folder(t)
  await writeFile(join(dataDir, 'jwt-secret'), 'short')
  await t.rejects(signingSecret(readConfig({ DATA_DIR: dataDir })), StartupError)

  const file = join(await folder(t), 'a-file')
  await writeFile(file, '')
  await chmod(file, 0o600)
  await t.rejects(signingSecret(readConfig({ DATA_DIR: file })), StartupError)
})
