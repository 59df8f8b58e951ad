import t from 'tap'
import { documentOf, documentPath } from '../support/answers.ts'
import type { ApiOperation } from '../support/answers.ts'
import { startApp } from '../support/app.ts'

type Body = Record<string, unknown>
interface Media {
  example: unknown
}

/** What the ids of examples are in the café that they are sent to, by the field they stand in. */
type Ids = Record<string, string>

const isId = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value)

/** An example with ids of this café. */
function placed(value: unknown, ids: Ids, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => placed(one, ids, name))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, placed(one, ids, key)]))
  return isId(value) ? (ids[name] ?? value) : value
}

/** Fields that stand in an answer only where there is something to say. */
const leftOut = new Set(['generated_password', 'kept'])

t.test('the examples of the document are sent, and answered as it says', async (t) => {
  const cafe = await startApp(t)
  const { paths } = documentOf(cafe.app)
  const owner = cafe.as('owner')
  const first = async (path: string) =>
    (await owner.get<{ results: { id: string }[] }>(path)).body.results[0]!.id
  const branch = await first('/api/users/branches/')
  const ids: Ids = {
    branch,
    zone: await first(`/api/cafe/zones/?branch=${branch}`),
    table: await first(`/api/cafe/tables/?branch=${branch}`),
    client: await first('/api/cafe/clients/'),
    menu_item: await first('/api/cafe/menu-items/'),
    kitchen: await first('/api/cafe/kitchens/'),
    category: await first('/api/cafe/categories/'),
  }

  /** Sends the example of an operation; what it answers has the fields of the example that stands there. */
  const send = async (method: 'POST' | 'PUT' | 'PATCH', url: string, path: string, more: Body = {}) => {
    const operation = paths[documentPath(url)]![method.toLowerCase()] as ApiOperation & {
      requestBody?: { content: Record<string, Media> }
    }
    const example = operation.requestBody?.content['application/json']?.example
    const body = example === undefined ? undefined : { ...(placed(example, ids) as Body), ...more }
    const verb = method.toLowerCase() as 'post' | 'put' | 'patch'
    const reply = await owner[verb]<Body>(path, body)
    const shown = operation.responses[reply.status]?.content?.['application/json']?.example
    t.ok(
      shown && reply.status < 300,
      `${method} ${url}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`,
    )
    const missing = Object.keys((shown ?? {}) as Body).filter(
      (key) => !(key in reply.body) && !leftOut.has(key),
    )
    t.same(missing, [], `${method} ${url}: fields of the example`)
    return reply.body
  }

  await t.test('what a café is made of', async (t) => {
    for (const [resource, more] of [
      ['zones', { title: 'Terrace 2' }],
      ['tables', { number: 77 }],
      ['categories', {}],
      ['kitchens', { number: 77 }],
      ['menu-items', {}],
      ['clients', {}],
      ['bookings', { date: '2099-01-01' }],
    ] as const) {
      const list = `/api/cafe/${resource}/`
      const { id } = await send('POST', list, `${list}?branch=${branch}`, more)
      await send('PUT', `${list}:id/`, `${list}${String(id)}/`, more)
      await send('PATCH', `${list}:id/`, `${list}${String(id)}/`, more)
    }
    t.end()
  })

  await t.test('orders and their money', async () => {
    const take = () => send('POST', '/api/cafe/orders/', `/api/cafe/orders/?branch=${branch}`)
    const orders = '/api/cafe/orders/'
    const at = async (action: string, more: Body = {}, order?: Body) => {
      const { id, items } = order ?? (await take())
      const line = (items as { id: string }[])[0]!.id
      ids.order_item = line
      ids.id = line
      return send('POST', `${orders}:id/${action}/`, `${orders}${String(id)}/${action}/`, more)
    }
    const { id } = await take()
    await send('PATCH', `${orders}:id/`, `${orders}${String(id)}/`, { items: undefined })
    await at('items')
    await at('move')
    ids.orders = String((await take()).id)
    await at('merge')
    await at('pay')
    const order = await take()
    await at('pay', { payment_method: 'cash' }, order)
    await at('refund', { amount: '1.00' }, order)
  })
})
