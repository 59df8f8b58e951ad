import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('an order under an id that the client chose', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, env: { DB_POOL_MAX: '12' } })
    const { database } = cafe
    const [waiter, cashier, owner] = [cafe.as('waiter1'), cafe.as('cashier1'), cafe.as('owner')]
    const { tables, dishes, tableOf, tasksOf } = await serviceOf(waiter)
    const body = { table: tables[0]!.id, items: [{ menu_item: dishes[0]!.id, quantity: 2 }] }
    const take = (id: string, who = waiter, sent: object = body) => who.post<OrderRead>(path, { id, ...sent })
    await Promise.all((['waiter1', 'cashier1', 'owner', 'owner2'] as const).map(cafe.tokenOf))

    await t.test('has that id', async (t) => {
      const id = randomUUID()
      const made = await take(id.toUpperCase())
      t.match(made, { status: 201, body: { id }, headers: { etag: 'W/"1"' } })
      t.strictSame((await waiter.get(`${path}${id}/`)).body, made.body)
      t.match(await take('not-an-id'), { status: 400, body: { id: [String] } })
    })

    await t.test('sent again it is the same order, as it is now', async (t) => {
      const id = randomUUID()
      await take(id)
      await waiter.patch(`${path}${id}/`, { guests: 5 })
      await cashier.post(`${path}${id}/items/`, { menu_item: dishes[1]!.id })
      const events = await announcedBy(database, async () => {
        for (const who of [waiter, cashier, owner]) {
          const again = await take(id, who)
          t.match(again, { status: 200, body: { id, guests: 5, version: 3 }, headers: { etag: 'W/"3"' } })
          t.equal(again.body.items.length, 2)
        }
      })
      t.strictSame(events, [])
      t.equal((await tasksOf(id)).length, 3)
      await waiter.patch(`${path}${id}/`, { status: 'closed' })
      t.match(await take(id), { status: 200, body: { status: 'closed' } })
    })

    await t.test('the same content in other words is the same order', async (t) => {
      const [id, table, dish] = [randomUUID(), tables[1]!.id, dishes[0]!.id]
      const line = (quantity: number, note?: string) => ({ menu_item: dish, quantity, note })
      const soup = { menu_item: dishes[1]!.id }
      await take(id, waiter, { table, items: [line(2), line(1, 'hot'), soup], discount_amount: '0.50' })
      for (const sent of [
        { items: [line(2), line(1, 'hot'), soup], discount_amount: 0.5, table },
        {
          table: table.toUpperCase(),
          items: [soup, line(1), line(1, ' hot '), line(1)],
          discount_amount: '0.50',
        },
        {
          table,
          client: null,
          guests: 1,
          note: '',
          discount_amount: '0.500',
          items: [
            { ...line(2), note: '' },
            { menu_item: dish.toUpperCase(), comment: 'hot' },
            { ...soup, quantity: 1 },
          ],
        },
      ])
        t.match(await take(id, waiter, sent), { status: 200, body: { id, version: 1 } })
    })

    await t.test('sent again with other content it is refused with both, and nothing changes', async (t) => {
      const [id, client] = [
        randomUUID(),
        (await waiter.post<{ id: string }>('/api/cafe/clients/', { name: 'A' })).body.id,
      ]
      const colleague = await cashier.get<{ id: string }>('/api/users/profile/')
      const made = (await take(id)).body
      const items = [...body.items, { menu_item: dishes[1]!.id }]
      const others: [object, string[]][] = [
        [{ ...body, items }, ['items']],
        [{ ...body, items: [] }, ['items']],
        [{ ...body, items: [{ ...body.items[0], quantity: 3 }] }, ['items']],
        [{ ...body, items: [{ ...body.items[0], note: 'hot' }] }, ['items']],
        [{ ...body, table: tables[1]!.id }, ['table']],
        [{ ...body, client }, ['client']],
        [{ ...body, guests: 2, note: 'allergy' }, ['guests', 'note']],
        [{ ...body, discount_amount: '1' }, ['discount_amount']],
        [{ ...body, waiter: colleague.body.id }, ['waiter']],
        [{}, ['table', 'items']],
      ]
      const events = await announcedBy(database, async () => {
        for (const [sent, differs] of others) {
          const refused = await take(id, waiter, sent)
          t.match(refused, { status: 409, body: { code: 'id_taken', current: made, sent, differs } })
        }
        const way = `/api/cafe/clients/${client}/orders/`
        t.match(await waiter.post(way, { id, ...body }), { status: 409, body: { differs: ['client'] } })
        const { south } = await branchesOf(owner)
        t.match(await take(id, owner, { ...body, branch: south }), {
          status: 409,
          body: { differs: ['branch'] },
        })
      })
      t.strictSame(events, [])
      t.strictSame((await waiter.get(`${path}${id}/`)).body, made)
      await waiter.patch(`${path}${id}/`, { items })
      t.equal(
        (await take(id, waiter, { ...body, items })).status,
        409,
        'what it became since was not sent first',
      )
      await waiter.patch(`${path}${id}/`, { status: 'closed' })
      t.match(await take(id, waiter, { ...body, guests: 4 }), {
        status: 409,
        body: { current: { status: 'closed' } },
      })
    })

    await t.test('of an order taken without one, what counts is the order as it is now', async (t) => {
      const { id } = (await waiter.post<OrderRead>(path, body)).body
      t.equal((await take(id)).status, 200)
      await waiter.patch(`${path}${id}/`, { guests: 2 })
      t.match(await take(id), { status: 409, body: { differs: ['guests'] } })
      t.equal((await take(id, cashier, { ...body, guests: 2 })).status, 200)
      await cashier.post(`${path}${id}/items/`, body.items[0]!)
      const four = { ...body, guests: 2, items: [{ ...body.items[0], quantity: 4 }] }
      t.equal((await take(id, cashier, four)).status, 200, 'two lines of a dish are one')
    })

    await t.test('of another branch it is no order to be had', async (t) => {
      const id = randomUUID()
      await take(id)
      const stranger = await take(id, cafe.as('waiter2'), {})
      t.match(stranger, { status: 400, body: { id: [String] } })
      t.strictSame(Object.keys(stranger.body), ['id'])
      const { south } = await branchesOf(owner)
      t.equal((await owner.post(`${path}?branch=${south}`, { id })).status, 400)
    })

    await t.test('another company knows nothing of it: there the id is free', async (t) => {
      const id = randomUUID()
      const ours = await take(id)
      const theirs = await take(id, cafe.as('owner2'), {})
      t.match(theirs, { status: 201, body: { id, items: [] } })
      t.not(theirs.body.company, ours.body.company)
      t.strictSame((await waiter.get(`${path}${id}/`)).body, ours.body)
    })

    await t.test('deleted or merged away it does not come back', async (t) => {
      const [gone, merged, target] = [randomUUID(), randomUUID(), randomUUID()]
      for (const id of [gone, merged, target]) await take(id)
      await owner.delete(`${path}${gone}/`)
      t.equal((await waiter.post(`${path}${target}/merge/`, { order: merged })).status, 200)
      for (const id of [gone, merged]) t.match(await take(id), { status: 400, body: { id: [String] } })
    })

    await t.test('a refused one leaves the id free', async (t) => {
      const id = randomUUID()
      t.equal((await take(id, waiter, { table: randomUUID() })).status, 400)
      t.equal((await take(id)).status, 201)
    })

    await t.test('taken many times at once it is one order, announced once', async (t) => {
      const table = tables[5]!
      for (let round = 0; round < (kind === 'embedded' ? 10 : 40); round++) {
        const id = randomUUID()
        let replies: { status: number; body: OrderRead }[] = []
        const events = await announcedBy(database, async () => {
          replies = await Promise.all(
            [waiter, cashier, waiter, owner].map((who) => take(id, who, { ...body, table: table.id })),
          )
        })
        t.strictSame(
          replies.map(({ status }) => status).sort((a, b) => a - b),
          [200, 200, 200, 201],
        )
        t.equal(new Set(replies.map((reply) => reply.body.number)).size, 1)
        t.strictSame(
          events.map(({ type }) => type),
          ['order_created', 'table_status_changed', 'kitchen_task_created', 'kitchen_task_created'],
        )
        await waiter.patch(`${path}${id}/`, { status: 'closed' })
        t.equal((await tableOf(table.id)).status, 'free')
      }
    })
  }),
)
