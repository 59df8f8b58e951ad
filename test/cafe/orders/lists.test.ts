import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { onBoth } from '../../support/database.ts'
import { branchesOf, missing } from '../people.ts'
import type { List } from '../people.ts'
import { cafeAtWork, path } from './set-up.ts'

t.test('lists of orders', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, owner, waiter, tables, dishes, order } = await cafeAtWork(t, kind)
    const client = (
      await waiter.post<{ id: string }>('/api/cafe/clients/', { name: 'Жибек 100%', phone: '+996700111222' })
    ).body
    const made = [
      await order({ table: tables[0]!.id, guests: 4, items: [{ menu_item: dishes[0]!.id, quantity: 3 }] }),
      await order({ table: tables[1]!.id, guests: 2, client: client.id }),
      await order({ guests: 1, items: [{ menu_item: dishes[0]!.id }] }),
    ]
    await waiter.patch(`${path}${made[2]!.id}/`, { status: 'cancelled' })
    const ids = made.map(({ id }) => id)
    const list = async (query: string) => (await waiter.get<List<OrderRead>>(`${path}?${query}`)).body
    const found = async (query: string) => (await list(query)).results.map(({ id }) => ids.indexOf(id))

    await t.test('newest first, in pages with absolute links', async (t) => {
      t.strictSame(await found(''), [2, 1, 0])
      const first = await list('page_size=2')
      t.equal(first.count, 3)
      t.match(first.next, /^http:\/\/[^/]+\/api\/cafe\/orders\/\?page_size=2&page=2$/)
      t.equal(first.previous, null)
      const second = await list('page_size=2&page=2')
      t.equal(second.results.length, 1)
      t.match(second.previous, /^http:\/\/[^/]+\/api\/cafe\/orders\/\?page_size=2$/)
      t.match(await waiter.get(`${path}?page_size=2&page=3`), { status: 404, body: { code: 'invalid_page' } })
      t.match(await waiter.get(`${path}?page=0`), { status: 400, body: { page: [String] } })
    })

    await t.test('ordering', async (t) => {
      t.strictSame(await found('ordering=created_at'), [0, 1, 2])
      t.strictSame(await found('ordering=-guests'), [0, 1, 2])
      t.strictSame(await found('ordering=total_amount'), [1, 2, 0])
      t.match(await waiter.get(`${path}?ordering=secret,-guests`), {
        status: 400,
        body: { ordering: [String] },
      })
    })

    await t.test('filters', async (t) => {
      t.strictSame(await found('status=cancelled'), [2])
      t.strictSame(await found('status__in=open,cancelled'), [2, 1, 0])
      t.strictSame(await found('status__in=closed'), [])
      t.strictSame(await found('status__in=open&status__in=cancelled'), [2, 1, 0])
      t.strictSame(await found(`table=${tables[1]!.id}`), [1])
      t.strictSame(await found(`client=${client.id}`), [1])
      t.strictSame(await found(`waiter=${made[0]!.waiter}`), [2, 1, 0])
      t.strictSame(await found('guests=4'), [0])
      t.strictSame(await found('is_paid=true'), [])
      t.strictSame(await found('is_paid=false&guests=2'), [1])
      t.strictSame(await found(`number=${made[2]!.number}`), [2])
      t.strictSame(await found(`created_at_from=${made[1]!.created_at}`), [2, 1])
      t.strictSame(await found(`created_at_to=${made[1]!.created_at}`), [1, 0])
      t.strictSame(await found('created_at_to=2000-01-01'), [])
      t.strictSame(await found(`created_at_to=${made[0]!.business_day}`), [2, 1, 0])
      t.strictSame(await found('status=&table='), [2, 1, 0], 'empty is no filter')
    })

    await t.test('a malformed filter is named', async (t) => {
      for (const [query, field] of [
        ['status=eaten', 'status'],
        ['status__in=open,eaten', 'status__in'],
        ['table=5', 'table'],
        ['guests=many', 'guests'],
        ['is_paid=perhaps', 'is_paid'],
        ['created_at_from=yesterday', 'created_at_from'],
        ['page_size=all', 'page_size'],
        ['search=a%00b', 'search'],
      ]) {
        t.match(
          await waiter.get(`${path}?${query}`),
          { status: 400, body: { [field!]: [String] } },
          `${query}`,
        )
      }
    })

    await t.test('search by client, phone, table and waiter', async (t) => {
      t.strictSame(await found('search=жибек'), [1])
      t.strictSame(await found('search=100%25'), [1])
      t.strictSame(await found('search=_ибек'), [], 'wildcards mean themselves')
      t.strictSame(await found('search=700111'), [1])
      t.strictSame(await found('search=Айгуль'), [2, 1, 0])
      t.strictSame(await found('search=никого'), [])
    })

    await t.test('closed orders, and the orders of one client', async (t) => {
      const own = `/api/cafe/clients/${client.id}/orders/`
      t.match((await waiter.get(own)).body, { count: 1, results: [{ id: ids[1] }] })
      t.match((await waiter.get(`${own}history/`)).body, { count: 0 })
      const taken = await waiter.post<OrderRead>(own, { guests: 5 })
      t.match(taken, { status: 201, body: { client: client.id, guests: 5 } })
      await waiter.patch(`${path}${taken.body.id}/`, { status: 'closed' })
      t.match((await waiter.get(`${own}history/`)).body, { count: 1, results: [{ id: taken.body.id }] })
      t.match((await waiter.get(`${path}closed/`)).body, { count: 1, results: [{ id: taken.body.id }] })
      await owner.delete(`${path}${taken.body.id}/`)
      const stranger = cafe.as('owner2')
      t.equal((await stranger.get(own)).status, 404)
      t.equal((await stranger.post(own, {})).status, 404)
      t.equal((await waiter.get(`/api/cafe/clients/${missing}/orders/`)).status, 404)
    })

    await t.test('company-wide actors see all branches, or the one they choose', async (t) => {
      const { centre, south } = await branchesOf(owner)
      const count = async (query: string) => (await owner.get<List<OrderRead>>(`${path}?${query}`)).body.count
      t.equal(await count(''), 3)
      t.equal(await count(`branch=${centre}`), 3)
      t.equal(await count(`branch=${south}`), 0)
    })
  }),
)
