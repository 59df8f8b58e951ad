import { eq } from 'drizzle-orm'
import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { users } from '../../../src/db/schema/index.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { branchesOf, missing } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

interface Person {
  id: string
  email: string
}

t.test('the waiter of an order takes orders in its branch', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter1')]
    const { dishes, order } = await serviceOf(waiter)
    const { centre } = await branchesOf(owner)
    const people = (await owner.get<List<Person>>('/api/users/employees/')).body.results
    const idOf = (name: string) => people.find(({ email }) => email === `${name}@test.com`)!.id
    const client = (await waiter.get<List<{ id: string }>>('/api/cafe/clients/')).body.results[0]!.id
    const items = [{ menu_item: dishes[0]!.id, quantity: 2 }]
    const orders = '/api/cafe/orders/'
    const made = await order({ items })
    const ways: [string, (id: string) => Promise<{ status: number; body: unknown }>][] = [
      ['POST', (id) => waiter.post(orders, { waiter: id, items })],
      ['POST by the owner', (id) => owner.post(`${orders}?branch=${centre}`, { waiter: id, items })],
      ['POST for a client', (id) => waiter.post(`/api/cafe/clients/${client}/orders/`, { waiter: id })],
      ['PATCH', (id) => waiter.patch(`${orders}${made.id}/`, { waiter: id })],
    ]
    for (const [way, send] of ways) {
      const refused = async (id: string, message: RegExp) =>
        t.match(await send(id), { status: 400, body: { waiter: [message] } }, way)
      await refused(idOf('cook1'), /не принимает заказы/)
      await refused(idOf('waiter2'), /в другом филиале/)
      await refused(missing, /не существует/)
      for (const name of ['waiter1', 'cashier1', 'admin', 'owner'])
        t.match((await send(idOf(name))).status, way === 'PATCH' ? 200 : 201, `${way} ${name}`)
    }

    await t.test('one who was right once stays with an order that does not change it', async (t) => {
      const old = await order({ items, waiter: idOf('cashier1') })
      await cafe.database.acrossCompanies((tx) =>
        tx
          .update(users)
          .set({ role: 'cook' })
          .where(eq(users.id, idOf('cashier1'))),
      )
      const edited = await waiter.patch<OrderRead>(`${orders}${old.id}/`, {
        waiter: idOf('cashier1'),
        guests: 3,
      })
      t.match(edited, { status: 200, body: { waiter: idOf('cashier1'), guests: 3 } })
      t.match(await waiter.patch(`${orders}${made.id}/`, { waiter: idOf('cashier1') }), { status: 400 })
    })
  }),
)
