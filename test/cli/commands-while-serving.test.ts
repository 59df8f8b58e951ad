import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import t from 'tap'
import { commands } from '../../src/cli/index.ts'
import { callService } from '../../src/cli/served/call.ts'
import { openCommandDatabase } from '../../src/cli/terminal.ts'
import { readConfig } from '../../src/config/config.ts'
import { request } from '../guide/http.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { runService, startService } from '../support/process.ts'
import { openSocket } from '../support/socket.ts'
import { password, throughService, tryAll } from './every-command.ts'

t.test('commands while the embedded service runs', async (t) => {
  const env = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const folder = t.testdir({})
  const { dataDir } = readConfig(env)
  const service = await startService(t, env)
  const { httpUrl } = service
  const called = throughService(env, folder)
  const logIn = async (email: string, secret: string) =>
    request<{ access: string }>(httpUrl, 'POST', '/api/users/login/', { body: { email, password: secret } })
  const slugOf = async (token: string) =>
    (await request<{ slug: string }>(httpUrl, 'GET', '/api/users/company/', { token })).body.slug

  await t.test('each command', (t) => tryAll(t, called, folder, 'running'))

  await t.test('nobody but the owner of the folder reaches it', async (t) => {
    const modeOf = async (name: string) => (await stat(join(dataDir, name))).mode & 0o777
    t.equal(await modeOf('commands'), 0o700)
    t.equal(await modeOf('commands/socket'), 0o600)
    const backup = await stat(join(folder, 'running.backup'))
    t.equal(backup.mode & 0o777, 0o600)
  })

  await t.test('as typed: what is said, passwords from standard input, exit codes', async (t) => {
    const reset = ['reset-password', '--email', 'cook1@test.com', '--password-stdin']
    const done = await runService(t, env, reset, `${password}\n`)
    t.same(
      [done.code, done.output],
      [0, 'cook1@test.com has a new password; all earlier logins have ended.\n'],
    )
    t.equal((await logIn('cook1@test.com', password)).status, 200)
    const refused = await runService(t, { ...env, LANG: 'ru_RU.UTF-8' }, [
      'disable-user',
      '--email',
      'x@y.kg',
    ])
    t.same([refused.code, refused.output], [1, 'cafe-realtime: учётной записи x@y.kg нет\n'])
    const wide = await runService(t, env, ['restore', join(folder, 'running.backup')])
    t.same(wide.code, 1)
    t.equal(
      wide.output,
      `cafe-realtime: restore: first stop the service that runs on the folder ${dataDir}\n`,
    )
  })

  await t.test('what they change holds at once: requests, screens', async (t) => {
    const { access } = (await logIn('waiter1@test.com', 'demo12345')).body
    const screen = await openSocket(t, `${service.socketUrl}/ws/cafe/orders/?token=${access}`)
    await screen.next('connection_established')
    await called('disable-user', ['--email', 'waiter1@test.com'])
    t.equal((await request(httpUrl, 'GET', '/api/users/profile/', { token: access })).status, 401)
    t.match(await screen.closed(), { code: 4003 })

    const owner = (await logIn('owner@test.com', 'demo12345')).body.access
    const other = (await logIn('waiter2@test.com', 'demo12345')).body.access
    const south = await openSocket(t, `${service.socketUrl}/ws/cafe/orders/?token=${other}`)
    await south.next('connection_established')
    await called('branches', ['close', 'Юг', '--company', await slugOf(owner)])
    t.match(await south.closed(), { code: 4004, reason: 'branch_closed' })
  })

  await t.test('a password that is asked for while the service ends', async (t) => {
    let asked: () => void
    const isAsked = new Promise<void>((done) => (asked = done))
    let answer: (secret: string) => void
    const isAnswered = new Promise<string>((done) => (answer = done))
    const waiting = callService(dataDir, commands['reset-password'], ['--email', 'cook2@test.com'], {
      name: 'reset-password',
      language: 'en',
      readConfig: () => readConfig(env),
      print: () => {},
      pathOf: resolve,
      open: openCommandDatabase,
      askPassword: () => {
        asked()
        return isAnswered
      },
    })
    await isAsked
    service.process.kill('SIGTERM')
    t.match(await service.exited, { code: 0 }, 'it does not wait for the person')
    answer!(password)
    await t.rejects(waiting, { name: 'StartupError' })
  })
})
