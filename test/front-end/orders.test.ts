import t from 'tap'
import type { Test } from 'tap'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { TableRead } from '../../src/cafe/tables/schema.ts'
import type { TaskRead } from '../../src/cafe/kitchen/schema.ts'
import type { Bill } from '../../src/cafe/payments/schema.ts'
import type { List } from '../cafe/people.ts'
import { openHouse, sentLine, shownLine, withoutEmpty } from './page.ts'
import type { FormLine, Page } from './page.ts'

/** Screens of waiters, cooks and cashiers. */

t.test('orders and the kitchen', async (t: Test) => {
  const { logIn } = await openHouse(t)
  const [waiter, cook, cashier, owner] = [
    await logIn('waiter1@test.com'),
    await logIn('cook1@test.com'),
    await logIn('cashier1@test.com'),
    await logIn('owner@test.com'),
  ]
  const tables = await waiter.ask<List<TableRead>>('get', '/cafe/tables/')
  const [table, other] = tables.results as [TableRead, TableRead]
  const menu = await waiter.ask<List<MenuItemRead>>('get', '/cafe/menu-items/')
  const [soup, tea] = menu.results as [MenuItemRead, MenuItemRead]
  const meat = await owner.ask<MenuItemRead>('post', '/cafe/menu-items/', {
    title: 'Шашлык на вес',
    category: soup.category,
    kitchen: null,
    price: '1200',
    is_active: true,
    is_sold_by_weight: true,
    sale_unit: 'kg',
  })
  const client = await waiter.ask<{ id: string }>('post', '/cafe/clients/', {
    name: 'Азамат',
    phone: '0555 123 456',
    notes: '',
  })

  const save = (lines: FormLine[], form: object = {}, page: Page = waiter) =>
    page.ask<OrderRead>(
      'post',
      '/cafe/orders/',
      withoutEmpty({
        table: table.id,
        waiter: waiter.profile.id,
        client: '',
        guests: 1,
        status: 'open',
        items: lines.map((line) => sentLine(line, null)),
        ...form,
      }),
    )
  const edit = (order: { id: string; guests: number }, lines: FormLine[], form: object = {}) =>
    waiter.ask<OrderRead>('patch', `/cafe/orders/${order.id}/`, {
      guests: order.guests,
      items: lines.map((line) => sentLine(line, order.id)),
      ...form,
    })
  const pay = (id: string, form: object) =>
    cashier.ask<Bill>(
      'post',
      `/cafe/orders/${id}/pay/`,
      withoutEmpty({ close_order: true, discount_amount: '0', ...form }),
    )
  const dish = (item: { id: string; price: string }, more: object = {}): FormLine => ({
    menu_item: item.id,
    price: item.price,
    quantity: 1,
    ...more,
  })

  await t.test('a new order: guests nobody typed, a note, a service, a weight', async (t) => {
    const made = await save(
      [
        dish(soup, { quantity: 2, comment: 'без лука' }),
        dish(meat, { quantity: 1.25 }),
        { service_title: 'Караоке', price: 500, quantity: 1 },
      ],
      { guests: 0 },
    )
    t.match(made, {
      table_number: table.number,
      waiter: waiter.profile.id,
      guests: 1,
      status: 'open',
      is_paid: false,
      balance_due: '0.00',
      items: [
        { line_kind: 'menu', menu_item: soup.id, comment: 'без лука', quantity: 2 },
        {
          menu_item: meat.id,
          quantity: 1.25,
          is_sold_by_weight: true,
          sale_unit: 'kg',
          unit_price: '1200.00',
        },
        { line_kind: 'service', service_title: 'Караоке', unit_price: '500.00', quantity: 1 },
      ],
    })
    t.equal(Number(made.total_amount), Number(soup.price) * 2 + 1500 + 500)
    const { results: tasks } = await cook.ask<List<TaskRead>>(
      'get',
      `/cafe/kitchen/tasks?order=${made.id}&status=pending`,
    )
    t.equal(tasks.length, 3)
    t.match(
      tasks.find((task) => task.menu_item === meat.id),
      { quantity: 1.25, menu_item_is_sold_by_weight: true, menu_item_sale_unit: 'kg' },
    )
    await waiter.ask('patch', `/cafe/orders/${made.id}/`, { status: 'closed' })
  })

  await t.test('an order that is opened, touched and saved keeps what nobody touched', async (t) => {
    const made = await save([
      dish(soup, { comment: 'без лука' }),
      dish(meat, { quantity: 0.7 }),
      { service_title: 'Караоке', price: '500', quantity: 1 },
    ])
    const opened = await waiter.ask<OrderRead>('get', `/cafe/orders/${made.id}/`)
    const form = opened.items.map(shownLine)
    t.strictSame(await edit(opened, form), opened, 'saved as it was')
    const more = await edit(opened, [...form, dish(tea)])
    t.match(more.items, [
      { id: made.items[0]!.id, comment: 'без лука', note: 'без лука' },
      { id: made.items[1]!.id, quantity: 0.7 },
      { id: made.items[2]!.id, service_title: 'Караоке' },
      { menu_item: tea.id },
    ])
    const less = await edit(more, more.items.slice(0, 1).map(shownLine))
    t.equal(less.items.length, 1)
    await waiter.ask('patch', `/cafe/tables/${table.id}/`, { status: 'free' })
    t.equal(
      (await waiter.ask<TableRead>('get', `/cafe/tables/${table.id}/`)).status,
      'busy',
      'guests are still there',
    )
    await waiter.ask('patch', `/cafe/orders/${made.id}/`, { status: 'closed' })
  })

  await t.test('a cook takes and finishes dishes, and the cards become what they are', async (t) => {
    const made = await save([dish(soup, { quantity: 2 })])
    const tab = '/cafe/kitchen/tasks?ordering=-created_at&status=pending,in_progress'
    const listed = (await cook.ask<List<TaskRead>>('get', tab)).results.filter(
      (task) => task.order === made.id,
    )
    const ids = listed.map((task) => task.id)
    const { claimed } = await cook.ask<{ claimed: TaskRead[] }>('post', '/cafe/kitchen/tasks/claim/', {
      task_ids: ids,
    })
    t.strictSame(
      claimed.map((task) => task.id),
      ids,
    )
    for (const task of claimed) {
      t.match(task, { status: 'in_progress', cook: cook.profile.id, menu_item_title: soup.title })
      t.strictSame(task, await cook.ask('get', `/cafe/kitchen/tasks/${task.id}/`))
    }
    const orders = await waiter.listen('orders')
    const { updated } = await cook.ask<{ updated: TaskRead[] }>('post', '/cafe/kitchen/tasks/ready/', {
      task_ids: ids,
    })
    t.match(updated, [
      { id: ids[0], status: 'ready' },
      { id: ids[1], status: 'ready' },
    ])
    for (const _ of ids) {
      const { data } = (await orders.next('kitchen_task_ready')) as unknown as { data: { task: object } }
      t.match(data.task, {
        waiter: waiter.profile.id,
        menu_item_title: soup.title,
        table_number: table.number,
        created_at: String,
      })
    }
    const history = await cook.ask<List<TaskRead>>(
      'get',
      '/cafe/kitchen/tasks?ordering=-created_at&status=ready,cancelled',
    )
    t.ok(history.results.some((task) => task.id === ids[0]))
    await waiter.ask('patch', `/cafe/orders/${made.id}/`, { status: 'closed' })
    await orders.close()
  })

  await t.test('a new order is heard before the table that it takes', async (t) => {
    const [orders, hall] = [await waiter.listen('orders'), await waiter.listen('tables')]
    const made = await save([dish(soup)], { table: other.id })
    t.match(await orders.next(), {
      type: 'order_created',
      data: { order: { id: made.id, table_number: other.number } },
    })
    t.match(await orders.next(), {
      type: 'table_status_changed',
      data: { table_id: other.id, status: 'busy' },
    })
    t.match(await hall.next(), { data: { table_number: other.number, status_display: 'Занят' } })
    const changed = await edit(made, [...made.items.map(shownLine), dish(tea)])
    const heard = await orders.next('order_updated')
    t.match(heard, {
      data: { order: { id: made.id, updated_at: changed.updated_at, total_amount: changed.total_amount } },
    })
    await pay(made.id, { payment_method: 'cash' })
    t.match(await orders.next('order_updated'), { data: { order: { is_paid: true, status: 'closed' } } })
    t.match(await hall.next(), { data: { status: 'free' } })
    await orders.close()
    await hall.close()
  })

  await t.test('a guest pays in each of the ways of the form', async (t) => {
    const key = () => crypto.randomUUID()
    const bill = () => save([dish(soup), { service_title: 'Зал', price: '1000', quantity: 1 }])
    const due = (order: { total_amount: string }) => Number(order.total_amount)

    const cash = await bill()
    t.match(await pay(cash.id, { payment_method: 'cash' }), {
      is_paid: true,
      status: 'closed',
      balance_due: '0.00',
    })

    const split = await bill()
    const parts = [
      { method: 'card', amount: String(due(split) - 300) },
      { method: 'cash', amount: '300' },
    ]
    const form = { payment_method: 'split', payments: parts, idempotency_key: key() }
    const paid = await pay(split.id, form)
    t.match(paid, { is_paid: true, payment_method: 'split' })
    t.strictSame(await pay(split.id, form), paid, 'sent again, it is not paid twice')

    const part = await bill()
    const rest = { payment_method: 'card', pay_now: '400', client_id: client.id, idempotency_key: key() }
    t.match(await pay(part.id, rest), { is_paid: false, balance_due: (due(part) - 400).toFixed(2) })

    const debt = await bill()
    t.match(await pay(debt.id, { payment_method: 'debt', client_id: client.id }), {
      is_paid: false,
      payment_method: 'debt',
      balance_due: debt.total_amount,
      status: 'closed',
    })

    const prepaid = await bill()
    const owing = await pay(prepaid.id, {
      payment_method: 'debt',
      client_id: client.id,
      prepaid_amount: '100',
      prepaid_payment_method: 'transfer',
      idempotency_key: key(),
    })
    t.match(owing, { is_paid: false, balance_due: (due(prepaid) - 100).toFixed(2) })
    const instalment = await cashier.ask('post', `/cafe/orders/${prepaid.id}/pay-debt/`, {
      amount: String(due(prepaid) - 100),
      payment_method: 'cash',
      idempotency_key: key(),
      cash_received: '5000',
      note: 'до зарплаты',
    })
    t.match(instalment, { is_paid: true, balance_due: '0.00' })
    t.match(await waiter.ask('get', `/cafe/orders/${debt.id}/`), {
      balance_due: debt.total_amount,
      is_paid: false,
    })
    t.match(await waiter.ask('get', `/cafe/clients/${client.id}/`), { name: 'Азамат' })
    const mine = await waiter.ask<List<OrderRead>>(
      'get',
      `/cafe/orders/?waiter=${waiter.profile.id}&status=open`,
    )
    t.equal(mine.results.length, 0)
  })

  await t.test('a form that nobody touched erases no discount', async (t) => {
    const made = await save([dish(soup)])
    await owner.ask('patch', `/cafe/orders/${made.id}/`, { discount_amount: '10' })
    t.match(await pay(made.id, { payment_method: 'card', discount_amount: '0' }), {
      discount_amount: '10.00',
    })
  })

  await t.test('an open bill is no debt, and says what is to be paid', async (t) => {
    const made = await save([dish(soup)])
    t.match(made, { balance_due: '0.00', amount_due: soup.price })
    await waiter.ask('patch', `/cafe/orders/${made.id}/`, { status: 'closed' })
    t.match(await waiter.ask('get', `/cafe/orders/${made.id}/`), {
      balance_due: '0.00',
      amount_due: soup.price,
    })
  })

  await t.test('dishes are given back with a reason, also by weight', async (t) => {
    const made = await save([dish(soup, { quantity: 2 }), dish(meat, { quantity: 0.5 })])
    await pay(made.id, { payment_method: 'cash' })
    const back = (line: { id: string }, quantity: number) =>
      cashier.ask('post', `/cafe/orders/${made.id}/refund-item/`, {
        order_item_id: line.id,
        quantity,
        payment_method: 'cash',
        idempotency_key: crypto.randomUUID(),
        note: 'остыло',
      })
    t.match(await back(made.items[0]!, 1), { refund: { amount: soup.price, reason: 'остыло' } })
    t.match(await back(made.items[1]!, 0.2), { refund: { amount: '240.00', quantity: 0.2 } })
    const closed = await cashier.ask<List<OrderRead>>(
      'get',
      '/cafe/orders/?status__in=closed,cancelled&page=1',
    )
    t.ok(closed.results.some((order) => order.id === made.id))
  })
})
