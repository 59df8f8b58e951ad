import { closeOrder, postOrder, profileOf } from './cafe.ts'
import type { Cafe, Group, Table, Walk } from './cafe.ts'
import { checkEvent, homeOf, types } from './events.ts'

/** Guide §9, "no messages after an order": it was made for another company or branch. */
export async function isolation(t: Walk, cafe: Cafe): Promise<void> {
  await t.test('another branch hears nothing', async (t) => {
    const south = await cafe.listen(t, 'waiter2', 'orders')
    const { order } = await postOrder(cafe, 'waiter1')
    await closeOrder(cafe, 'waiter1', order)
    const { order: ours } = await postOrder(cafe, 'waiter2')
    const home = await homeOf(cafe, 'waiter2')
    const { order: heard } = checkEvent(t, await south.next(), 'order_created', home)
    t.equal(heard.id, ours.id, 'the first event is of the own branch')
    await closeOrder(cafe, 'waiter2', ours)
    t.equal((await cafe.call('waiter2', 'GET', `/api/cafe/orders/${order.id}/`)).status, 404)
  })

  await t.test('another company hears nothing', async (t) => {
    const screens = await Promise.all(
      (['orders', 'tables', 'kitchen'] satisfies Group[]).map((group) => cafe.listen(t, 'owner2', group)),
    )
    const { order } = await postOrder(cafe, 'waiter1')
    await closeOrder(cafe, 'waiter1', order)

    const tables = await cafe.list<Table>('owner2', '/api/cafe/tables/?page_size=500')
    const number = Math.max(0, ...tables.map((table) => table.number)) + 1
    const { body: zone } = await cafe.call('owner2', 'POST', '/api/cafe/zones/', {
      title: `Веранда ${number}`,
    })
    const added = await cafe.call<Table>('owner2', 'POST', '/api/cafe/tables/', {
      zone: zone.id,
      number,
      places: 2,
    })
    t.equal(added.status, 201)
    t.equal(added.body.branch, null, 'a company without branches')
    const { company: company_id } = await profileOf(cafe, 'owner2')
    const home = { company_id: company_id!, branch_id: null }
    const [newZone, newTable] = await screens[1]!.take(2)
    t.match(
      newZone,
      { type: 'zone_created', data: { zone: { id: zone.id } } },
      'first comes what is their own',
    )
    const { table } = checkEvent(t, newTable!, 'table_created', home)
    t.equal(table.id, added.body.id)

    const dish = { category: null, title: 'Чай', price: '50.00' }
    const { body: category } = await cafe.call('owner2', 'POST', '/api/cafe/categories/', {
      title: `Чай ${number}`,
    })
    const { body: item } = await cafe.call('owner2', 'POST', '/api/cafe/menu-items/', {
      ...dish,
      category: category.id,
    })
    const placed = await cafe.call('owner2', 'POST', '/api/cafe/orders/', { items: [{ menu_item: item.id }] })
    t.equal(placed.status, 201)
    for (const screen of [screens[0]!, screens[2]!]) {
      const [newCategory, newDish, newOrder] = await screen.take(3)
      t.match(newCategory, { type: 'category_created', data: { category: { id: category.id } } })
      t.match(newDish, { type: 'menu_item_created', data: { menu_item: { id: item.id } } })
      const { order: first } = checkEvent(t, newOrder!, 'order_created', home)
      t.equal(first.id, placed.body.id, 'first comes what is their own')
    }
    for (const path of [`orders/${order.id}`, `tables/${String(order.table)}`]) {
      t.equal((await cafe.call('owner2', 'GET', `/api/cafe/${path}/`)).status, 404)
    }
  })

  await t.test('an owner without a branch hears every branch of the company', async (t) => {
    const socket = await cafe.listen(t, 'owner', 'orders')
    t.equal(socket.messages[0]!.branch_id, null)
    for (const user of ['waiter1', 'waiter2'] as const) {
      const { order } = await postOrder(cafe, user)
      const heard = await socket.take(2)
      t.same(types(heard), ['order_created', 'table_status_changed'])
      const home = await homeOf(cafe, user)
      t.equal(checkEvent(t, heard[0]!, 'order_created', home).order.id, order.id)
      await closeOrder(cafe, user, order)
      t.same(types(await socket.take(2)), ['order_updated', 'table_status_changed'])
    }
  })
}
