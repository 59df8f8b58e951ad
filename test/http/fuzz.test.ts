import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import t from 'tap'
import { rowsOf } from '../../src/db/database.ts'
import type { DeclaredRoute } from '../../src/plugins/declared-access.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { onBoth } from '../support/database.ts'
import { bodyText, hostile, nearlyValid, valid } from './arbitrary.ts'
import type { IdsOf } from './arbitrary.ts'
import { faultOf } from './shape.ts'
import type { Answer } from './shape.ts'

const runsPerRoute = 24
/** Passwords are hashed there, which is slow on purpose. */
const runsOfPublicRoute = 6
const hangsAfterMs = 20_000

t.test('whatever is sent to whichever route is answered in a documented way', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, env: { RATE_LIMIT: 'off' } })
    const seed = randomInt(2 ** 31)
    t.comment(`seed ${seed}`)
    const tokens = await Promise.all((['owner', 'waiter1', 'cook1', 'owner2'] as const).map(cafe.tokenOf))
    const idsOf = await knownIds(cafe)
    const statuses = new Map<number, number>()
    // those of events wait for what does not happen here: their positions are tried in test/realtime/position.test.ts
    const routes = cafe.app.declaredRoutes.filter(
      ({ method, url, schema }) =>
        method !== 'HEAD' && !('hide' in schema) && !url.startsWith('/api/cafe/events/'),
    )

    for (const [index, route] of routes.entries()) {
      const isPublic = route.access === 'public'
      const property = fc.asyncProperty(requestsFor(route, idsOf), async (request) => {
        // a public route gets no token: logging out would end the login that the test lives on
        const token = isPublic ? undefined : tokens[request.who]
        const answer = await send(cafe, route.method, request, token)
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        const fault = isDeclared(route, answer) ? null : faultOf(answer)
        if (fault) throw new Error(`${fault}: ${answer.status} ${answer.text.slice(0, 500)}`)
      })
      const numRuns = isPublic ? runsOfPublicRoute : runsPerRoute
      const result = await fc.check(property, {
        seed: seed + index,
        numRuns,
        interruptAfterTimeLimit: 30_000,
      })
      if (result.failed) {
        t.fail(
          `${route.method} ${route.url}: ${String(result.errorInstance)} ${fc.defaultReportMessage(result)}`,
        )
      }
    }

    const all = [...statuses.values()].reduce((sum, n) => sum + n, 0)
    const share = (from: number) =>
      [...statuses].reduce((sum, [status, n]) => sum + (status >= from && status < from + 100 ? n : 0), 0) /
      all
    t.comment(`${all} requests: ${JSON.stringify(Object.fromEntries(statuses))}`)
    t.ok(share(200) > 0.1, 'a good share was accepted, or nothing behind the checks was tried')
    t.ok(share(400) > 0.3, 'and a good share refused')

    const health = await cafe.withToken().get('/healthz')
    t.equal(health.status, 200, 'the process still serves')
    t.equal((await cafe.as('owner2').post('/api/cafe/orders/', {})).status, 201, 'and takes orders')
  }),
)

/** A success that is no JSON, of the type that the route declares. */
function isDeclared({ schema }: DeclaredRoute, { status, headers }: Answer): boolean {
  const { response = {} } = schema as { response?: Record<number, { content?: Record<string, unknown> }> }
  const types = Object.keys(response[status]?.content ?? {})
  return status < 300 && types.some((type) => String(headers['content-type']).startsWith(type))
}

interface FuzzedRequest {
  url: string
  body: string | undefined
  headers: Record<string, string>
  who: number
}

function requestsFor({ url, schema, method }: DeclaredRoute, idsOf: IdsOf): Arbitrary<FuzzedRequest> {
  const ids = idsOf(url.split('/').findLast((part) => part !== '' && !part.startsWith(':')) ?? '')
  const id = fc.oneof(
    { weight: 6, arbitrary: ids.length > 0 ? fc.constantFrom(...ids) : fc.uuid() },
    { weight: 1, arbitrary: hostileText },
  )
  const body =
    method === 'GET' || method === 'DELETE'
      ? fc.constant(undefined)
      : fc
          .oneof(
            { weight: 5, arbitrary: valid(schema.body, idsOf) },
            { weight: 5, arbitrary: nearlyValid(schema.body, idsOf) },
            { weight: 1, arbitrary: hostile },
          )
          .map(bodyText)
  const oddHeaders = fc.record(
    {
      'accept-language': fc.constantFrom('en', 'ky,ru;q=0.5', '*', ';;;q=,', 'x'.repeat(500)),
      'idempotency-key': fc.oneof(fc.uuid(), fc.constantFrom('', ' ', 'x'.repeat(256), '\u00ff')),
      'if-match': fc.constantFrom('*', '"1"', 'W/"2"', '"1", "2"', 'x', '""', `"${'9'.repeat(30)}"`),
    },
    { requiredKeys: [] },
  )
  return fc.record({
    url: fc
      .tuple(id, id, queries(schema.querystring, idsOf, method === 'GET' ? 3 : 1))
      .map(([one, two, query]) => {
        const pathIds = [one, two]
        return url.replace(/:\w+/g, () => encodeURIComponent(pathIds.shift()!)) + query
      }),
    body,
    headers: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
    who: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) }),
  })
}

const hostileText = hostile.map((value) => asText(value)).filter((text) => text !== '')

/** As text that a URL can carry: half of a surrogate pair cannot be percent-encoded. */
const asText = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value))
    .slice(0, 2000)
    .replace(/\p{Surrogate}/gu, '\ufffd')

/** Query strings from the schema of a list, with values that do not fit and names given twice. */
function queries(schema: unknown, idsOf: IdsOf, oddness: number): Arbitrary<string> {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, unknown> }
  const names = ['branch', ...Object.keys(properties)]
  const good = valid({ type: 'object', properties }, idsOf) as Arbitrary<Record<string, unknown>>
  const odd = fc.array(fc.tuple(fc.constantFrom(...names), hostileText), { maxLength: 2 })
  return fc
    .tuple(good, fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: oddness, arbitrary: odd }))
    .map(([first, second]) => {
      const pairs = Object.entries(first).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, asText(one)]),
      )
      const query = new URLSearchParams([...pairs, ...second]).toString()
      return query && `?${query}`
    })
}

async function send(cafe: TestApp, method: string, request: FuzzedRequest, token: string | undefined) {
  const timeLimit = new AbortController()
  const reply = await Promise.race([
    cafe.app.inject({
      method: method as 'GET',
      url: request.url,
      headers: {
        ...request.headers,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(request.body !== undefined && { payload: request.body }),
    }),
    delay(hangsAfterMs, null, { signal: timeLimit.signal }).catch(() => null),
  ])
  timeLimit.abort()
  if (!reply) throw new Error(`no answer within ${hangsAfterMs} ms`)
  return { status: reply.statusCode, headers: reply.headers, text: reply.body }
}

/** Ids by the names that fields and paths have for them. Employees are new ones: who signs in must not be dismissed. */
async function knownIds(cafe: TestApp): Promise<IdsOf> {
  const owner = cafe.as('owner')
  const waiter = cafe.as('waiter1')
  const { body: branches } = await owner.get<{ results: { id: string }[] }>('/api/users/branches/')
  const branch = branches.results[0]!.id
  const hired = await Promise.all(
    ['waiter', 'cook'].map(async (role) => {
      const employee = { email: `${role}@fuzz.test`, password: 'correct horse', role, branch_ids: [branch] }
      return String((await owner.post('/api/users/employees/', employee)).body.id)
    }),
  )
  const { body: dishes } = await waiter.get<{ results: { id: string }[] }>('/api/cafe/menu-items/')
  for (const { id } of dishes.results.slice(0, 8)) {
    await waiter.post('/api/cafe/orders/', { items: [{ menu_item: id, quantity: 2 }] })
  }
  const all = (table: string) =>
    cafe.database.acrossCompanies(async (tx) => {
      const rows = await rowsOf<{ id: string }>(
        tx,
        sql`select id::text from ${sql.identifier(table)} limit 40`,
      )
      return rows.map(({ id }) => id)
    })
  const [zones, tables, categories, kitchens, items, clients, orders, lines, tasks] = await Promise.all(
    [
      'zones',
      'tables',
      'categories',
      'kitchens',
      'menu_items',
      'clients',
      'orders',
      'order_items',
      'kitchen_tasks',
    ].map(all),
  )
  const known: Record<string, readonly string[] | undefined> = {
    branch: branches.results.map(({ id }) => id),
    zone: zones,
    table: tables,
    category: categories,
    kitchen: kitchens,
    menu_item: items,
    client: clients,
    order: orders,
    line: lines,
    task: tasks,
    employee: hired,
  }
  return (field) => known[synonyms[field] ?? field] ?? []
}

const synonyms: Record<string, string> = {
  branches: 'branch',
  branch_ids: 'branch',
  primary_branch_id: 'branch',
  zones: 'zone',
  tables: 'table',
  categories: 'category',
  kitchens: 'kitchen',
  'menu-items': 'menu_item',
  clients: 'client',
  client_id: 'client',
  orders: 'order',
  items: 'order',
  pay: 'order',
  'pay-debt': 'order',
  refund: 'order',
  'refund-item': 'order',
  move: 'order',
  merge: 'order',
  split: 'order',
  history: 'client',
  'order-items': 'line',
  order_item_id: 'line',
  id: 'line',
  tasks: 'task',
  task_ids: 'task',
  claim: 'task',
  ready: 'task',
  recall: 'task',
  acknowledge: 'task',
  employees: 'employee',
  waiter: 'employee',
  cook: 'employee',
}
