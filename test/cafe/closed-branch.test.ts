import t from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import { startApp } from '../support/app.ts'
import { onBoth } from '../support/database.ts'
import { branchesOf } from './people.ts'
import { serviceOf } from './service.ts'

t.test('a closed branch', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, waiter, cook, cashier] = [
      cafe.as('owner'),
      cafe.as('waiter1'),
      cafe.as('cook1'),
      cafe.as('cashier1'),
    ]
    const { centre, south } = await branchesOf(owner)
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
    const set = (isActive: boolean) => owner.patch(`/api/users/branches/${centre}/`, { is_active: isActive })
    const items = [{ menu_item: dishes[0]!.id, quantity: 2 }]
    const [table] = tables
    const booking = { guest: 'Бакыт', date: '2199-05-01', time: '18:30', table: table!.id }
    const { body: client } = await waiter.post<{ id: string }>('/api/cafe/clients/', { name: 'Бакыт' })
    const [first, second] = [await order({ table: table!.id, items }), await order({ items })]
    const number = second.number

    /** Every way of creating an order or a booking in the branch, by those who could. */
    const creations: [string, () => Promise<{ status: number; body: object }>][] = [
      ['an order', () => waiter.post('/api/cafe/orders/', { table: table!.id, items })],
      ['an order by the owner', () => owner.post('/api/cafe/orders/', { branch: centre })],
      ['an order by the owner at a table', () => owner.post('/api/cafe/orders/', { table: table!.id })],
      ['an order by the owner there', () => owner.post(`/api/cafe/orders/?branch=${centre}`, {})],
      ['an order of a client', () => waiter.post(`/api/cafe/clients/${client.id}/orders/`, { items })],
      [
        'a split',
        () =>
          waiter.post(`/api/cafe/orders/${first.id}/split/`, {
            items: [{ id: first.items[0]!.id, quantity: 1 }],
          }),
      ],
      ['a booking', () => waiter.post('/api/cafe/bookings/', booking)],
      ['a booking by the owner', () => owner.post('/api/cafe/bookings/', booking)],
    ]

    t.equal((await set(false)).status, 200)

    await t.test('takes no new orders or bookings', async (t) => {
      for (const [what, create] of creations) {
        const refused = await create()
        t.match(refused, { status: 409, body: { code: 'branch_closed', detail: /«Центр» закрыт/ } }, what)
      }
      const english = await waiter.post('/api/cafe/orders/', {}, { headers: { 'accept-language': 'en' } })
      t.match(english.body, { detail: 'Branch “Центр” is closed: it takes no new orders or bookings.' })
    })

    await t.test('the others go on', async (t) => {
      t.match(await owner.post('/api/cafe/orders/', {}), { status: 201, body: { branch: south } })
      t.match(await cafe.as('waiter2').post('/api/cafe/orders/', {}), { status: 201 })
    })

    await t.test('finishes what is open', async (t) => {
      const one = `/api/cafe/orders/${first.id}/`
      t.equal((await waiter.post(`${one}items/`, { menu_item: dishes[1]!.id })).status, 201)
      for (const task of await tasksOf(first.id)) {
        t.equal((await cook.post(`/api/cafe/kitchen/tasks/${task.id}/claim/`)).status, 200)
        t.equal((await cook.post(`/api/cafe/kitchen/tasks/${task.id}/ready/`)).status, 200)
      }
      t.match(await cashier.post(`${one}pay/`, { payment_method: 'cash' }), {
        status: 200,
        body: { status: 'closed' },
      })
      t.match(await waiter.patch(`/api/cafe/orders/${second.id}/`, { status: 'cancelled' }), { status: 200 })
    })

    await t.test('is read by its staff, who may still log in', async (t) => {
      const login = { email: 'waiter1@test.com', password: 'demo12345' }
      const { status, body } = await cafe.withToken().post<{ access: string }>('/api/users/login/', login)
      t.equal(status, 200)
      const again = cafe.withToken(body.access)
      t.match(await again.get(`/api/cafe/orders/${first.id}/`), { status: 200, body: { status: 'closed' } })
      t.equal((await again.get('/api/users/profile/')).status, 200)
    })

    await t.test('is reported on', async (t) => {
      const { status, body } = await owner.get(`/api/cafe/analytics/sales/summary/?branch=${centre}`)
      t.equal(status, 200)
      t.match(body, { orders: 1 })
    })

    await t.test('takes everything again once it is open, and no number was lost', async (t) => {
      t.equal((await set(true)).status, 200)
      const next = await waiter.post<OrderRead>('/api/cafe/orders/', { items })
      t.match(next, { status: 201, body: { number: number + 1 } })
      t.equal((await waiter.post('/api/cafe/bookings/', booking)).status, 201)
    })
  }),
)
