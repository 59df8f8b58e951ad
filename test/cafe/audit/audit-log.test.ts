import { sql } from 'drizzle-orm'
import t from 'tap'
import { createAuditTrimmer } from '../../../src/retention/audit-log-repository.ts'
import type { AuditEntry } from '../../../src/cafe/audit/schema.ts'
import { rowsOf } from '../../../src/db/database.ts'
import { postgresError } from '../../../src/db/pg-errors.ts'
import { startApp } from '../../support/app.ts'
import type { TestApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { branchesOf } from '../people.ts'

interface Page {
  next: string | null
  results: AuditEntry[]
}

const path = '/api/cafe/audit-log/'

/** What the owner reads with these filters, newest first. */
const entries = async (cafe: TestApp, query: Record<string, string> = {}): Promise<AuditEntry[]> =>
  (await cafe.as('owner').get<Page>(`${path}?${new URLSearchParams(query).toString()}`)).body.results

t.test('the audit log', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const waiter = cafe.as('waiter1')
    const dishes = await waiter.get<{ results: { id: string; price: string }[] }>('/api/cafe/menu-items/')
    const dish = dishes.body.results[0]!
    const asPhone = {
      'user-agent': 'Phone of the waiter',
      'x-request-id': 'shift-7',
      'x-forwarded-for': '203.0.113.9',
    }
    const order = (
      await waiter.post<{ id: string }>(
        '/api/cafe/orders/',
        { items: [{ menu_item: dish.id, quantity: 3 }] },
        { headers: asPhone },
      )
    ).body

    t.test('says who did what to which order, from which device and address, before and after', async (t) => {
      const url = `/api/cafe/orders/${order.id}/`
      await waiter.patch(url, { discount_amount: '1.50', note: 'у окна' }, { headers: asPhone })
      const [change] = await entries(cafe, { resource: 'order', resource_id: order.id, action: 'update' })
      const profile = await waiter.get('/api/users/profile/')
      t.match(change, {
        user: profile.body.id,
        user_label: /\S/,
        action: 'update',
        resource: 'order',
        resource_id: order.id,
        before: { discount_amount: '0.00', note: '' },
        after: { discount_amount: '1.50', note: 'у окна' },
        request: 'PATCH /api/cafe/orders/:id/',
        request_id: 'shift-7',
        device: 'Phone of the waiter',
        address: '203.0.113.9',
      })
      t.notOk('guests' in change!.after!, 'what stayed the same is left out')
      const count = (await entries(cafe, { order: order.id })).length
      await waiter.patch(url, { note: 'у окна' })
      t.equal((await entries(cafe, { order: order.id })).length, count, 'a change that changes nothing')
    })

    t.test('tells of lines, money and the end of an order, under the order', async (t) => {
      await waiter.post(`/api/cafe/orders/${order.id}/pay/`, { payment_method: 'cash' })
      await cafe.as('cashier1').post(`/api/cafe/orders/${order.id}/refund/`, { amount: '1.00' })
      const all = await entries(cafe, { order: order.id })
      const found = (resource: string, action: string) =>
        all.find((entry) => entry.resource === resource && entry.action === action)
      t.match(found('order', 'create'), { before: null, after: { status: 'open' } })
      t.match(found('order_item', 'create'), { order: order.id, after: { quantity: 3, price: dish.price } })
      t.match(found('payment', 'create'), {
        order: order.id,
        after: { method: 'cash', amount: /^\d+\.\d\d$/ },
      })
      t.match(found('refund', 'create'), { order: order.id, after: { amount: '1.00' } })
      t.match(all[0]!.at, /^\d{4}-.*\.\d{3}Z$/)
      const { centre } = await branchesOf(cafe.as('owner'))
      t.same([...new Set(all.map(({ branch }) => branch))], [centre], 'each in the branch of the order')

      const deleted = (
        await waiter.post<{ id: string }>('/api/cafe/orders/', { items: [{ menu_item: dish.id }] })
      ).body
      t.equal((await cafe.as('owner').delete(`/api/cafe/orders/${deleted.id}/`)).status, 204)
      const gone = await entries(cafe, { order: deleted.id, action: 'delete' })
      t.match(gone.map(({ resource }) => resource).sort(), ['order', 'order_item'])
      t.match(
        gone.find(({ resource }) => resource === 'order'),
        { before: { id: deleted.id }, after: null },
      )
    })

    t.test('tells of people, and never their passwords', async (t) => {
      const owner = cafe.as('owner')
      const { centre } = await branchesOf(owner)
      const body = { email: 'new@test.com', password: 'horse staple', role: 'waiter', branch_ids: [centre] }
      const { id } = (await owner.post<{ id: string }>('/api/users/employees/', body)).body
      await owner.patch(`/api/users/employees/${id}/`, { role: 'cook', password: 'staple horse' })
      const login = await cafe
        .withToken()
        .post<{ access: string }>('/api/users/login/', { ...body, password: 'staple horse' })
      const person = cafe.withToken(login.body.access)
      const change = { old_password: 'staple horse', new_password: 'battery horse' }
      t.equal((await person.post('/api/users/password/', change)).status, 204)
      await person.patch('/api/users/profile/', { phone_number: '+996700111222' })
      const told = await entries(cafe, { resource: 'employee', resource_id: id })
      t.match(told.reverse(), [
        { action: 'create', after: { email: 'new@test.com', role: 'waiter', password: '***' } },
        { before: { role: 'waiter', password: '***' }, after: { role: 'cook', password: '***' } },
        { user: id, request: 'POST /api/users/password/', after: { password: '***' } },
        { user: id, before: { phone_number: '' }, after: { phone_number: '+996700111222' } },
      ])
      const rows = await cafe.database.acrossCompanies((tx) =>
        rowsOf<{ row: string }>(tx, sql`select to_jsonb(a)::text as row from audit_log a`),
      )
      for (const { row } of rows) t.notMatch(row, /argon2|horse|password_hash|demo12345|eyJ/)
    })

    t.test('is there with the change or not at all', async (t) => {
      const before = (await entries(cafe)).length
      const refused = await waiter.patch(`/api/cafe/orders/${order.id}/`, {
        items: [{ menu_item: dish.id, quantity: 9 }],
      })
      t.equal(refused.status, 409)
      t.equal((await entries(cafe)).length, before)
    })

    t.test('is read page by page, while it grows', async (t) => {
      const all = (await entries(cafe, { page_size: '500' })).map(({ id }) => id)
      const seen: string[] = []
      for (let next: string | null = `${path}?page_size=7`; next !== null;) {
        const { pathname, search } = new URL(next, 'http://cafe')
        const page: Page = (await cafe.as('owner').get<Page>(pathname + search)).body
        seen.push(...page.results.map(({ id }) => id))
        next = page.next
        await waiter.post('/api/cafe/orders/', {})
        if (seen.length >= all.length) break
      }
      t.same(seen.slice(0, all.length), all)
      for (const cursor of ['x', Buffer.from('2026-02-30T00:00:00.000000Z 1').toString('base64url'), '%00'])
        t.same((await cafe.as('owner').get(`${path}?cursor=${cursor}`)).status, 400, cursor)
    })

    t.test('is filtered by user, moment and branch, and is the owner’s alone', async (t) => {
      const cook = (await cafe.as('cook1').get<{ id: string }>('/api/users/profile/')).body.id
      t.same(await entries(cafe, { user: cook, at_from: '2020-01-01' }), [])
      t.same(await entries(cafe, { at_to: '2020-01-01' }), [])
      const { south } = await branchesOf(cafe.as('owner'))
      for (const { branch } of await entries(cafe, { branch: south })) t.ok([south, null].includes(branch))
      for (const user of ['admin', 'waiter1', 'cook1', 'cashier1'] as const)
        t.equal((await cafe.as(user).get(path)).status, 403, user)
      const foreign = await cafe.as('owner2').get<Page>(`${path}?order=${order.id}`)
      t.same(foreign.body.results, [])
    })

    t.test('is only added to, whoever asks; what is older than its retention goes', async (t) => {
      const { company } = (await cafe.as('owner').get<{ company: string }>('/api/users/profile/')).body
      const refuses = async (statement: ReturnType<typeof sql>, code: string) => {
        for (const run of [
          () => cafe.database.acrossCompanies(async (tx) => tx.execute(statement)),
          () => cafe.database.inCompany(company, async (tx) => tx.execute(statement)),
        ]) {
          const fault: unknown = await run().then(
            () => null,
            (error: unknown) => error,
          )
          t.ok([code, '42501'].includes(String(postgresError(fault)?.code)), String(fault))
        }
      }
      await refuses(sql`update audit_log set device = 'another'`, 'P0001')
      await refuses(sql`delete from audit_log`, 'P0001')
      await refuses(sql`truncate audit_log`, 'P0001')

      await cafe.database.acrossCompanies((tx) =>
        tx.execute(sql`insert into audit_log (company_id, created_at, action, resource, resource_id)
          select ${company}::uuid, now() - interval '400 days' * i, 'update', 'zone', gen_random_uuid() from generate_series(1, 5) i`),
      )
      const trim = createAuditTrimmer(cafe.database)
      const before = (await entries(cafe, { resource: 'order' })).length
      const yearAgo = new Date(Date.now() - 365 * 86_400_000)
      t.match(await trim(yearAgo, null), { removed: 5 })
      t.match(await trim(yearAgo, null), { removed: 0 })
      t.equal((await entries(cafe, { resource: 'order' })).length, before)
    })
  }),
)
