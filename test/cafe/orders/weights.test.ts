import t from 'tap'
import type { ArchivedOrder } from '../../../src/cafe/archive/schema.ts'
import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import type { List } from '../people.ts'
import { cafeAtWork, menu, path } from './set-up.ts'

t.test('dishes that are sold by weight', (t) =>
  onBoth(t, async (t, kind) => {
    const { database, owner, waiter, cashier, cook, soup, order, ...service } = await cafeAtWork(t, kind)
    const { tasksOf, read, write, done, newDish } = service

    await t.test('a dish is sold by weight under every name that says so', async (t) => {
      const fish = await newDish({ title: 'Форель', sold_by_weight: true })
      t.match(fish, { sold_by_weight: true, is_sold_by_weight: true, sale_unit: 'kg' })
      const url = `${menu}${fish.id}/`
      const changed = async (body: object) => {
        const reply = await owner.patch<MenuItemRead>(url, body)
        t.equal(reply.status, 200)
        return reply.body.sale_unit
      }
      t.equal(await changed({ is_sold_by_weight: true, sale_unit: 'g' }), 'g')
      t.equal(await changed({ is_sold_by_weight: true }), 'g')
      t.equal(await changed({ is_sold_by_weight: false, sale_unit: 'kg' }), 'pcs')
      t.equal(await changed({ title: 'Форель речная' }), 'pcs')
      t.equal(await changed({ sold_by_weight: true }), 'kg')
      t.match(await owner.patch(url, { sold_by_weight: true, is_sold_by_weight: false }), {
        status: 400,
        body: { is_sold_by_weight: [String] },
      })
      t.match(await newDish({ title: 'Чай в чайнике', is_sold_by_weight: false, sale_unit: 'kg' }), {
        sold_by_weight: false,
        sale_unit: 'pcs',
      })
    })

    await t.test('weighed lines: three decimals, one task, money rounded once', async (t) => {
      const meat = await newDish({ title: 'Шашлык', price: '3.33', sold_by_weight: true, portions_left: 3 })
      await cook.patch(`${menu}${meat.id}/`, { portions_left: 3 })
      const left = async () => (await waiter.get<MenuItemRead>(`${menu}${meat.id}/`)).body.portions_left
      const made = await order({ items: [{ menu_item: meat.id, quantity: 0.5 }] })
      t.match(made, { total_amount: '1.67', items: [{ quantity: 0.5, sale_unit: 'kg', line_total: '1.67' }] })
      const [task] = await tasksOf(made.id)
      t.match(task, { quantity: 0.5, menu_item_is_sold_by_weight: true, menu_item_sale_unit: 'kg' })
      t.equal(await left(), 2, 'a weighed line is a portion')
      const [line] = made.items
      const list = (quantity: number) => write(made.id, { items: [{ ...line, quantity }] })
      const events = await announcedBy(database, () => list(1.255))
      t.strictSame(
        events.map(({ type }) => type),
        ['order_updated', 'kitchen_task_updated'],
      )
      t.match(events[1]!.data.task, { id: task!.id, quantity: 1.255 })
      t.match(await read(made.id), { total_amount: '4.18', items: [{ quantity: 1.255 }] })
      t.equal((await tasksOf(made.id)).length, 1)
      t.equal(await left(), 2)
      await cook.post(`/api/cafe/kitchen/tasks/${task!.id}/ready/`)
      t.match((await list(2)).items, [{ quantity: 2, tasks: { ready: 1, pending: 0 } }])
      const one = `${path}${made.id}/items/${line!.id}/`
      t.match((await waiter.patch<OrderRead>(one, { quantity: 1.5 })).body.items, [{ quantity: 1.5 }])
      for (const quantity of [1.0005, 1000, -1, 'кило'])
        t.match(await waiter.patch(one, { quantity }), { status: 400, body: { quantity: [String] } })
      t.match(await waiter.patch(one, { quantity: 0 }), { status: 400, body: { quantity: [/0.001/] } })
      t.match(await waiter.post(path, { items: [{ menu_item: soup.id, quantity: 1.5 }] }), {
        status: 400,
        body: { items: [{ quantity: ['Введите правильное целое число.'] }] },
      })
      const twice = await order({
        items: [
          { menu_item: meat.id, quantity: 0.1 },
          { menu_item: meat.id, quantity: 0.2 },
        ],
      })
      t.match(twice.items, [{ quantity: 0.3, line_total: '1.00' }])
      t.match(await waiter.post(`${path}${made.id}/split/`, { items: [{ id: line!.id, quantity: 1 }] }), {
        status: 400,
        body: { items: [{ quantity: [/целиком/] }] },
      })
      t.match((await waiter.get(one.replace(path + made.id + '/items', '/api/cafe/order-items'))).body, {
        quantity: 1.5,
      })
      await waiter.post(`${path}${made.id}/merge/`, { order: twice.id })
      const paid = await cashier.post<{ final_amount: string }>(`${path}${made.id}/pay/`, {
        payment_method: 'cash',
      })
      t.equal(paid.body.final_amount, '6.00')
      const refund = (quantity?: number) =>
        cashier.post<{ refund: { amount: string; quantity: number } }>(`${path}${made.id}/refund-item/`, {
          order_item_id: twice.items[0]!.id,
          ...(quantity && { quantity }),
        })
      t.match(await refund(0.4), { status: 400, body: { quantity: [/0.3/] } })
      const first = await refund(0.1)
      t.match(first, { status: 200, body: { refund: { quantity: 0.1 } } })
      t.match((await read(made.id)).items[1], {
        quantity: 0.3,
        refunded_quantity: 0.1,
        refundable_quantity: 0.2,
      })
      const waiting = (await tasksOf(made.id)).filter(({ status }) => status === 'pending')
      t.equal(waiting.length, 1, 'what is left of it is still cooked')
      const rest = await refund()
      t.equal(parseMoney(first.body.refund.amount) + parseMoney(rest.body.refund.amount), 100)
      t.equal((await tasksOf(made.id)).filter(({ status }) => status === 'pending').length, 0)
      const { body } = await owner.get<List<ArchivedOrder>>(`${path}history/?number=${made.number}`)
      t.match(body.results[0]!.items, [{ quantity: 1.5, sale_unit: 'kg' }, { quantity: 0.3 }])
      const sold = await owner.get<List<object>>('/api/cafe/analytics/sales/items/?search=шашлык')
      t.equal(sold.status, 200, JSON.stringify(sold.body))
      t.match(sold.body.results, [
        {
          quantity: 1.8,
          qty: 1.8,
          sale_unit: 'kg',
          refunded_quantity: 0.3,
          gross_total: '6.00',
          revenue: '5.00',
        },
      ])
    })

    await t.test('by the gram the price is for a gram', async (t) => {
      const tea = await newDish({
        title: 'Чай листовой',
        price: '1.50',
        is_sold_by_weight: true,
        sale_unit: 'g',
      })
      const made = await order({ items: [{ menu_item: tea.id, quantity: 250 }] })
      t.match(made, { total_amount: '375.00', items: [{ quantity: 250, sale_unit: 'g' }] })
      t.equal((await tasksOf(made.id)).length, 1)
      t.match(await waiter.post(path, { items: [{ menu_item: tea.id, quantity: 0.5 }] }), { status: 400 })
      await owner.patch(`${menu}${tea.id}/`, { is_sold_by_weight: false })
      t.match((await write(made.id, { items: [{ ...made.items[0], quantity: 300 }] })).items, [
        { quantity: 300, sale_unit: 'g', line_total: '450.00' },
      ])
      const list = await write(made.id, {
        items: [{ ...made.items[0], quantity: 300 }, { menu_item: tea.id }],
      })
      t.match(list.items, [
        { quantity: 300, sale_unit: 'g' },
        { quantity: 1, sale_unit: 'pcs' },
      ])
      await done(made.id)
    })
  }),
)
