import { getTableColumns, getTableName, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import t from 'tap'
import type { Test } from 'tap'
import { movedTables } from '../../../src/accounts/branches/first-branch-repository.ts'
import type { BranchOpened } from '../../../src/accounts/branches/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { TableRead } from '../../../src/cafe/tables/schema.ts'
import { rowsOf } from '../../../src/db/database.ts'
import * as schema from '../../../src/db/schema/index.ts'
import { startApp } from '../../support/app.ts'
import type { Caller, TestApp } from '../../support/app.ts'
import { freshDatabaseEnv, onBoth } from '../../support/database.ts'
import { startCompany } from '../staff.ts'
import type { Staff } from '../staff.ts'

interface Made {
  id: string
  branch: string | null
}

const list = '/api/users/branches/'

/** A company without branches with a table, a dish and a client. */
async function startBranchless(t: Test, options: Parameters<typeof startCompany>[1] = {}) {
  const cafe = await startCompany(t, { ...options, branches: [] })
  const make = async (path: string, body: object) =>
    (await cafe.owner.post<Made>(`/api/cafe/${path}/`, body)).body.id
  const zone = await make('zones', { title: 'Зал' })
  const table = await make('tables', { number: 1, zone })
  const category = await make('categories', { title: 'Горячее' })
  const dish = await make('menu-items', { title: 'Плов', category, price: '300.00' })
  const client = await make('clients', { name: 'Бакыт' })
  const open = (name = 'Центр') => cafe.owner.post<BranchOpened>(list, { name })
  return { cafe, zone, table, dish, client, open }
}

/** How many rows of the company belong to no branch, by table. */
async function homeless({ database }: TestApp, companyId: string): Promise<Record<string, number>> {
  const counts = await database.acrossCompanies(async (tx) => {
    const found: [string, number][] = []
    for (const table of Object.values(movedTables)) {
      const where = sql`company_id = ${companyId}::uuid and branch_id is null`
      const [row] = await rowsOf<{ n: number }>(
        tx,
        sql`select count(*)::int as n from ${table} where ${where}`,
      )
      if (row!.n > 0) found.push([getTableName(table), row!.n])
    }
    return found
  })
  return Object.fromEntries(counts)
}

const companyOf = async (caller: Caller) =>
  (await caller.get<{ company: string }>('/api/users/profile/')).body.company

t.test('of every table with a branch it is decided whether its rows move into the first one', async (t) => {
  const withBranch = Object.values<unknown>(schema)
    .filter((one): one is PgTable => is(one, PgTable))
    .filter((table) => 'branchId' in getTableColumns(table))
    .map((table) => getTableName(table))
  const decided = [
    ...Object.values(movedTables).map((table) => getTableName(table)),
    'user_branches',
    'audit_log',
  ]
  t.strictSame(withBranch.sort(), decided.sort())
})

t.test('the first branch of a company', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, zone, table, dish, client, open } = await startBranchless(t, { kind })
    const { owner } = cafe
    const [waiter, cook, admin] = [
      await cafe.hire('waiter', []),
      await cafe.hire('cook', []),
      await cafe.hire('admin', []),
    ]
    const items = [{ menu_item: dish, quantity: 2 }]
    const order = async (body: object, by: Caller = waiter) => {
      const reply = await by.post<OrderRead>('/api/cafe/orders/', body)
      if (reply.status !== 201) throw new Error(JSON.stringify(reply))
      return reply.body
    }
    const standing = await order({ table, items })
    const paid = await order({ items, client })
    await owner.post(`/api/cafe/orders/${paid.id}/pay/`, { payment_method: 'cash' })
    await owner.post(`/api/cafe/orders/${paid.id}/refund/`, { amount: '100.00' })
    await owner.patch(`/api/cafe/menu-items/${dish}/`, { portions_left: 50 })
    await waiter.post('/api/cafe/bookings/', { guest: 'Айгуль', date: '2199-05-01', time: '18:30', table })
    const { body: board } = await cook.get<{ results: Made[] }>('/api/cafe/kitchen/tasks/')
    await cook.post(`/api/cafe/kitchen/tasks/${board.results[0]!.id}/ready/`)
    const company = await companyOf(owner)
    const before = await homeless(cafe, company)
    t.strictSame(
      Object.keys(before).sort(),
      Object.values(movedTables)
        .map((each) => getTableName(each))
        .sort(),
      'every table has something to move',
    )
    const audited = async () =>
      (await owner.get<{ count: number; results: unknown[] }>('/api/cafe/audit-log/?page_size=500')).body
        .results

    const logged = (await audited()).length
    const opened = await open()
    const branch = opened.body.id

    await t.test('takes in all that belonged to none, and says how much', async (t) => {
      t.equal(opened.status, 201)
      const { order_numbers: _, ...counts } = before
      t.strictSame(opened.body.moved, { ...counts, open_orders: 1, employees: 2 })
      t.strictSame(await homeless(cafe, company), {})
    })

    await t.test('is the home of the staff, and they go on', async (t) => {
      for (const person of [waiter, cook]) {
        const { body } = await person.get<{ branch_ids: string[]; primary_branch_id: string }>(
          '/api/users/profile/',
        )
        t.match(body, { branch_ids: [branch], primary_branch_id: branch })
      }
      t.match((await admin.get('/api/users/profile/')).body, { branch_ids: [] })
      const next = await order({ table, items })
      t.match(next, { branch, number: paid.number + 1 }, 'the numbers of the day go on')
      t.match((await waiter.get(`/api/cafe/orders/${standing.id}/`)).body, { branch, status: 'open' })
      t.equal((await waiter.post(`/api/cafe/orders/${standing.id}/items/`, { menu_item: dish })).status, 201)
      t.match((await waiter.patch(`/api/cafe/orders/${standing.id}/`, { status: 'closed' })).body, { branch })
      t.match(await owner.post(`/api/cafe/orders/${paid.id}/refund/`, { amount: '1.00' }), { status: 200 })
      t.match((await order({}, owner)).branch, branch)
    })

    await t.test('is one entry of the audit log, and one for everybody who works there now', async (t) => {
      const entries = (await audited()) as { resource: string; action: string }[]
      const since = entries.slice(0, entries.length - logged).filter(({ action }) => action === 'create')
      t.equal(since.filter(({ resource }) => resource === 'branch').length, 1)
      t.equal(since.filter(({ resource }) => resource === 'employee_branch').length, 2)
      t.notOk(entries.some(({ resource, action }) => resource === 'zone' && action === 'update'))
    })

    await t.test('leaves menu and clients to the company', async (t) => {
      for (const path of ['menu-items', 'categories', 'clients'] as const) {
        const { body } = await owner.get<{ results: Made[] }>(`/api/cafe/${path}/`)
        t.strictSame(
          body.results.map((each) => each.branch),
          [null],
        )
      }
      t.match((await waiter.get(`/api/cafe/menu-items/${dish}/`)).body, { portions_left: Number })
    })

    await t.test('stays while it has anything, and a second one changes nothing', async (t) => {
      t.match(await owner.delete(`${list}${branch}/`), { status: 409, body: { code: 'in_use' } })
      const second = await open('Юг')
      t.match(second, { status: 201, body: { moved: null } })
      t.match((await owner.get(`/api/cafe/zones/${zone}/`)).body, { branch })
      t.match((await waiter.get('/api/users/profile/')).body, { branch_ids: [branch] })
      t.equal((await owner.delete(`${list}${second.body.id}/`)).status, 204)
    })

    await t.test('of an object cannot be changed, and what is sent back unchanged is fine', async (t) => {
      const other = (await open('Север')).body.id
      const fault = { status: 400, body: { branch: ['Это поле нельзя изменить.'] } }
      const taken = await order({})
      const { body: bookings } = await owner.get<{ results: Made[] }>('/api/cafe/bookings/')
      const { body: tasks } = await owner.get<{ results: Made[] }>('/api/cafe/kitchen/tasks/')
      for (const path of [
        `tables/${table}`,
        `zones/${zone}`,
        `orders/${taken.id}`,
        `bookings/${bookings.results[0]!.id}`,
        `kitchen/tasks/${tasks.results[0]!.id}`,
      ]) {
        const one = `/api/cafe/${path}/`
        const { body: read } = await owner.get(one)
        t.match(await owner.patch(one, { branch: other }), fault, path)
        t.match(await owner.patch(one, { branch: read.branch, company: read.company }), { status: 200 }, path)
        t.match(await owner.patch(one, { branch: null }), { status: 200 }, path)
        t.match(await owner.patch(one, { company: other }), { status: 400 }, path)
        t.match((await owner.get(one)).body, { branch }, path)
      }
      const { body: whole } = await owner.get<TableRead>(`/api/cafe/tables/${table}/`)
      t.match(await owner.put(`/api/cafe/tables/${table}/`, whole), { status: 200 })
      t.match(await owner.put(`/api/cafe/tables/${table}/`, { ...whole, branch: other }), fault)
      const moved = await owner.patch(`/api/cafe/tables/${table}/`, { branch: other, places: 9 })
      t.match(moved, fault)
      t.match(
        (await owner.get(`/api/cafe/tables/${table}/`)).body,
        { places: whole.places },
        'and changes nothing',
      )
      t.match(await owner.patch(`/api/cafe/menu-items/${dish}/`, { branch: other }), fault)
    })
  }),
)

/** Orders without a pause until told to stop. */
function ordering(waiter: Caller, body: object) {
  let stopped = false
  const answers: { status: number; body: Partial<OrderRead> }[] = []
  const done = (async () => {
    while (!stopped) answers.push(await waiter.post<OrderRead>('/api/cafe/orders/', body))
  })()
  return {
    answers,
    stop: async () => {
      stopped = true
      await done
    },
  }
}

t.test('orders taken while the first branch is opened are all in it', async (t) => {
  const on = await freshDatabaseEnv(t, { content: 'empty' })
  // a replica that hears of nothing goes by what it remembers
  const { cafe, table, dish, open } = await startBranchless(t, {
    on,
    env: { REDIS_URL: '', ACTOR_CACHE: '1h' },
  })
  const there = await startApp(t, { on, env: { REDIS_URL: '', ACTOR_CACHE: '1h' } })
  const items = [{ menu_item: dish, quantity: 1 }]
  const people = await Promise.all([1, 2].map(() => cafe.hire('waiter', [])))
  const traffic = people.flatMap((person) => [
    ordering(person, { table, items }),
    ordering(there.withToken(person.login.access), { items }),
  ])
  const enough = (count: number) => traffic.every(({ answers }) => answers.length >= count)
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await until(() => enough(2))
  const opened = await Promise.all([open('Центр'), open('Юг')])
  const reached = traffic.map(({ answers }) => answers.length)
  await until(() => traffic.every(({ answers }, i) => answers.length >= reached[i]! + 2))
  await Promise.all(traffic.map(({ stop }) => stop()))

  t.strictSame(
    opened.map(({ status }) => status),
    [201, 201],
  )
  const firsts = opened.filter(({ body }) => body.moved !== null)
  t.equal(firsts.length, 1, 'of two opened at once one is the first')
  const branch = firsts[0]!.body.id
  const answers = traffic.flatMap((each) => each.answers)
  t.strictSame(new Set(answers.map(({ status }) => status)), new Set([201]), 'nobody was refused')
  const company = await companyOf(cafe.owner)
  t.strictSame(await homeless(cafe, company), {})
  const { body } = await cafe.owner.get<{ count: number }>(`/api/cafe/orders/?branch=${branch}`)
  t.equal(body.count, answers.length)
  t.strictSame(
    answers.map((answer) => answer.body.number).sort((a, b) => a! - b!),
    answers.map((_, index) => index + 1),
    'numbers go on without holes and doubles',
  )
  t.strictSame(await streamsOf(cafe, company, branch), { ownEnds: true, continues: true, whole: true })
})

/** Whether the company's stream ends with the opening of the branch, and that of the branch has all before and after. */
async function streamsOf({ database }: Staff, company: string, branch: string) {
  const rows = await database.acrossCompanies((tx) =>
    rowsOf<{ stream_id: string; seq: number; type: string; data: string }>(
      tx,
      sql`select stream_id, seq::int as seq, type, data from events where company_id = ${company}::uuid order by seq`,
    ),
  )
  const of = (stream: string) => rows.filter(({ stream_id }) => stream_id === stream)
  const [own, branched] = [of(company), of(branch)]
  const last = own.at(-1)!
  const same = branched
    .slice(0, own.length)
    .every(({ seq, data }, i) => seq === i + 1 && data === own[i]!.data)
  return {
    ownEnds: last.type === 'first_branch_created',
    continues: same && branched[own.length - 1]!.type === 'first_branch_created',
    whole: branched.every(({ seq }, i) => seq === i + 1) && branched.length > own.length,
  }
}
