import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { commands } from '../../src/cli/index.ts'
import { callService } from '../../src/cli/served/call.ts'
import { openWorkplace } from '../../src/cli/terminal.ts'
import { readConfig } from '../../src/config/config.ts'
import type { CommandName } from '../../src/cli/help.ts'
import type { Language } from '../../src/i18n/messages.ts'
import { request } from '../guide/http.ts'
import { runHere } from '../support/command.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { runService, startService } from '../support/process.ts'
import { openSocket } from '../support/socket.ts'

const password = 'корица и кофе'
/** «пароль-кофе», by Python's hashlib.pbkdf2_hmac. */
const djangoHash = 'pbkdf2_sha256$1000$jkAx93Ld0aQ2$SE9Begt7A/3iSxSqCkzFCMCuLcKRCKo3KZmorlLwkEg='

interface Terminal {
  password?: string
  language?: Language
}

type Run = (
  name: CommandName,
  args: string[],
  terminal?: Terminal,
) => Promise<{ code: number; output: string }>

/** Every command but `restore`, which needs the database for itself. */
async function tryAll(t: Test, run: Run, folder: string, round: string): Promise<void> {
  const people = join(folder, `${round}.jsonl`)
  const address = `${round}@test.com`
  await writeFile(people, JSON.stringify({ email: address, password: djangoHash, role: 'owner' }))
  const owner = `owner-${round}@bar.kg`
  const slug = `bar-${round}`
  const at = ['--company', slug]
  const steps: [name: CommandName, args: string[], said: RegExp][] = [
    ['migrate', [], /^The database schema is up to date\.$/m],
    ['doctor', [], /^The books are in order\.$/m],
    ['create-company', ['--name', `Bar ${round}`, '--owner', owner], new RegExp(`^Company ${slug} is there`)],
    ['branches', ['create', ...at, '--name', 'One'], /^Branch One is open\.$/m],
    ['branches', ['rename', 'One', ...at, '--name', 'Two', '--code', '2'], /called Two now/],
    ['branches', ['close', '2', ...at], /is closed/],
    ['branches', ['open', '2', ...at], /is open again/],
    ['branches', at, /^Two +2 /m],
    [
      'create-user',
      [...at, '--email', `cook-${round}@bar.kg`, '--role', 'cook', '--branch', 'Two'],
      /as cook/,
    ],
    ['import-users', [people, ...at, '--dry-run'], /^1 people can be imported; nothing was changed\.$/m],
    ['import-users', [people, ...at], /^1 people imported\.$/m],
    ['list-users', at, new RegExp(`^${address} `, 'm')],
    ['rename-user', ['--email', address, '--first-name', 'Anna'], /is changed/],
    ['reset-password', ['--email', address], /has a new password/],
    ['disable-user', ['--email', address], /is closed/],
    ['enable-user', ['--email', address], /may log in again/],
    ['tokens', ['revoke', '--email', address], /have ended/],
    ['revoke-tokens', at, /All logins of 3 people have ended/],
    ['backup', [join(folder, `${round}.backup`)], /^The backup is there: .*\.backup, [\d.]+ MB\./m],
  ]
  for (const [name, args, said] of steps) {
    const { code, output } = await run(name, args, { password })
    t.match([code, output], [0, said], `${round}: ${name} ${args[0] ?? ''}`)
  }
  const tried = new Set(steps.map(([name]) => name))
  t.same(
    Object.keys(commands).filter((name) => !tried.has(name as CommandName)),
    ['restore'],
  )
  await t.rejects(run('list-users', ['--company', 'nowhere'], { language: 'ru' }), {
    exitCode: 1,
    message: 'компании с кодом nowhere нет',
  })
  await t.rejects(run('list-users', []), { exitCode: 2, message: /name the company/ })
}

t.test('commands while the embedded service runs, after it was killed, and a restore', async (t) => {
  const env = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const folder = t.testdir({})
  const { dataDir } = readConfig(env)
  const service = await startService(t, env)
  const { httpUrl } = service
  const called: Run = async (name, args, { password: typed, language = 'en' } = {}) => {
    let output = ''
    const code = await callService(dataDir, commands[name], args, {
      name,
      language,
      readConfig: () => readConfig(env),
      print: (text) => void (output += text),
      pathOf: (file) => resolve(folder, file),
      open: openWorkplace,
      askPassword: async () => typed!,
    })
    if (code === null) throw new Error('no service takes commands')
    return { code, output }
  }
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
      open: openWorkplace,
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

  const here: Run = (name, args, terminal) => runHere(name, args, env, terminal)
  await t.test('each command while it is stopped', (t) => tryAll(t, here, folder, 'stopped'))

  await t.test(
    'a service that was killed leaves its socket; commands and the next start go on',
    async (t) => {
      const next = await startService(t, env)
      t.match(await called('list-users', ['--company', 'bar-stopped']), { code: 0 })
      next.process.kill('SIGKILL')
      await next.exited
      await t.rejects(called('list-users', ['--company', 'bar-stopped']), /no service takes commands/)
      const { code, output } = await runService(t, env, ['list-users', '--company', 'bar-stopped'])
      t.match([code, output], [0, /owner-stopped@bar\.kg/])
      const again = await startService(t, env)
      t.match(await called('list-users', ['--company', 'bar-stopped']), { code: 0 })
      await again.stop()
    },
  )

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
  })
})
