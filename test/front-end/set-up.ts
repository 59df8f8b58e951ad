import type { Test } from 'tap'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { TableRead } from '../../src/cafe/tables/schema.ts'
import type { Bill } from '../../src/cafe/payments/schema.ts'
import type { List } from '../cafe/people.ts'
import { openHouse, sentLine, withoutEmpty } from './page.ts'
import type { FormLine, Page } from './page.ts'

/** The screens of a waiter, a cook, a cashier and the owner, and what their forms send. */
export async function openScreens(t: Test) {
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
  return { waiter, cook, cashier, owner, table, other, soup, tea, meat, client, save, edit, pay, dish }
}
