import t from 'tap'
import type { Test } from 'tap'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../src/cafe/orders/schema.ts'
import type { TaskRead } from '../../src/cafe/kitchen/schema.ts'
import type { List } from '../cafe/people.ts'
import { openHouse } from './page.ts'

interface Branch {
  id: string
  created_at: string
}

interface Sales {
  revenue: string
  orders_count: number
  items_qty: number
}

/** What stands around the screens: the bell, people, settings, registration; and the owner's pages. */

t.test('the shell, and the pages of the owner', async (t: Test) => {
  const { logIn, ask } = await openHouse(t, { REGISTRATION: 'true' })
  const [owner, waiter, cook] = [
    await logIn('owner@test.com'),
    await logIn('waiter1@test.com'),
    await logIn('cook1@test.com'),
  ]
  const flags = [
    'can_view_cafe_orders',
    'can_view_cafe_cook',
    'can_view_settings',
    'can_view_branch',
    'can_view_analytics',
  ]

  await t.test('the menu shows what the profile allows', async (t) => {
    for (const flag of flags) t.equal(owner.profile[flag], true, flag)
    t.match(owner.profile, { role: 'owner', role_display: 'Владелец', custom_role: null })
    t.match(waiter.profile, {
      can_view_cafe_orders: true,
      can_view_cafe_cook: false,
      can_view_settings: false,
    })
    t.match(await waiter.ask('patch', '/users/profile/', { can_view_settings: true, first_name: 'Айгуль' }), {
      can_view_settings: false,
    })
  })

  await t.test('an owner of a chain works without choosing a branch', async (t) => {
    const branches = (await owner.ask<List<Branch>>('get', '/users/branches/')).results
    const oldest = branches.toSorted((a, b) =>
      a.created_at === b.created_at ? (a.id < b.id ? -1 : 1) : a.created_at < b.created_at ? -1 : 1,
    )[0]!
    const usual = owner.profile.primary_branch_id ?? oldest.id
    t.match(await owner.ask('post', '/cafe/zones/', { title: 'Летняя терраса' }), { branch: usual })
    const order = await owner.ask<OrderRead>('post', '/cafe/orders/', {
      guests: 2,
      status: 'open',
      items: [],
    })
    t.equal(order.branch, usual)
    await owner.ask('patch', `/cafe/orders/${order.id}/`, { status: 'cancelled' })
    const tables = await owner.ask<List<{ branch: string }>>('get', '/cafe/tables/')
    const read = new Set(tables.results.map((row) => row.branch))
    t.equal(read.size, 2, 'what is read is of all branches')
  })

  await t.test('the bell rings for the waiter alone, and counts', async (t) => {
    const dish = (await waiter.ask<List<MenuItemRead>>('get', '/cafe/menu-items/')).results[0]!
    const order = await waiter.ask<OrderRead>('post', '/cafe/orders/', {
      items: [{ menu_item: dish.id, quantity: 1 }],
    })
    const { results: tasks } = await cook.ask<List<TaskRead>>('get', `/cafe/kitchen/tasks?order=${order.id}`)
    const [bell, other] = [await waiter.listen('notifications'), await cook.listen('notifications')]
    await cook.ask('post', '/cafe/kitchen/tasks/ready/', { task_ids: [tasks[0]!.id] })
    const { data } = (await bell.next('notification')) as unknown as { data: { id: string } }
    t.match(data, {
      title: String,
      message: `Готово: ${dish.title} (стол —)`,
      is_read: false,
      created_at: String,
    })
    const page = await waiter.ask<List<object>>('get', '/main/notifications/?limit=20&offset=0')
    t.match(page.results[0], { id: data.id, is_read: false })
    t.match(await waiter.ask('get', '/main/notifications/?limit=20&offset=20'), { results: [], next: null })
    t.match(await waiter.try('get', '/main/notifications/?page=2&offset=20'), {
      status: 400,
      body: { offset: [String] },
    })
    t.match(await waiter.ask('get', `/main/notifications/${data.id}/`), { id: data.id })
    t.match(await waiter.ask('post', `/main/notifications/${data.id}/read/`), { is_read: true })
    t.match(await bell.next('unread_count'), { data: { count: 0 } })
    await waiter.ask('post', '/main/notifications/mark-all-read/')
    await other.pingPong()
    t.strictSame(other.rest(), [])
    await waiter.ask('patch', `/cafe/orders/${order.id}/`, { status: 'closed' })
  })

  await t.test('the landing page of the owner shows figures, of hours too', async (t) => {
    const today = 'date_from=2020-01-01&date_to=2099-12-31'
    const dish = (await waiter.ask<List<MenuItemRead>>('get', '/cafe/menu-items/')).results[0]!
    const order = await waiter.ask<OrderRead>('post', '/cafe/orders/', {
      items: [{ menu_item: dish.id, quantity: 2 }],
    })
    await waiter.ask('post', `/cafe/orders/${order.id}/pay/`, { payment_method: 'cash' })
    const summary = await owner.ask<Sales>('get', `/cafe/analytics/sales/summary/?${today}`)
    t.ok(Number(summary.revenue) >= Number(order.total_amount))
    t.ok(summary.orders_count >= 1 && summary.items_qty >= 2)
    const items = await owner.ask<List<{ menu_item: string }>>(
      'get',
      `/cafe/analytics/sales/items/?${today}&limit=500`,
    )
    t.match(
      items.results.find((row) => row.menu_item === dish.id),
      { title: dish.title, qty: Number, revenue: String, category_id: dish.category },
    )
    const categories = await owner.ask<List<object>>('get', `/cafe/analytics/sales/categories/?${today}`)
    t.ok(
      categories.results.every(
        (row) => 'qty' in row && 'revenue' in row && 'title' in row && 'category_id' in row,
      ),
    )
    const all = await owner.ask<Sales>(
      'get',
      `/cafe/analytics/sales/summary/?${today}&time_from=00:00&time_to=23:59`,
    )
    t.equal(all.revenue, summary.revenue)
    for (const report of ['items', 'categories'])
      await owner.ask('get', `/cafe/analytics/sales/${report}/?${today}&time_from=08:00&time_to=20:00`)
    await owner.ask('get', `/cafe/kitchen/analytics/cooks/?${today}`)
  })

  await t.test('people are hired with a role, the company’s own too, and a branch', async (t) => {
    const branch = (await owner.ask<List<Branch>>('get', '/users/branches/')).results[0]!
    const access = {
      can_view_settings: true,
      can_view_whatsapp: false,
      can_view_instagram: false,
      can_view_telegram: false,
      can_view_documents: false,
      can_view_market_label: false,
      can_view_market_scales: false,
    }
    const person = (email: string, more: object) => ({
      email,
      first_name: 'Нур',
      last_name: 'Асанов',
      phone_number: '0555000111',
      track_number: '',
      ...access,
      branches: [branch.id],
      ...more,
    })
    const hired = await owner.ask<{ id: string; generated_password: string }>(
      'post',
      '/users/employees/create/',
      person('nur@test.com', { role: 'waiter' }),
    )
    t.match(hired, { id: String, role: 'waiter', branches: [branch.id], generated_password: String })
    t.match(await owner.ask('patch', `/users/employees/${hired.id}/`, access), { can_view_settings: true })
    const page = await logIn('nur@test.com', hired.generated_password)
    t.match(page.profile, { role: 'waiter', primary_branch_id: branch.id })

    const role = await owner.ask<{ id: string }>('post', '/users/roles/custom/', { name: 'Хостес' })
    const host = await owner.ask(
      'post',
      '/users/employees/create/',
      person('host@test.com', { custom_role: role.id }),
    )
    t.match(host, { custom_role: role.id, role_display: 'Хостес' })
    const roles = await owner.ask('get', '/users/roles/')
    t.ok(JSON.stringify(roles).includes(role.id))
    t.equal((await owner.ask<List<object>>('get', `/users/employees/?custom_role=${role.id}`)).count, 1)

    await page.ask('patch', '/users/settings/change-password/', {
      current_password: hired.generated_password,
      new_password: 'новый-пароль-7',
      new_password2: 'новый-пароль-7',
    })
    await logIn('nur@test.com', 'новый-пароль-7')
    t.match(
      await page.try('patch', '/users/settings/change-password/', {
        current_password: 'мимо',
        new_password: 'новый-пароль-8',
        new_password2: 'новый-пароль-8',
      }),
      { status: 400, body: { current_password: [String] } },
    )
  })

  await t.test('the company is read and renamed in the settings', async (t) => {
    t.match(await owner.ask('get', '/users/settings/company/'), { name: String, slug: String })
    t.match(await owner.ask('patch', '/users/settings/company/', { name: 'Ала-Тоо' }), { name: 'Ала-Тоо' })
    t.match(await owner.ask('get', '/users/company/'), { name: 'Ала-Тоо', sector: { name: 'Кафе' } })
  })

  await t.test('a new company registers itself', async (t) => {
    const industries = await ask<List<{ sectors: [{ id: string }] }>>('get', '/users/industries/')
    const plans = await ask<List<{ id: string }>>('get', '/users/subscription-plans/')
    const body = {
      email: 'new-owner@test.com',
      password: 'пароль-подлиннее-1',
      password2: 'пароль-подлиннее-1',
      first_name: 'Бакыт',
      last_name: 'Нуров',
      avatar: '',
      company_sector_id: industries.results[0]!.sectors[0].id,
      subscription_plan_id: plans.results[0]!.id,
      company_name: 'Новое кафе',
      company_region: null,
    }
    const made = await ask('post', '/users/auth/register/', body)
    t.match(made, { user_id: String })
    const page = await logIn('new-owner@test.com', body.password)
    t.match(page.profile, { role_display: 'Владелец' })
    const { slug } = await page.ask<{ slug: string }>('get', '/users/company/')
    t.match(await page.ask('get', '/users/company/check-slug/?slug=nowhere-else'), { available: true })
    t.match(await owner.ask('get', `/users/company/check-slug/?slug=${slug}`), {
      available: false,
      message: String,
    })
    await page.ask('patch', '/users/profile/', Object.fromEntries(flags.map((flag) => [flag, true])))
  })
})
