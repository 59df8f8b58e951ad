import t from 'tap'
import type { Test } from 'tap'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { TableRead } from '../../src/cafe/tables/schema.ts'
import type { TaskRead } from '../../src/cafe/kitchen/schema.ts'
import type { List } from '../cafe/people.ts'
import { shownLine } from './page.ts'
import { openScreens } from './set-up.ts'

/** Screens of waiters and cooks. */

t.test('orders and the kitchen', async (t: Test) => {
  const { waiter, cook, table, other, soup, tea, meat, save, edit, pay, dish } = await openScreens(t)

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
})
