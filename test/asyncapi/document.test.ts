import { Parser } from '@asyncapi/parser'
import t from 'tap'
import { eventTypes, eventsOf, groupNames, inLanguage, socketDocument } from '../../src/asyncapi/document.ts'
import type { SocketDocument } from '../../src/asyncapi/document.ts'
import { socketPath } from '../../src/events/catalogue.ts'
import { closeCodes } from '../../src/realtime/close-codes.ts'
import { clientMessages, serverMessages } from '../../src/realtime/messages.ts'
import { startApp } from '../support/app.ts'
import { messageFault } from '../support/messages.ts'

t.test('the document of the sockets, in both languages', async (t) => {
  const cafe = await startApp(t, { env: { PUBLIC_URL: 'https://api.cafe.kg' } })
  const get = (url: string, headers = {}) => cafe.app.inject({ url, headers })
  const english = (await get('/api/asyncapi.json')).json<SocketDocument>()
  const byName = await get('/api/asyncapi.json?lang=ru')
  const russian = byName.json<SocketDocument>()

  t.test('is AsyncAPI 3 without a complaint of its parser', async (t) => {
    for (const document of [english, russian]) {
      t.equal(document.asyncapi, '3.0.0')
      const { diagnostics } = await new Parser().parse(JSON.stringify(document))
      // tools read 3.0.0; 3.1.0 adds nothing that is needed
      const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')
      t.same(
        faults.map(({ message, path }) => `${path.join('/')}: ${message}`),
        [],
      )
    }
  })

  t.test('is in the language that is asked for, and the same but for its texts', async (t) => {
    t.equal(byName.headers['content-language'], 'ru')
    t.same((await get('/api/asyncapi.json', { 'accept-language': 'ru-KG' })).json(), russian)
    t.equal(russian.components.messages.order_created!.summary, 'Принят заказ.')
    t.same(withoutTexts(russian), withoutTexts(english))
    const missing = new Set<string>()
    inLanguage(socketDocument('1'), 'ru', (text) => void missing.add(text))
    t.same([...missing], [], 'add them to src/asyncapi/texts-ru.ts')
  })

  t.test('says where the service is', async (t) => {
    t.same(english.servers, { service: { host: 'api.cafe.kg', protocol: 'wss' } })
  })
})

t.test('every group has its path, its events and the messages of the protocol', async (t) => {
  const { channels, components } = socketDocument('1')
  const protocol = [...Object.keys(serverMessages), ...Object.keys(clientMessages)]
  for (const group of groupNames) {
    t.equal(channels[group].address, socketPath(group))
    t.same(Object.keys(channels[group].messages).sort(), [...protocol, ...eventsOf(group)].sort())
  }
  t.same(Object.keys(components.messages).sort(), [...protocol, ...eventTypes].sort())
})

t.test('every example is a message that the tests would take from a socket', async (t) => {
  const { components } = socketDocument('1')
  for (const type of [...eventTypes, ...Object.keys(serverMessages)]) {
    const [example] = components.messages[type]!.examples
    t.equal(messageFault(example!.payload), null, type)
  }
})

t.test('the close codes are those of the service', async (t) => {
  const shown = socketDocument('1')['x-close-codes']
  t.same(
    shown.map(({ name, code }) => [name, code]),
    Object.entries(closeCodes).map(([name, { code }]) => [name, code]),
  )
})

/** What a program reads. */
function withoutTexts(document: object): unknown {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) =>
      typeof value === 'string' && ['description', 'summary'].includes(key) ? '' : value,
    ),
  )
}
