import { sql } from 'drizzle-orm'
import t from 'tap'
import { commands, commandsAsText, helpOf } from '../../src/cli/index.ts'
import { configWarnings } from '../../src/cli/warnings.ts'
import { readConfig } from '../../src/config/config.ts'
import { rowsOf } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open.ts'
import { settingsAsText } from '../../src/config/describe-settings.ts'
import { commandHelp } from '../../src/cli/help.ts'
import type { CommandName } from '../../src/cli/help.ts'
import { request } from '../guide/http.ts'
import { startApp } from '../support/app.ts'
import type { DemoUser } from '../support/app.ts'
import { runHere } from '../support/command.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { runService, startAtTerminal, startService } from '../support/process.ts'
import { waitUntil } from '../support/wait.ts'

interface Login {
  access: string
  role: string
  company_id: string
  branch_ids: string[]
}

const password = 'корица и кофе'

t.test('a company and its people from the command line, then the service with them alone', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'blank' })
  const company = ['create-company', '--name', 'Кафе «Ала-Тоо»', '--owner', 'Boss@Ala-Too.kg']
  const made = await runService(t, env, [...company, '--timezone', 'Asia/Bishkek'], `${password}\n`)
  t.same(
    [made.code, made.output],
    [0, 'Company kafe-ala-too is there, and boss@ala-too.kg logs in as its owner.\n'],
  )
  const user = ['create-user', '--company', 'kafe-ala-too', '--email', 'cook@ala-too.kg', '--role', 'cook']
  const hired = await runService(t, env, user, `${password}\r\n`)
  t.same([hired.code, hired.output], [0, 'cook@ala-too.kg logs in to kafe-ala-too as cook.\n'])

  const { httpUrl } = await startService(t, env)
  const logIn = (email: string) =>
    request<Login>(httpUrl, 'POST', '/api/users/login/', { body: { email, password } })
  const owner = await logIn('boss@ala-too.kg')
  t.match([owner.status, owner.body.role], [200, 'Владелец'])
  const cook = await logIn('cook@ala-too.kg')
  t.match([cook.status, cook.body.role, cook.body.company_id], [200, 'Повар', owner.body.company_id])
  const demo = { email: 'waiter1@test.com', password: 'demo12345' }
  t.equal((await request(httpUrl, 'POST', '/api/users/login/', { body: demo })).status, 401, 'no demo café')
})

t.test('create-user: branches by code or name, and what is refused changes nothing', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const database = await openDatabase(readConfig(env))
  t.teardown(() => database.close())
  await database.acrossCompanies((tx) =>
    tx.execute(sql`update branches set code = 'CTR' where name = 'Центр'`),
  )
  const cafe = await startApp(t, { on: env })
  const { slug } = (await cafe.as('owner').get<{ slug: string }>('/api/users/company/')).body
  const create = (more: Record<string, string | string[]>, input = password) => {
    const options = { company: slug, email: 'new@test.com', role: 'waiter', branch: ['Юг', 'CTR'], ...more }
    const args = Object.entries(options).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => [`--${name}`, value]),
    )
    return runHere('create-user', args, env, { password: input })
  }
  const refused: [more: Record<string, string | string[]>, input: string, said: RegExp][] = [
    [{ company: 'nobody' }, password, /no company with the slug nobody/],
    [{ role: 'chef' }, password, /--role: .*owner, admin, waiter, cook, cashier/],
    [{ email: 'no address' }, password, /--email: .*valid email/],
    [{ email: 'waiter1@test.com' }, password, /--email: .*reset-password/],
    [{ branch: ['Север'] }, password, /no branch is called Север; there are: .*Центр \(CTR\)/],
    [{ branch: [] }, password, /--branch: /],
    [{}, 'short', /the password: .*8/],
    [{ password }, password, /arguments are seen by everybody/],
    [{ colour: 'red' }, password, /there is no option --colour/],
  ]
  for (const [more, input, said] of refused)
    await t.rejects(create(more, input), { message: said }, JSON.stringify(more))
  const logIn = () => cafe.withToken().post<Login>('/api/users/login/', { email: 'new@test.com', password })
  t.equal((await logIn()).status, 401)
  t.equal((await create({})).output, 'new@test.com logs in to ' + slug + ' as waiter.\n')
  const { status, body } = await logIn()
  t.match([status, body.branch_ids.length], [200, 2])
  await t.rejects(create({}), /--email/, 'a second time the address is taken')
})

t.test('at a terminal the password is asked for twice and never shown', async (t) => {
  const { DATA_DIR = '' } = await freshDatabaseEnv(t, { kind: 'embedded' })
  /** Types the answers, each when it is asked for. */
  const atTerminal = async (answers: string[]) => {
    const args = ['create-company', '--name', 'Bar', '--owner', 'a@bar.kg']
    const child = startAtTerminal(t, { DATA_DIR }, args)
    const questions = ['Password: ', 'Once more: ']
    for (const [i, answer] of answers.entries()) {
      await waitUntil(() => child.output().includes(questions[i]!), {
        what: questions[i]!,
        timeoutMs: 30_000,
      })
      child.process.stdin!.write(`${answer}\r`)
    }
    const { code } = await child.exited
    return { code, output: child.output() }
  }
  const differ = await atTerminal(['cinnamon42', 'cinnamon43'])
  t.equal(differ.code, 1)
  t.match(differ.output, /the two passwords differ/)
  const interrupted = await atTerminal(['cinn\u0003'])
  t.equal(interrupted.code, 1)
  t.match(interrupted.output, /nothing was changed/)
  const { code, output } = await atTerminal(['cinnamon42', 'cinnamon42'])
  t.equal(code, 0, output)
  t.match(output, /Company bar is there/)
  t.notMatch(output + differ.output, /cinnamon/)
})

t.test('people who have a login: another password, another name, closed, opened, logins ended', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const cafe = await startApp(t, { on: env, env: { ACTOR_CACHE: '0s' } })
  const logIn = async (email: string, secret: string) =>
    (await cafe.withToken().post<Login>('/api/users/login/', { email, password: secret })).status
  const command = async (name: CommandName, args: string[], input = '') =>
    (await runHere(name, args, env, { password: input })).output
  const { slug } = (await cafe.as('owner').get<{ slug: string }>('/api/users/company/')).body
  const isIn = async (user: DemoUser) => (await cafe.as(user).get('/api/users/profile/')).status === 200

  t.match(await command('list-users', ['--company', slug]), /^owner@test\.com +owner +Азамат Исаков$/m)
  await cafe.tokenOf('cook1')
  const reset = ['--email', 'Cook1@test.com']
  await t.rejects(command('reset-password', reset, 'short'), {
    name: 'StartupError',
    message: /the password: .*8/,
  })
  t.match(await command('reset-password', reset, password), /cook1@test\.com has a new password/)
  t.equal(await logIn('cook1@test.com', 'demo12345'), 401)
  t.equal(await logIn('cook1@test.com', password), 200)
  t.notOk(await isIn('cook1'), 'the login of before has ended')

  const generated = await command('reset-password', [...reset, '--generate-password'])
  const [, made = ''] = /^Password: ([a-z2-9]{12})$/m.exec(generated) ?? []
  t.equal(await logIn('cook1@test.com', made), 200, 'a password that the service made, told this once')

  const renaming = ['--email', 'cook2@test.com', '--first-name', 'Айгуль', '--new-email', 'Aigul@test.com']
  t.match(await command('rename-user', renaming), /cook2@test\.com is changed/)
  t.match(await command('list-users', ['--company', slug]), /^aigul@test\.com +cook +Айгуль /m)
  t.equal(await logIn('aigul@test.com', 'demo12345'), 200)
  const taken = command('rename-user', ['--email', 'aigul@test.com', '--new-email', 'owner@test.com'])
  await t.rejects(taken, { name: 'StartupError', message: /^--new-email: / })
  const phone = command('rename-user', ['--email', 'aigul@test.com', '--phone', '1'.repeat(99)])
  await t.rejects(phone, { name: 'StartupError', message: /^--phone: / })

  await cafe.tokenOf('waiter1')
  await command('disable-user', ['--email', 'waiter1@test.com'])
  t.notOk(await isIn('waiter1'))
  t.equal(await logIn('waiter1@test.com', 'demo12345'), 401)
  t.match(await command('list-users', ['--company', slug]), /^waiter1@test\.com .*\(disabled\)$/m)
  await command('enable-user', ['--email', 'waiter1@test.com'])
  t.equal(await logIn('waiter1@test.com', 'demo12345'), 200)

  await cafe.tokenOf('cashier1')
  await command('revoke-tokens', ['--email', 'cashier1@test.com'])
  t.notOk(await isIn('cashier1'))
  t.equal(await logIn('cashier1@test.com', 'demo12345'), 200)

  await t.rejects(
    command('disable-user', ['--email', 'owner2@test.com']),
    { name: 'StartupError' },
    'the last owner',
  )
  await t.rejects(command('reset-password', ['--email', 'x@y.kg'], password), /nobody logs in as x@y\.kg/)
  await t.rejects(command('reset-password', ['--email', 'nocompany@test.com'], password), /no company/)
})

t.test('Russian where the terminal is, or the company', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const terminal = await runHere('revoke-tokens', ['--email', 'cook1@test.com'], env, { language: 'ru' })
  t.equal(terminal.output, 'Все сеансы cook1@test.com завершены.\n')
  const made = await runHere(
    'create-company',
    ['--name', 'Бар', '--owner', 'a@bar.kg', '--language', 'ru'],
    env,
    { password },
  )
  t.equal(made.output, 'Компания bar создана, её владелец входит как a@bar.kg.\n')
  t.equal((await runHere('branches', ['--company', 'bar'], env)).output, 'Филиалов нет.\n')
  await t.rejects(runHere('disable-user', ['--email', 'a@bar.kg'], env), { message: /[а-я]/ })
})

t.test('what a command changes stands in the audit log with its name', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const ended = await runService(t, env, ['reset-password', '--email', 'cook1@test.com'], `${password}\n`)
  t.equal(ended.code, 0, ended.output)
  const database = await openDatabase(readConfig(env))
  t.teardown(() => database.close())
  const rows = await database.acrossCompanies((tx) =>
    rowsOf<{ request: string; user_id: string | null }>(
      tx,
      sql`select request, user_id from audit_log where request <> '' and resource = 'employee'`,
    ),
  )
  t.match(rows[0], { request: 'cafe-realtime reset-password', user_id: null })
})

t.test('every command explains itself, in the language of the terminal', async (t) => {
  for (const language of ['en', 'ru'] as const) {
    const whole = commandsAsText(language)
    for (const [name, texts] of Object.entries(commandHelp)) {
      const { summary, synopsis, details } = texts[language]
      t.ok(whole.includes(`  ${name.padEnd(16)} ${summary}`), `${name} in ${language}`)
      for (const option of new Set(synopsis.match(/--[\w-]+/g)))
        t.match(details, new RegExp(`(^|\\n|, )( *)${option}\\b`), `${name} ${option}`)
      t.match(summary, language === 'ru' ? /[а-я]/ : /^[\x20-\x7e]+$/)
    }
  }
  t.same(Object.keys(commands).sort(), Object.keys(commandHelp).sort())
  const whole = await runService(t, { LANG: 'ru_RU.UTF-8' }, ['--help'])
  t.ok(whole.output.includes(`\n${commandsAsText('ru')}\n`), whole.output)
  t.ok(whole.output.includes(`\n${settingsAsText('ru')}\n`), whole.output)
  const one = await runService(t, { LC_ALL: 'C.UTF-8', LANG: 'ru_RU.UTF-8' }, ['create-user', '--help'])
  t.same([one.code, one.output], [0, helpOf('create-user', 'en')])
})

t.test('what is no command is said so, whatever else stands there, and nothing is begun', async (t) => {
  const odd = await runService(t, {}, ['destroy'])
  t.match([odd.code, odd.output], [2, /^cafe-realtime: unknown command destroy/])
  const typo = await runService(t, {}, ['creat-user', '--help'])
  t.match([typo.code, typo.output], [2, /did you mean create-user\?[^]*reset-password/])
  const russian = await runService(t, { LC_MESSAGES: 'ru_RU' }, ['help', 'constructor'])
  t.match([russian.code, russian.output], [2, /команды constructor нет; может быть, /])
  const { code, output } = await runService(t, { LANG: 'ru_RU.UTF-8' }, ['list-users'])
  t.equal(output, 'cafe-realtime: list-users: укажите компанию: --company; справка: list-users --help\n')
  t.equal(code, 2)

  const refused: [name: CommandName, args: string[], said: RegExp][] = [
    ['list-users', [], /^list-users: name the company by --company; see list-users --help$/],
    ['list-users', ['--colour', 'red'], /there is no option --colour/],
    ['list-users', ['--company'], /the option --company needs a value/],
    ['doctor', ['--new-epoch=1'], /the option --new-epoch takes no value/],
    ['list-users', ['here'], /too many arguments/],
    ['import-users', ['--company', 'x'], /name the file/],
    [
      'branches',
      ['paint', '--company', 'x'],
      /there is no paint; there are list, create, rename, close, open/,
    ],
    ['tokens', ['revoke'], /name one of --email, --company, --all/],
    ['tokens', ['make'], /there is no make; there are revoke/],
    ['revoke-tokens', ['--all', '--company', 'x'], /name one of/],
    ['rename-user', ['--email', 'a@b.kg'], /say what to change/],
  ]
  for (const [name, args, said] of refused)
    await t.rejects(runHere(name, args, {}), { exitCode: 2, message: said }, `${name} ${args.join(' ')}`)
})

t.test('settings that are allowed and may not be meant are told', (t) => {
  const real = {
    DATABASE_URL: 'postgres://cafe@db/cafe',
    REDIS_URL: 'redis://redis',
    JWT_SECRET: 'x'.repeat(32),
    NODE_ENV: 'production',
  }
  const told = (more: Record<string, string>) => configWarnings(readConfig({ ...real, ...more }))
  t.same(told({}), [])
  t.same(told({ DEMO_DATA: 'true' }), ['demo_data_on'])
  t.same(told({ REDIS_URL: '' }), ['no_redis'])
  t.same(told({ NODE_ENV: '' }), ['not_production'])
  t.same(told({ REGISTRATION: 'true' }), ['registration_on'])
  t.same(told({ RATE_LIMIT: 'off' }), ['rate_limit_off'])
  t.same(told({ CORS_ORIGINS: '*' }), ['any_origin'])
  t.same(configWarnings(readConfig({})), [], 'trying out is meant as it is')
  t.end()
})
