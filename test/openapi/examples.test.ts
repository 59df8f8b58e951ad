import t from 'tap'
import { branchesOf } from '../cafe/people.ts'
import { documentOf, documentPath } from '../support/answers.ts'
import type { ApiDocument, ApiOperation } from '../support/answers.ts'
import { startApp } from '../support/app.ts'
import type { Caller } from '../support/app.ts'

type Body = Record<string, unknown>
type Method = 'POST' | 'PUT' | 'PATCH'

/** What the ids of examples are in the café that they are sent to, by the field they stand in. */
type Ids = Record<string, string>

interface Sending {
  /** Ids of the path. */
  readonly params?: Ids
  /** Ids of the body, beside those of the café. */
  readonly ids?: Ids
  /** Fields that an example cannot know, such as a token, or that another example has taken. */
  readonly more?: Body
  /** Who sends it, else the owner. */
  readonly by?: Caller
}

interface Line {
  id: string
}

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

/** Every request of the document that has a body or changes something, without other names of a path. */
const changesIn = ({ paths }: ApiDocument): string[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    (['POST', 'PUT', 'PATCH'] as const)
      .filter((method) => operations[method.toLowerCase()])
      .filter((method) => !('x-alias-of' in operations[method.toLowerCase()]!))
      .map((method) => `${method} ${path}`),
  )

t.test('the examples of the document are sent, and answered as it says', async (t) => {
  const cafe = await startApp(t, { env: { REGISTRATION: 'true' } })
  const document = documentOf(cafe.app)
  const owner = cafe.as('owner')
  const nobody = cafe.withToken()
  const { centre: branch } = await branchesOf(owner)
  const first = async (path: string) =>
    (await owner.get<{ results: { id: string }[] }>(`${path}?branch=${branch}`)).body.results[0]!.id
  const here: Ids = {
    branch_ids: branch,
    zone: await first('/api/cafe/zones/'),
    table: await first('/api/cafe/tables/'),
    client: await first('/api/cafe/clients/'),
    client_id: await first('/api/cafe/clients/'),
    menu_item: await first('/api/cafe/menu-items/'),
    kitchen: await first('/api/cafe/kitchens/'),
    category: await first('/api/cafe/categories/'),
  }
  const sent = new Set<string>()

  /** Sends the example of an operation; what it answers has the fields of the example that stands there. */
  const send = async (
    method: Method,
    url: string,
    { params = {}, ids = {}, more = {}, by = owner }: Sending = {},
  ): Promise<Body> => {
    const key = `${method} ${documentPath(url)}`
    sent.add(key)
    const verb = method.toLowerCase() as 'post' | 'put' | 'patch'
    const operation = document.paths[documentPath(url)]![verb] as ApiOperation & {
      requestBody?: { content: Record<string, { example: unknown }> }
    }
    const example = operation.requestBody?.content['application/json']?.example
    const body =
      example === undefined ? undefined : { ...(placed(example, { ...here, ...ids }) as Body), ...more }
    const path = url.replace(/:(\w+)/g, (_, name: string) => params[name]!)
    const reply = await by[verb]<Body>(url.startsWith('/api/cafe/') ? `${path}?branch=${branch}` : path, body)
    const said = `${key}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`
    t.ok(reply.status < 300 && operation.responses[reply.status], said)
    const shown = operation.responses[reply.status]?.content?.['application/json']?.example
    const missing = Object.keys((shown ?? {}) as Body).filter(
      (name) => !(name in (reply.body ?? {})) && !leftOut.has(name),
    )
    t.same(missing, [], `${key}: fields of the example`)
    return reply.body
  }

  await t.test('logins', async () => {
    const login = () => send('POST', '/api/users/login/', { by: nobody })
    const refresh = async () => ({ refresh: (await login()).refresh })
    await send('POST', '/api/users/refresh/', { by: nobody, more: { ...(await refresh()), rotate: true } })
    await send('POST', '/api/users/logout/', { by: nobody, more: await refresh() })
    await send('POST', '/api/ws-tickets/')
    await send('POST', '/api/users/password/', { by: cafe.as('waiter1') })
    await send('PATCH', '/api/users/settings/change-password/', { by: cafe.as('waiter2') })
    for (const [place, email] of [
      ['register', 'aida@new-cafe.example'],
      ['auth/register', 'azat@new-cafe.example'],
    ])
      await send('POST', `/api/users/${place}/`, { by: nobody, more: { email } })
  })

  await t.test('people, roles, branches and the company', async () => {
    const employees = '/api/users/employees/'
    const { id } = await send('POST', employees)
    await send('PATCH', `${employees}:id/`, { params: { id: String(id) } })
    await send('POST', `${employees}create/`, { more: { email: 'nurlan@ala-too.example' } })
    await resource('/api/users/roles/custom/')
    await resource('/api/users/branches/')
    await send('PATCH', '/api/users/profile/')
    await send('PATCH', '/api/users/company/')
    await send('PATCH', '/api/users/settings/company/')
  })

  await t.test('what a café is made of', async () => {
    await resource('/api/cafe/zones/')
    await resource('/api/cafe/categories/')
    // the numbers of the examples are those of the demo café
    await resource('/api/cafe/tables/', { number: 77 })
    await resource('/api/cafe/kitchens/', { number: 77 })
    await resource('/api/cafe/clients/')
    await resource('/api/cafe/bookings/')
    here.menu_item = await resource('/api/cafe/menu-items/')
  })

  const orders = '/api/cafe/orders/'
  const take = async (more: Body = {}) => {
    const order = await send('POST', orders, { more })
    return { id: String(order.id), line: (order.items as Line[])[0]!.id }
  }
  type Taken = Awaited<ReturnType<typeof take>>

  await t.test('orders and their lines', async () => {
    const at = async (method: Method, path: string, of?: Taken, ids: Ids = {}) => {
      const { id, line } = of ?? (await take())
      return send(method, `${orders}:id/${path}`, { params: { id, line }, ids: { id: line, ...ids } })
    }
    await send('POST', '/api/cafe/clients/:id/orders/', { params: { id: here.client! } })
    for (const method of ['PATCH', 'PUT'] as const) {
      const order = await take()
      await owner.get(`${orders}${order.id}/`)
      await at(method, '', order)
    }
    await at('POST', 'items/')
    await at('PATCH', 'items/:line/')
    await at('POST', 'move/')
    await at('POST', 'merge/', undefined, { orders: (await take()).id })
    await at('POST', 'split/', await take({ items: [{ menu_item: here.menu_item, quantity: 5 }] }))

    const { id: order } = await take()
    const { id } = await send('POST', '/api/cafe/order-items/', { ids: { order } })
    await send('PATCH', '/api/cafe/order-items/:id/', { params: { id: String(id) } })
    await send('PUT', '/api/cafe/order-items/:id/', { params: { id: String(id) } })
  })

  await t.test('money', async () => {
    const settle = (action: string, { id, line }: Taken, more: Body = {}) =>
      send('POST', `${orders}:id/${action}/`, { params: { id }, ids: { order_item_id: line }, more })
    const [paid, refunded, owed] = [await take(), await take(), await take()]
    await settle('pay', paid)
    await settle('refund', paid)
    await settle('pay', refunded)
    await settle('refund-item', refunded)
    await settle('pay', owed, { payment_method: 'debt', client_id: here.client })
    await settle('pay-debt', owed)
  })

  const tasks = '/api/cafe/kitchen/tasks/'
  const taskOf = async (order: string) =>
    (await owner.get<{ results: Line[] }>(`${tasks}?branch=${branch}&order=${order}`)).body.results[0]!.id
  const step = (name: string, id: string) => send('POST', `${tasks}:id/${name}/`, { params: { id } })

  await t.test('the kitchen', async () => {
    const task = async () => taskOf((await take()).id)
    await send('PATCH', `${tasks}:id/`, { params: { id: await task() } })
    const cooked = await task()
    for (const name of ['claim', 'ready', 'recall']) await step(name, cooked)
    await send('POST', `${tasks}claim/`, { ids: { task_ids: await task() } })
    await send('POST', `${tasks}ready/`, { ids: { task_ids: await task() } })
    const { id: order } = await take()
    const dropped = await taskOf(order)
    await step('claim', dropped)
    await owner.patch(`${orders}${order}/`, { status: 'cancelled' })
    await step('acknowledge', dropped)
  })

  await t.test('notifications', async () => {
    const { id: waiter } = (await owner.get('/api/users/profile/')).body
    for (const list of ['/api/cafe/notifications/', '/api/main/notifications/']) {
      await step('ready', await taskOf((await take({ waiter })).id))
      const id = await first('/api/cafe/notifications/')
      await send('POST', `${list}:id/read/`, { params: { id } })
      await send('POST', `${list}read/`, { ids: { ids: id } })
      await send('POST', `${list}mark-all-read/`, { ids: { ids: id } })
    }
  })

  t.same(
    changesIn(document).filter((key) => !sent.has(key)),
    [],
    'requests of the document whose example was not sent',
  )

  /** Sends the examples that make one, replace it and change it; gives its id. */
  async function resource(list: string, more: Body = {}): Promise<string> {
    const id = String((await send('POST', list, { more })).id)
    await send('PUT', `${list}:id/`, { params: { id }, more })
    await send('PATCH', `${list}:id/`, { params: { id }, more })
    return id
  }
})
