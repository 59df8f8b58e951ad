import t from 'tap'
import { settingsAsMarkdown } from '../../src/config/describe-settings.ts'
import { demoPassword } from '../../src/db/demo/accounts.ts'
import { moneyWords } from '../../src/http/unknown-fields/money-names.ts'
import { copies } from './copies.ts'
import { page, tableOf } from './pages.ts'

/** What the pages repeat from the code is what the code says. */

t.test('docs/configuration.md is up to date: npm run docs:configuration', async (t) => {
  t.equal((await page('docs/configuration.md')).text, settingsAsMarkdown())
})

for (const { path, header, rows } of copies) {
  t.test(`${path}, table of ${header[0]}, is up to date: npm run docs:tables`, async (t) => {
    const shown = tableOf(await page(path), header).rows.map((cells) => cells.slice(0, rows[0]!.length))
    t.same(shown, rows)
  })
}

t.test('docs/realtime.md says what a client does about every close code', async (t) => {
  for (const cells of tableOf(await page('docs/realtime.md'), ['code', 'name']).rows)
    t.ok(cells[4], cells[1]!)
})

t.test('docs/requests.md names every word of money', async (t) => {
  const { text } = await page('docs/requests.md')
  t.match(text.replaceAll('\n', ' '), moneyWords.join(', '))
})

t.test('both READMEs name the password and show the same commands', async (t) => {
  const commands = (text: string) =>
    [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, code]) => code!.replaceAll(/ *#.*/g, ''))
  const [english, russian] = await Promise.all([page('README.md'), page('README.ru.md')])
  t.same(commands(russian.text), commands(english.text))
  for (const { text } of [english, russian]) t.match(text, `\`${demoPassword}\``)
})
