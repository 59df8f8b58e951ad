import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { request } from '../guide/http.ts'
import { runHere } from '../support/command.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { runService, startService } from '../support/process.ts'
import type { Service } from '../support/process.ts'
import { throughService, tryAll } from './every-command.ts'
import type { Run } from './every-command.ts'

/** What a screen begins with: a token and a position. */
async function logIn({ httpUrl }: Service) {
  const body = { email: 'waiter1@test.com', password: 'demo12345' }
  const { access } = (await request<{ access: string }>(httpUrl, 'POST', '/api/users/login/', { body })).body
  const snapshot = await request<{ epoch: string }>(httpUrl, 'GET', '/api/cafe/snapshot/', { token: access })
  return { access, epoch: snapshot.body.epoch }
}

t.test('commands after the embedded service was killed, and a restore', async (t) => {
  const env = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const folder = t.testdir({})
  const called = throughService(env, folder)
  const here: Run = (name, args, terminal) => runHere(name, args, env, terminal)

  let before: Awaited<ReturnType<typeof logIn>>

  await t.test('the socket that it left is no hindrance', async (t) => {
    const service = await startService(t, env)
    before = await logIn(service)
    t.match(before, { access: String, epoch: String })
    const bar = ['create-company', '--name', 'Bar running', '--owner', 'owner-running@bar.kg'] as const
    const [name, ...args] = bar
    await called(name, args, { password: 'корица и кофе' })
    await called('backup', ['running.backup'])
    service.process.kill('SIGKILL')
    await service.exited
    await t.rejects(called('list-users', ['--company', 'bar-running']), /no service takes commands/)
    const { code, output } = await runService(t, env, ['list-users', '--company', 'bar-running'])
    t.match([code, output], [0, /owner-running@bar\.kg/])
  })

  await t.test('each command', (t) => tryAll(t, here, folder, 'stopped'))

  await t.test('the next start takes commands again', async (t) => {
    const service = await startService(t, env)
    t.match(await called('list-users', ['--company', 'bar-stopped']), { code: 0 })
    await service.stop()
  })

  await t.test('the backup that was made while it ran is restored', async (t) => {
    const backup = join(folder, 'running.backup')
    await t.rejects(here('backup', [backup]), { message: `${backup} is there already` })
    await t.rejects(here('restore', [backup]), {
      message: /not empty, it has \d companies; nothing was changed/,
    })
    t.match((await here('list-users', ['--company', 'bar-stopped'])).output, /owner-stopped/, 'as it was')

    const torn = join(folder, 'torn.backup')
    await writeFile(torn, (await readFile(backup)).subarray(0, 100_000))
    await t.rejects(here('restore', [torn, '--replace']), { message: /no whole backup.*nothing was changed/ })
    await writeFile(torn, 'my café')
    await t.rejects(here('restore', [torn, '--replace']), { message: /no whole backup/ })
    await t.rejects(here('restore', [join(folder, 'none')]), { message: /^cannot read / })
    t.match((await here('list-users', ['--company', 'bar-stopped'])).output, /owner-stopped/, 'as it was')

    const { output } = await here('restore', [backup, '--replace'])
    t.match(output, /^The database is restored: 3 companies, \d+ logins, \d+ orders\.$/m)
    const [, kept = ''] = /^The database of before is kept in (.*);/m.exec(output) ?? []
    t.ok((await stat(kept)).isDirectory())
    await rm(kept, { recursive: true })
    await t.rejects(
      here('list-users', ['--company', 'bar-stopped']),
      /no company/,
      'what came after it is gone',
    )
    t.match((await here('list-users', ['--company', 'bar-running'])).output, /owner-running/)
    t.match(await here('doctor', []), { code: 0, output: /The books are in order/ })

    const service = await startService(t, env)
    const profile = { token: before.access }
    const { status } = await request(service.httpUrl, 'GET', '/api/users/profile/', profile)
    t.equal(status, 401, 'a login that the backup has')
    t.not((await logIn(service)).epoch, before.epoch, 'numbers of before are void')
  })
})
