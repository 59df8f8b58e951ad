import t from 'tap'
import { startApp } from '../support/app.ts'
import { runHere } from '../support/command.ts'
import { freshDatabaseEnv } from '../support/database.ts'

t.test('branches: shown, opened, renamed, closed and opened again', async (t) => {
  const env = await freshDatabaseEnv(t, { content: 'demo' })
  const cafe = await startApp(t, { on: env, env: { ACTOR_CACHE: '0s' } })
  const { slug } = (await cafe.as('owner').get<{ slug: string }>('/api/users/company/')).body
  const branches = async (...args: string[]) =>
    (await runHere('branches', [...args, '--company', slug], env)).output
  t.match(await branches(), /^Центр .*Asia\/Bishkek$/m)
  t.equal(await branches('list'), await branches())

  t.equal(await branches('create', '--name', 'Восток', '--code', 'V'), 'Branch Восток is open.\n')
  await t.rejects(branches('create', '--name', 'восток'), { message: /^--name: / })
  await t.rejects(branches('create', '--name', 'Север', '--timezone', 'Asia/Nowhere'), {
    message: /^--timezone: /,
  })
  await t.rejects(branches('create'), { message: /name the branch by --name/ })
  t.equal(await branches('rename', 'V', '--name', 'Рассвет'), 'The branch is called Рассвет now.\n')

  const order = () => cafe.as('waiter1').post('/api/cafe/orders/', { guests: 1 })
  t.equal((await order()).status, 201)
  t.match(await branches('close', 'Центр'), /Branch Центр is closed/)
  t.match(await branches(), /^Центр .*\(closed\)$/m)
  t.match(await order(), { status: 409, body: { code: 'branch_closed' } })
  await branches('open', 'Центр')
  t.equal((await order()).status, 201)
  await t.rejects(branches('close', 'Запад'), /no branch is called Запад; there are: .*Рассвет \(V\)/)
  await t.rejects(branches('close'), { name: 'StartupError', exitCode: 2, message: /name the branch/ })

  const second = (await cafe.as('owner2').get<{ slug: string }>('/api/users/company/')).body.slug
  const first = await runHere('branches', ['create', '--company', second, '--name', 'Первый'], env)
  t.match(first.output, /It is the first one, and took in .*\d+ tables, \d+ orders, \d+ people/)
})
