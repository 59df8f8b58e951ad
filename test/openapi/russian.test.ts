import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { inRussian } from '../../src/openapi/russian.ts'
import type { ApiDocument } from '../support/answers.ts'
import { startApp } from '../support/app.ts'

t.test('the API document in Russian: every text, and nothing else is another', async (t) => {
  const cafe = await startApp(t, { env: { REGISTRATION: 'true' } })
  const get = (url: string, headers = {}) => cafe.app.inject({ url, headers })
  const document = (await get('/api/openapi.json')).json<ApiDocument>()
  const byName = await get('/api/openapi.json?lang=ru')
  const russian = byName.json<ApiDocument>()
  t.equal(byName.headers['content-language'], 'ru')
  t.same((await get('/api/openapi.json', { 'accept-language': 'ru-KG' })).json(), russian)
  t.same((await get('/api/openapi.json?lang=en', { 'accept-language': 'ru' })).json(), document)
  t.same((await get('/api/docs/json', { 'accept-language': 'ru' })).json(), russian)

  const english = new Set<string>()
  inRussian(document, (text) => void english.add(text))
  t.same([...english], [], 'add them to src/openapi/texts-ru.ts')
  t.same(idsIn(russian), idsIn(document))
  t.equal(russian.paths['/api/cafe/orders/']!.post!.summary, 'Принять заказ')
  t.same(withoutTexts(russian), withoutTexts(document))
  const { valid, errors } = await new Validator().validate(
    structuredClone<object>(russian) as Record<string, unknown>,
  )
  t.ok(valid, JSON.stringify(errors))
})

const idsIn = ({ paths }: ApiDocument) =>
  Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))

/** What a program reads. */
function withoutTexts(document: object): unknown {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) =>
      typeof value === 'string' && ['description', 'summary', 'detail'].includes(key) ? '' : value,
    ).replaceAll(/"guests":\["[^"]*"\]/g, '"guests":[]'),
  )
}
