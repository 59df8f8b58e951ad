import t from 'tap'
import { createLoginHints } from '../../../src/accounts/hints/service.ts'
import { demoAccounts } from '../../../src/db/demo/accounts.ts'
import { demoPassword } from '../../../src/db/demo/demo.ts'
import { onBoth } from '../../support/database.ts'
import { startApp } from '../../support/app.ts'
import { terminalLanguage } from '../../../src/config/terminal-language.ts'
import { banner } from '../../../src/server/banner.ts'

const place = { port: 8000, host: '127.0.0.1' }

t.test('who can log in is told as it is in this database', (t) =>
  onBoth(t, async (t, kind) => {
    t.test('the demo café, until somebody has another password', async (t) => {
      const cafe = await startApp(t, { kind })
      const hints = createLoginHints(cafe.database, true)
      t.equal((await hints()).demoAccounts.length, demoAccounts.length)
      const change = { old_password: demoPassword, new_password: 'корица и кофе' }
      t.equal((await cafe.as('cook1').post('/api/users/password/', change)).status, 204)
      const emails = (await hints()).demoAccounts.map(({ email }) => email)
      t.equal(emails.length, demoAccounts.length - 1)
      t.notOk(emails.includes('cook1@test.com'))
      t.match(banner(place, await hints(), 'en'), demoPassword)
      t.same((await createLoginHints(cafe.database, false)()).demoAccounts, [], 'unless they may be told of')
    })

    t.test("a café of one's own: its name, and no accounts that are not there", async (t) => {
      const cafe = await startApp(t, { kind, content: 'empty', env: { DEMO_DATA: 'true' } })
      const hints = createLoginHints(cafe.database, true)
      t.match(banner(place, await hints(), 'en'), /create-company/)
      const owner = { email: 'boss@ala-too.kg', password: 'корица и кофе', company_name: 'Ала-Тоо' }
      t.equal((await cafe.withToken().post('/api/users/register/', owner)).status, 201)
      t.match(await hints(), {
        demoAccounts: [],
        company: { name: 'Ала-Тоо', slug: 'ala-too' },
        empty: false,
      })
      for (const text of [
        banner(place, await hints(), 'ru'),
        (await cafe.withToken().get<string>('/')).body,
      ]) {
        t.match(text, 'Ала-Тоо')
        t.match(text, 'create-user --company ala-too')
        t.notMatch(text, /test\.com|demo12345/)
      }
    })
  }),
)

t.test('the terminal is told who reaches the service, in its language', (t) => {
  const hints = { demoAccounts: [], company: null, empty: true }
  t.match(banner({ port: 8000, host: '0.0.0.0' }, hints, 'en'), /Everybody in the same network/)
  t.match(banner(place, hints, 'ru'), /только по адресу 127\.0\.0\.1/)
  t.equal(terminalLanguage({ LANG: 'ru_RU.UTF-8' }), 'ru')
  t.equal(terminalLanguage({ LC_ALL: 'C', LANG: 'ru_RU.UTF-8' }), 'en')
  t.end()
})
