import t from 'tap'
import type { Test } from 'tap'
import type { Database, Tx } from '../../src/db/database.ts'
import { demoPassword } from '../../src/db/demo/accounts.ts'
import { branchesOf } from '../cafe/people.ts'
import { houseOf } from '../isolation/house.ts'
import type { House, Kind } from '../isolation/house.ts'
import { rows } from '../isolation/rows.ts'
import { keyOf, pathOf } from '../isolation/world.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { onBoth } from '../support/database.ts'

const many = 30

/** Every kind of object there are rows of in the table of routes: a new one is made here as well. */
const kinds = new Set(Object.values(rows).flatMap(({ of }) => of ?? []))

t.test('whatever is read takes as many statements for thirty rows as for a few', (t) =>
  onBoth(t, async (t, kind) => {
    const statements = counter()
    const cafe = await startApp(t, {
      kind,
      around: statements.around,
      env: { RATE_LIMIT: 'off', ACTOR_CACHE: '60s' },
    })
    const { centre: branch } = await branchesOf(cafe.as('owner'))
    const house = houseOf(cafe.as('owner'), branch, demoPassword)
    const idsOf = new Map<Kind, string[]>()
    for (const one of kinds) idsOf.set(one, await house.make(one))
    // those of events read for all who follow a stream, now and then, and not for one request
    const reading = cafe.app.declaredRoutes.filter(
      ({ method, access, url }) =>
        method === 'GET' && access !== 'public' && rows[`GET ${url}`] && !url.startsWith('/api/cafe/events/'),
    )
    t.ok(reading.length > 25)

    const measure = async (): Promise<Map<string, Figures>> => {
      const figures = new Map<string, Figures>()
      for (const route of reading) {
        const { of, query = `?branch=${branch}` } = rows[keyOf(route)]!
        const path = `${pathOf(route, of ? idsOf.get(of)! : [])}${query}`
        // the first time looks up who asks, which is remembered
        await cafe.as('owner').get(path)
        statements.sent.length = 0
        const { status, body } = await cafe.as('owner').get<{ count?: number; orders?: unknown[] }>(path)
        if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
        figures.set(keyOf(route), {
          sent: [...statements.sent],
          rows: body.count ?? body.orders?.length ?? 0,
        })
      }
      return figures
    }

    // one open, one closed
    await busyCafe(cafe, house, idsOf, 2)
    const few = await measure()
    for (let made = 1; made < many; made++) {
      for (const one of kinds) await house.make(one)
    }
    await busyCafe(cafe, house, idsOf, many)
    const after = await measure()
    for (const [key, { sent, rows }] of after) {
      const before = few.get(key)!
      t.same(sent.sort(), before.sent.sort(), `${key}: ${before.rows} rows, then ${rows}`)
      t.ok(sent.length > 0 || key === 'GET /api/users/roles/', `${key}: is counted`)
    }
    listsGrew(t, cafe, few, after)
  }),
)

interface Figures {
  /** The statements, by the words they begin with up to their first table. */
  sent: string[]
  rows: number
}

/** Otherwise equal counts say nothing. */
function listsGrew(
  t: Test,
  cafe: TestApp,
  few: ReadonlyMap<string, { rows: number }>,
  after: ReadonlyMap<string, { rows: number }>,
): void {
  for (const route of cafe.app.declaredRoutes) {
    const key = keyOf(route)
    const { properties = {} } = (route.schema.querystring ?? {}) as { properties?: object }
    if (route.method !== 'GET' || !('page' in properties) || !after.has(key)) continue
    t.ok(
      after.get(key)!.rows > few.get(key)!.rows,
      `${key}: has more rows than before; else make some in busyCafe or in test/isolation/house.ts`,
    )
  }
}

/** Orders of one client, each of its own waiter, in every state; dishes that several people have cooked. */
async function busyCafe(
  cafe: TestApp,
  { owner, dish, id }: House,
  idsOf: ReadonlyMap<Kind, string[]>,
  count: number,
): Promise<void> {
  const client = idsOf.get('client')![0]
  const cooks = count === 2 ? (['cook1'] as const) : (['cook1', 'admin', 'owner'] as const)
  for (let n = 0; n < count; n++) {
    const body = {
      client,
      waiter: await id('employee'),
      table: await id('table'),
      items: [{ menu_item: await dish() }, { menu_item: await id('menuItem') }],
    }
    const { body: order } = await owner.post<{ id: string }>('/api/cafe/orders/', body)
    const tasks = await owner.get<{ results: { id: string }[] }>(`/api/cafe/kitchen/tasks/?order=${order.id}`)
    const ready = await cafe
      .as(cooks[n % cooks.length]!)
      .post(`/api/cafe/kitchen/tasks/${tasks.body.results[0]!.id}/ready/`)
    if (ready.status !== 200) throw new Error(`ready: ${ready.status} ${JSON.stringify(ready.body)}`)
    if (n % 2 === 1) await owner.patch(`/api/cafe/orders/${order.id}/`, { status: 'closed' })
  }
}

/** Notes the statements that the service sends inside of transactions. */
function counter() {
  const sent: string[] = []
  const counted =
    <T>(work: (tx: Tx) => Promise<T>) =>
    (tx: Tx): Promise<T> => {
      const { session } = tx._
      const prepare = session.prepareQuery.bind(session)
      session.prepareQuery = (...query: Parameters<typeof prepare>) => {
        sent.push(kindOf(query[0].sql))
        return prepare(...query)
      }
      return work(tx)
    }
  return {
    sent,
    around: (database: Database): Database => ({
      ...database,
      inCompany: (companyId, work) => database.inCompany(companyId, counted(work)),
      snapshot: (companyId, work) => database.snapshot(companyId, counted(work)),
      withRole: (role, work) => database.withRole(role, counted(work)),
    }),
  }
}

/** What a statement does to which table; how long its lists of ids are is left out. */
const kindOf = (text: string): string =>
  /^\s*(\w+)[^]*?\b(?:from|into|update)\s+("?\w+"?)/i.exec(text)?.slice(1).join(' ') ??
  text.trim().slice(0, 60)
