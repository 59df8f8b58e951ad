import t from 'tap'
import type { ArchivedOrder } from '../../../src/cafe/archive/schema.ts'
import type { OrderItemRead, OrderRead } from '../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import type { List } from '../people.ts'
import { cafeAtWork, hall, path } from './set-up.ts'

t.test('services on a bill', (t) =>
  onBoth(t, async (t, kind) => {
    const { owner, waiter, cashier, tables, dishes, soup, order, ...service } = await cafeAtWork(t, kind)
    const { tasksOf, read, write, done } = service

    await t.test('a service is on the bill and not in the kitchen', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: soup.id }, hall] })
      const total = parseMoney(soup.price) + 100_100
      t.equal(made.total_amount, formatMoney(total))
      const { id, ...line } = made.items[1]!
      t.strictSame(line, {
        line_kind: 'service',
        menu_item: null,
        menu_item_title: 'Аренда зала',
        menu_item_price: '500.50',
        service_title: 'Аренда зала',
        unit_price: '500.50',
        is_sold_by_weight: false,
        sale_unit: 'pcs',
        quantity: 2,
        note: '',
        comment: '',
        line_total: '1001.00',
        refunded_quantity: 0,
        refundable_quantity: 0,
        tasks: { pending: 0, in_progress: 0, ready: 0, cancelled: 0 },
      })
      t.equal((await tasksOf(made.id)).length, 1)
      t.strictSame(await read(made.id), made)
      t.match(await waiter.get(`/api/cafe/order-items/${id}/`), {
        body: { line_kind: 'service', order: made.id },
      })
      const paid = await cashier.post<{ final_amount: string }>(`${path}${made.id}/pay/`, {
        payment_method: 'cash',
      })
      t.match(paid, { status: 200, body: { final_amount: formatMoney(total) } })
      const back = { order_item_id: id, quantity: 1 }
      t.match(await cashier.post(`${path}${made.id}/refund-item/`, back), {
        status: 200,
        body: { refund: { amount: '500.50', quantity: 1 } },
      })
      const history = await owner.get<List<ArchivedOrder>>(`${path}history/?number=${made.number}`)
      t.match(history.body.results[0]!.items[1], {
        line_kind: 'service',
        service_title: 'Аренда зала',
        quantity: 2,
      })
      const sold = await owner.get<List<object>>('/api/cafe/analytics/sales/items/?search=аренда')
      t.equal(sold.status, 200, JSON.stringify(sold.body))
      t.match(sold.body.results, [
        {
          line_kind: 'service',
          menu_item: null,
          title: 'Аренда зала',
          category_id: null,
          qty: 2,
          gross_total: '1001.00',
          refund_total: '500.50',
          refunded_quantity: 1,
          revenue: '500.50',
        },
      ])
      const categories = await owner.get<List<{ category_id: string | null; revenue: string }>>(
        '/api/cafe/analytics/sales/categories/',
      )
      t.match(
        categories.body.results.find(({ category_id }) => category_id === null),
        { revenue: '500.50' },
      )
    })

    await t.test('a service may be changed, by list and by line', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }, hall] })
      const [dish, service] = made.items as [OrderItemRead, OrderItemRead]
      const cheaper = await write(made.id, {
        items: [dish, { ...service, unit_price: '400.00', quantity: 1 }],
      })
      t.match(cheaper.items, [
        { id: dish.id },
        { id: service.id, unit_price: '400.00', line_total: '400.00', service_title: 'Аренда зала' },
      ])
      t.strictSame(
        (await write(made.id, { items: cheaper.items })).version,
        cheaper.version,
        'the same again',
      )
      const one = `${path}${made.id}/items/${service.id}/`
      t.match(
        (await cashier.patch<OrderRead>(one, { service_title: 'Зал', unit_price: 450 })).body.items[1],
        {
          service_title: 'Зал',
          line_total: '450.00',
          quantity: 1,
        },
      )
      const stale = await write(made.id, { items: [...cheaper.items, { menu_item: dishes[1]!.id }] })
      t.match(stale.items[1], { unit_price: '450.00' }, 'what somebody else charged since stays')
      const more = { ...hall, service_title: 'Зал', unit_price: '450.00', quantity: 3 }
      const listed = stale.items
        .filter(({ line_kind }) => line_kind === 'menu')
        .map(({ menu_item, quantity }) => ({ menu_item, quantity }))
      await read(made.id)
      t.match((await write(made.id, { items: [...listed, more] })).items[1], { id: service.id, quantity: 3 })
      await read(made.id)
      t.equal((await write(made.id, { items: listed })).items.length, 2, 'left out, it is taken off')
      const added = await waiter.post<OrderRead>(`${path}${made.id}/items/`, hall)
      t.match(added, { status: 201 })
      t.equal(added.body.items.length, 3)
      const flat = await waiter.post<OrderItemRead>('/api/cafe/order-items/', { ...hall, order: made.id })
      t.match(flat, { status: 201, body: { line_kind: 'service', quantity: 2 } })
      await done(made.id)
    })

    await t.test('a service goes with a split and a merge', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }, hall] })
      const { body } = await waiter.post<{ order: OrderRead; new_order: OrderRead }>(
        `${path}${made.id}/split/`,
        {
          items: [{ id: made.items[1]!.id, quantity: 1 }],
        },
      )
      t.match(body.new_order, { total_amount: '500.50', items: [{ line_kind: 'service', quantity: 1 }] })
      const merged = await waiter.post<OrderRead>(`${path}${made.id}/merge/`, { order: body.new_order.id })
      t.equal(merged.body.total_amount, made.total_amount)
      t.equal((await tasksOf(made.id)).length, 1)
      await done(made.id)
    })

    await t.test('a service says what it is and what it costs', async (t) => {
      const cases: [object, object][] = [
        [{ service_title: undefined }, { service_title: ['Обязательное поле.'] }],
        [{ service_title: ' ' }, { service_title: [String] }],
        [{ unit_price: undefined }, { unit_price: ['Обязательное поле.'] }],
        [{ unit_price: null }, { unit_price: ['Обязательное поле.'] }],
        [{ unit_price: '1.005' }, { unit_price: [String] }],
        [{ unit_price: '-1' }, { unit_price: [String] }],
        [{ menu_item: soup.id }, { menu_item: [String] }],
        [{ quantity: 1.5 }, { quantity: ['Введите правильное целое число.'] }],
      ]
      for (const [more, fault] of cases) {
        const line = { ...hall, ...more }
        t.match(await waiter.post(path, { items: [line] }), { status: 400, body: { items: [fault] } })
      }
      t.match(await waiter.post(path, { items: [{ ...hall, line_kind: 'menu' }] }), {
        status: 400,
        body: { items: [{ menu_item: ['Обязательное поле.'] }] },
      })
      t.match(await waiter.post(path, { items: [{ menu_item: soup.id, unit_price: '0.01' }] }), {
        status: 201,
        body: { total_amount: soup.price },
      })
    })
  }),
)
