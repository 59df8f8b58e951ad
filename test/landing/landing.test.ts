import Fastify from 'fastify'
import t from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { demoAccounts } from '../../src/db/demo/accounts.ts'
import type { LoginHints } from '../../src/accounts/hints/service.ts'
import { parseQuery } from '../../src/http/query-string.ts'
import { landing } from '../../src/landing/routes.ts'

/** The page at `/`. That its commands work is shown with the whole service. */

async function open(parts: { hints?: Partial<LoginHints> } = {}) {
  const app = Fastify({ trustProxy: 'loopback', routerOptions: { querystringParser: parseQuery } })
  const { hints = {} } = parts
  const loginHints = async () => ({ demoAccounts, company: null, empty: false, ...hints })
  await app.register(landing, { config: readConfig({}), loginHints })
  return (url = '/', headers: Record<string, string> = {}) => app.inject({ url, headers })
}

t.test(
  'speaks the language that was asked for, else the one the browser accepts, else Russian',
  async (t) => {
    const get = await open()
    const languageOf = async (url: string, accept = '') =>
      /<html lang="(\w+)"/.exec((await get(url, { 'accept-language': accept })).body)?.[1]
    t.equal(await languageOf('/'), 'ru')
    t.equal(await languageOf('/', 'de,en;q=0.8,ru;q=0.3'), 'en')
    t.equal(await languageOf('/?lang=ru', 'en'), 'ru')
    t.equal(await languageOf('/?lang=en', 'ru'), 'en')
    t.equal(await languageOf('/?lang=xx&lang=yy', 'en'), 'en')
  },
)

t.test('shows the addresses as the person reached them, behind a proxy too', async (t) => {
  const get = await open()
  const direct = (await get('/', { host: '192.168.1.5:8000' })).body
  t.match(direct, 'http://192.168.1.5:8000/api/')
  for (const group of ['orders', 'tables', 'kitchen'])
    t.match(direct, `ws://192.168.1.5:8000/ws/cafe/${group}/`)
  const proxied = await get('/', { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'cafe.example.com' })
  t.match(proxied.body, 'https://cafe.example.com/api/')
  t.match(proxied.body, 'wss://cafe.example.com/ws/cafe/orders/')
})

t.test('nothing that a stranger chooses becomes markup or a command', async (t) => {
  const get = await open()
  for (const host of ['x"><script>alert(1)</script>', '$(reboot)', 'a;b', "a'b", 'a:99999999', 'пример']) {
    const { body } = await get('/', { 'x-forwarded-host': host })
    t.match(body, 'BASE=http://localhost:8000', host)
    t.notMatch(body, host)
  }
  const use = { ru: '<b>"Центр"</b>', en: '' }
  const { body } = await (await open({ hints: { demoAccounts: [{ ...demoAccounts[0]!, use }] } }))()
  t.match(body, '&lt;b&gt;&quot;Центр&quot;&lt;/b&gt;')
})

t.test('accounts and their password are shown only when they are passed', async (t) => {
  const shown = (await (await open())()).body
  t.match(shown, 'owner@test.com')
  t.match(shown, 'demo12345')
  t.match(shown, '4004')
  const without = (await (await open({ hints: { demoAccounts: [] } }))()).body
  t.notMatch(without, 'test.com')
  t.notMatch(without, 'demo12345')
  t.match(without, '/ws/cafe/orders/')
})

t.test("a café of one's own is shown by its name, and how its people get a login", async (t) => {
  const company = { name: 'Кафе «Сырга» & Ко', slug: 'syrga', language: null }
  const { body } = await (await open({ hints: { demoAccounts: [], company } }))()
  t.match(body, 'Кафе «Сырга» &amp; Ко')
  t.match(body, 'create-user --company syrga')
  t.notMatch(body, 'demo12345')
  const nobody = (await (await open({ hints: { demoAccounts: [], empty: true } }))()).body
  t.match(nobody, 'create-company --name')
})

t.test('a strict content security policy holds: nothing inline, nothing from elsewhere', async (t) => {
  const get = await open()
  const page = await get()
  t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  t.match(page.headers['content-security-policy'], /default-src 'none'.*script-src 'self'/)
  t.notMatch(page.body, /\son\w+=|style=|<style|<script>|javascript:/)
  const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!)
  for (const file of files) t.ok(file.startsWith('/'), `${file} is our own`)
  for (const file of files.filter((path) => path.includes('?v='))) {
    const reply = await get(file)
    t.equal(reply.statusCode, 200, file)
    t.match(reply.headers['cache-control'], 'immutable')
    t.match(reply.headers['content-type'], /^(text\/css|text\/javascript|image\/svg\+xml)/)
  }
})
