import t from 'tap'
import type { CommandName } from '../../src/cli/help.ts'
import { runHere } from '../support/command.ts'
import { freshDatabaseEnv } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { runService, startService } from '../support/process.ts'

t.test('commands that are clients of a running service', async (t) => {
  const env = await freshDatabaseEnv(t, { kind: 'embedded', content: 'demo' })
  const service = await startService(t, env)
  const at = ['--url', service.httpUrl]
  const run = (name: CommandName, args: string[], terminal = {}) =>
    runHere(name, [...args, ...at], env, terminal)
  const open = async (path: string, token: string) =>
    (await fetch(service.httpUrl + path, { headers: { authorization: `Bearer ${token}` } })).json()

  await t.test('token: of a demo account, or of a named person', async (t) => {
    const { output } = await run('token', [])
    t.match(await open('/api/users/profile/', output.trim()), { email: 'waiter1@test.com' })
    const cook = await run('token', ['--email', 'cook1@test.com'], { password: 'demo12345' })
    t.match(await open('/api/users/profile/', cook.output.trim()), { email: 'cook1@test.com' })
    await t.rejects(run('token', ['--email', 'cook1@test.com'], { password: 'wrong' }), {
      message: /^the service answered 401: /,
    })
  })

  await t.test('as a process of its own, beside a service that holds the database', async (t) => {
    const { code, output } = await runService(t, { ...env, PORT: String(service.port) }, ['token'])
    t.equal(code, 0)
    t.match(output, /^[\w-]+\.[\w-]+\.[\w-]+\n$/, 'the token and nothing else')
  })

  await t.test('order: dishes by title, table by number', async (t) => {
    const { output } = await run('order', ['Чай зелёный=2', 'ачичук', '--table', '3', '--guests', '2'])
    t.match(output, /^Order \d+, table 3, total \d+\.\d\d\n {2}2 × Чай зелёный .*\n {2}1 × Ачичук /)
    const token = (await run('token', [])).output.trim()
    const { results } = (await open('/api/cafe/orders/', token)) as { results: { table_number: number }[] }
    t.match(
      results.filter((order) => order.table_number === 3),
      [{ guests: 2 }],
    )
    t.match((await run('order', [])).output, /^Order \d+, table \d+, /, 'a free table and some dish')
  })

  await t.test('order: what cannot be meant is told', async (t) => {
    const refusals: [args: string[], message: RegExp][] = [
      [['чай'], /^several dishes match "чай": .*Чай зелёный/],
      [['borscht of the moon'], /^no dish on the menu/],
      [['--table', '999'], /^there is no table 999$/],
      [['--guests', '0'], /^order: --guests: a whole number/],
      [['Ачичук=1.5'], /a whole number/],
    ]
    for (const [args, message] of refusals) await t.rejects(run('order', args), { message }, args.join(' '))
  })

  await t.test('where no service is', async (t) => {
    const nowhere = ['--url', `http://127.0.0.1:${await freePort()}`]
    await t.rejects(runHere('token', nowhere, env), { message: /^no service answers at .*ECONNREFUSED/ })
    await t.rejects(runHere('token', ['--url', 'café'], env, { language: 'ru' }), { message: /не адрес/ })
  })
})

t.test('a service without demo accounts', async (t) => {
  const env = await freshDatabaseEnv(t, { kind: 'embedded' })
  const service = await startService(t, { ...env, DEMO_DATA: 'false' })
  await t.rejects(runHere('token', ['--url', service.httpUrl], env), {
    message: /^there are no demo accounts at /,
  })
})
