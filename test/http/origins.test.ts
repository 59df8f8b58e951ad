import t from 'tap'
import { readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/server/logger.ts'
import { createOriginCheck, readOrigins } from '../../src/config/origins.ts'
import { createRefusedOrigins } from '../../src/http/refused-origins.ts'
import { startApp } from '../support/app.ts'
import { openSocket } from '../support/socket.ts'

t.test('CORS_ORIGINS is read as browsers write origins', async (t) => {
  const read: [written: string, origin: string][] = [
    ['https://Cafe.Example.com/', 'https://cafe.example.com'],
    ['HTTPS://cafe.kg:443', 'https://cafe.kg'],
    ['http://cafe.kg:80/', 'http://cafe.kg'],
    ['https://cafe.kg:8443', 'https://cafe.kg:8443'],
    ['https://кафе.example', 'https://xn--80akn5b.example'],
    ['https://*.Cafe.kg/', 'https://*.cafe.kg'],
    ['https://*.кафе.example:8443', 'https://*.xn--80akn5b.example:8443'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['localhost', 'localhost'],
    ['*', '*'],
  ]
  for (const [written, origin] of read)
    t.same(readOrigins(written), { origins: [origin], errors: [] }, written)
  t.same(readOrigins(' https://a.kg , ,https://a.kg/'), { origins: ['https://a.kg'], errors: [] })
})

t.test('what can match nothing, or too much, is refused at start with what to write', async (t) => {
  const wrong: [written: string, advice: RegExp][] = [
    ['*.x', /write https:\/\/\*\.cafe\.example/],
    ['localhost:3000', /write http:\/\/localhost:3000/],
    ['cafe.kg/app', /write https:\/\/cafe\.kg$/],
    ['https://cafe.kg/app', /write https:\/\/cafe\.kg$/],
    ['https://user@cafe.kg', /more than an origin/],
    ['https://*.kg', /whole domains/],
    ['https://*.0.0.1', /no origin|whole domains/],
    ['https://app-*.cafe.kg', /whole first label/],
    ['https://*', /whole first label/],
    ['https://', /no origin/],
    ['https://ca fe', /no origin/],
    ['null', /nobody/],
  ]
  for (const [written, advice] of wrong) {
    t.match(readOrigins(written).errors, [advice], written)
    t.throws(() => readConfig({ CORS_ORIGINS: `https://ok.kg,${written}` }), advice, written)
  }
})

t.test('who may come', async (t) => {
  const refused: string[] = []
  const { corsOrigins } = readConfig({ CORS_ORIGINS: 'https://Cafe.Example.com/,https://*.cafe.kg' })
  const mayCome = createOriginCheck({ corsOrigins }, (origin) => refused.push(origin))
  for (const origin of ['https://cafe.example.com', 'https://app.cafe.kg', 'https://api.here', undefined])
    t.equal(mayCome(origin, 'api.here'), true, String(origin))
  const others = [
    'https://cafe.kg',
    'https://a.b.cafe.kg',
    'http://app.cafe.kg',
    'https://app.cafe.kg.evil.com',
    'https://appxcafe.kg',
    'https://app.cafe.kg:8443',
    'null',
  ]
  for (const origin of others) t.equal(mayCome(origin, 'api.here'), false, origin)
  t.same(refused, others)
})

t.test('a refused origin leaves a line, once in a while', async (t) => {
  let now = 0
  const lines: object[] = []
  const note = createRefusedOrigins({ warn: (about: object) => void lines.push(about) }, () => now)
  for (let i = 0; i < 1000; i++) note(`https://${i % 2}.example`)
  t.same(lines, [{ origin: 'https://0.example' }, { origin: 'https://1.example' }])
  for (let i = 0; i < 1000; i++) note(`https://${i}.example`)
  t.equal(lines.length, 20)
  now = 600_000
  note('https://0.example')
  t.equal(lines.length, 21)
})

t.test('requests and sockets of other pages are in the log', async (t) => {
  const lines: string[] = []
  const log = createLog(readConfig({ LOG_LEVEL: 'warn' }), false, { write: (line) => void lines.push(line) })
  const cafe = await startApp(t, { kind: 'embedded', log, env: { CORS_ORIGINS: 'https://cafe.example' } })
  for (const origin of ['https://cafe.example', 'https://evil.example', 'https://evil.example'])
    await cafe.app.inject({ url: '/healthz', headers: { origin } })
  const { socketUrl } = await cafe.listen()
  const headers = { origin: 'https://other.example' }
  const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/`, { headers })
  t.match(await socket.closed(), { code: 4300 })
  t.match(
    lines.filter((line) => line.includes('CORS_ORIGINS')),
    [/evil\.example/, /other\.example/],
  )
  t.equal(lines.length, 2)
})
