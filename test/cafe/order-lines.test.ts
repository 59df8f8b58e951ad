import fc from 'fast-check'
import t from 'tap'
import type { ArchivedOrder } from '../../src/cafe/archive/schema.ts'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import { measure, quantityOf, thousandthsOf, totalOf } from '../../src/cafe/quantities.ts'
import type { OrderItemRead, OrderRead } from '../../src/cafe/orders/schema.ts'
import { noteSent } from '../../src/cafe/orders/wanted-lines.ts'
import { FieldError, fieldError } from '../../src/http/errors.ts'
import { formatMoney, parseMoney } from '../../src/money/money.ts'
import { startApp } from '../support/app.ts'
import { checkBooks } from '../support/books.ts'
import { onBoth } from '../support/database.ts'
import { announcedBy } from './log.ts'
import type { List } from './people.ts'
import { serviceOf } from './service.ts'

const path = '/api/cafe/orders/'
const menu = '/api/cafe/menu-items/'

t.test('a note has two names', async (t) => {
  const cases: [
    note: string | undefined,
    comment: string | undefined,
    had: string,
    means: string | undefined,
  ][] = [
    [undefined, undefined, 'A', undefined],
    ['B', undefined, 'A', 'B'],
    [undefined, 'B', 'A', 'B'],
    [undefined, '', 'A', ''],
    ['A', '', 'A', 'A'],
    ['B', '', 'A', 'B'],
    ['A', 'A', 'A', 'A'],
    ['B', 'B', 'A', 'B'],
    ['A', 'B', 'A', 'B'],
    ['B', 'A', 'A', 'B'],
    ['', 'A', 'A', ''],
    ['', 'B', 'A', 'B'],
    ['', 'B', '', 'B'],
    ['', '', 'A', ''],
  ]
  for (const [note, comment, had, means] of cases)
    t.equal(noteSent({ note, comment }, had), means, JSON.stringify([note, comment, had]))
  t.throws(() => noteSent({ note: 'B', comment: 'C' }, 'A'), FieldError)
  t.equal(noteSent({ note: 'B', comment: 'C' }, 'A', fieldError, ['C']), 'B', 'one was read long ago')
  t.equal(noteSent({ note: 'B', comment: 'C' }, 'A', fieldError, ['B']), 'C')
})

t.test('weights are grams, and money is rounded once, half up', async (t) => {
  const cases: [price: number, grams: number, total: number][] = [
    [333, 500, 167],
    [1, 499, 0],
    [1, 500, 1],
    [30_000, 1250, 37_500],
    [999, 1, 1],
    [499, 1, 0],
  ]
  for (const [price, quantity, total] of cases)
    t.equal(totalOf({ price, quantity, saleUnit: 'kg' }), total, `${quantity} g at ${price}`)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), (grams) => {
      const wire = quantityOf({ quantity: grams, saleUnit: 'kg' })
      if (measure(thousandthsOf(Number(JSON.stringify(wire))), 'kg') !== grams) throw new Error(`${grams}`)
    }),
  )
  fc.assert(
    fc.property(fc.nat(99_999_999), fc.integer({ min: 1, max: 999_999 }), (price, quantity) => {
      const exact = (BigInt(price) * BigInt(quantity) * 2n + 1000n) / 2000n
      if (BigInt(totalOf({ price, quantity, saleUnit: 'kg' })) !== exact)
        throw new Error(`${price} ${quantity}`)
    }),
  )
})

t.test('lines of orders', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const [owner, waiter, cashier, cook] = [
      cafe.as('owner'),
      cafe.as('waiter1'),
      cafe.as('cashier1'),
      cafe.as('cook1'),
    ]
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
    const soup = dishes[0]!
    const read = async (id: string) => (await waiter.get<OrderRead>(`${path}${id}/`)).body
    const write = async (id: string, body: object) => {
      const reply = await waiter.patch<OrderRead>(`${path}${id}/`, body)
      t.equal(reply.status, 200, JSON.stringify(reply.body))
      return reply.body
    }
    const done = (id: string) => write(id, { status: 'closed' })
    const newDish = async (body: object) => {
      const all = { category: soup.category, price: '100.00', ...body }
      const reply = await owner.post<MenuItemRead>(menu, all)
      t.equal(reply.status, 201, JSON.stringify(reply.body))
      return reply.body
    }
    const hall = { line_kind: 'service', service_title: 'Аренда зала', unit_price: '500.50', quantity: 2 }

    await t.test('a note is read under both names, and an untouched one is not erased', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id, comment: 'без лука' }] })
      const [line] = made.items
      t.match(line, { note: 'без лука', comment: 'без лука' })
      const list = (more: object) => write(made.id, { items: [{ ...line, ...more }] })
      t.match((await list({ comment: '' })).items, [{ id: line!.id, note: 'без лука', comment: 'без лука' }])
      t.match((await list({ comment: 'острый' })).items, [
        { id: line!.id, note: 'острый', comment: 'острый' },
      ])
      t.match((await list({ note: 'мягкий' })).items, [{ id: line!.id, note: 'мягкий' }])
      const only = { id: line!.id, menu_item: soup.id, quantity: 2 }
      t.match((await write(made.id, { items: [only] })).items, [{ quantity: 2, note: 'мягкий' }])
      t.match(await waiter.patch(`${path}${made.id}/`, { items: [{ ...only, note: 'а', comment: 'б' }] }), {
        status: 400,
        body: { items: [{ comment: [String] }] },
      })
      const one = `${path}${made.id}/items/${line!.id}/`
      t.match(await waiter.patch(one, { note: 'а', comment: 'б' }), {
        status: 400,
        body: { comment: [String] },
      })
      t.match((await waiter.patch<OrderRead>(one, { note: 'мягкий', comment: '' })).body.items, [
        { note: 'мягкий' },
      ])
      t.match((await write(made.id, { items: [{ ...only, comment: '' }] })).items, [
        { note: '', comment: '' },
      ])
      await done(made.id)
    })

    await t.test('guests of an emptied field are one', async (t) => {
      for (const guests of [0, '', null]) {
        const made = await order({ guests })
        t.equal(made.guests, 1)
        await write(made.id, { guests: 4 })
        t.equal((await write(made.id, { guests })).guests, 1)
        await done(made.id)
      }
      for (const guests of [-1, 1000, 1.5, 'два', [], {}])
        t.match(await waiter.post(path, { guests }), { status: 400, body: { guests: [String] } })
    })

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

    await t.test('one more costs the same, however it is asked for', async (t) => {
      const salad = await newDish({ title: 'Салат дня', price: '100.00' })
      const ways: [string, (made: OrderRead) => Promise<unknown>][] = [
        ['list', ({ id }) => write(id, { items: [{ menu_item: salad.id, quantity: 2 }] })],
        ['list with ids', ({ id, items }) => write(id, { items: [{ ...items[0], quantity: 2 }] })],
        [
          'quantity of the line',
          ({ id, items }) => waiter.patch(`${path}${id}/items/${items[0]!.id}/`, { quantity: 2 }),
        ],
        ['another line', ({ id }) => waiter.post(`${path}${id}/items/`, { menu_item: salad.id })],
        ['flat', ({ id }) => waiter.post('/api/cafe/order-items/', { order: id, menu_item: salad.id })],
      ]
      for (const [name, more] of ways) {
        await owner.patch(`${menu}${salad.id}/`, { price: '100.00' })
        const made = await order({ items: [{ menu_item: salad.id }] })
        await owner.patch(`${menu}${salad.id}/`, { price: '150.00' })
        await read(made.id)
        await more(made)
        t.equal((await read(made.id)).total_amount, '200.00', name)
        await waiter.post(`${path}${made.id}/items/`, { menu_item: salad.id, note: 'без соли' })
        t.equal(
          (await read(made.id)).total_amount,
          '350.00',
          `${name}: what is new costs what it costs today`,
        )
        await done(made.id)
      }
    })

    await t.test('an id sent again asks for the same, whatever the lines are', async (t) => {
      const id = '01a20b80-0000-7000-8000-00000000feed'
      const body = { id, items: [hall, { menu_item: soup.id, comment: 'острый', note: '' }] }
      const made = await order(body)
      t.match(await waiter.post(path, body), { status: 200, body: { id, version: made.version } })
      t.match(await waiter.post(path, { ...body, items: [{ ...hall, unit_price: '1.00' }, body.items[1]] }), {
        status: 409,
        body: { code: 'id_taken', differs: ['items'] },
      })
      await done(id)
    })

    await t.test('the books are in order', () => checkBooks(database))
  }),
)
