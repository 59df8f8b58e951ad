import t from 'tap'
import { startApp } from '../support/app.ts'

interface Root {
  documents: Record<string, string>
  resources: Record<string, string>
}

const address = 'https://cafe.example'

t.test('GET /api/ leads to the documents and to every list', async (t) => {
  const cafe = await startApp(t, { env: { PUBLIC_URL: address } })
  const root = await cafe.withToken().get<Root>('/api/')
  t.equal(root.status, 200, 'without a token')
  t.strictSame((await cafe.withToken().get<Root>('/api')).body, root.body)
  const { documents, resources } = root.body
  t.same(Object.keys(documents).sort(), ['api', 'asyncapi', 'events', 'openapi'])
  for (const link of [...Object.values(documents), ...Object.values(resources)]) {
    t.equal(new URL(link).origin, address)
    const { status } = await cafe.as('owner').get(new URL(link).pathname)
    t.equal(status, 200, link)
  }
  const lists = Object.entries(resources).map(([name, link]) => [name, new URL(link).pathname])
  for (const [name, path] of lists) t.equal(path, `/api/${name}/`)
  for (const name of ['cafe/orders', 'cafe/tables', 'cafe/menu-items', 'users/employees', 'users/roles'])
    t.ok(resources[name], name)
  for (const name of ['cafe/snapshot', 'users/profile', 'openapi.json']) t.notOk(resources[name], name)
  const pages = Object.entries(cafe.app.swagger().paths ?? {}).flatMap(([path, operations]) => {
    const { parameters = [] } = operations?.get ?? {}
    const hasPages = (parameters as { name?: string }[]).some((parameter) => parameter.name === 'page')
    return hasPages && !path.includes('{') ? [path] : []
  })
  t.ok(pages.length > 15)
  const linked = new Set(lists.map(([, path]) => path))
  t.same(
    pages.filter((path) => !linked.has(path)),
    [],
    'every list with pages',
  )
})

t.test('without a public address, links are those by which the client came', async (t) => {
  const cafe = await startApp(t)
  const { body } = await cafe.withToken().get<Root>('/api/', { headers: { host: 'cafe.local:81' } })
  t.equal(body.documents.api, 'http://cafe.local:81/api/docs/')
})
