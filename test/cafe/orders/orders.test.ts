import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('taking orders', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const [owner, waiter, other] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('owner2')]
    const { centre, south } = await branchesOf(owner)
    const { tables, dishes, order, tableOf, tasksOf } = await serviceOf(waiter)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const client = (await waiter.get<List<{ id: string; name: string }>>('/api/cafe/clients/')).body
      .results[0]!
    const me = (
      await waiter.get<{ id: string; first_name: string; last_name: string }>('/api/users/profile/')
    ).body

    await t.test('a new order has every field, a task per unit, and a busy table', async (t) => {
      const table = tables[0]!
      let made!: OrderRead
      const events = await announcedBy(database, async () => {
        made = await order({
          table: table.id,
          client: client.id,
          guests: 3,
          note: 'у окна',
          discount_amount: '10.50',
          items: [
            { menu_item: soup.id, quantity: 2 },
            {
              menu_item: tea.id,
              note: 'без сахара',
              line_kind: 'dish',
              unit_price: '1.00',
              is_rejected: true,
            },
          ],
        })
      })
      const total = parseMoney(soup.price) * 2 + parseMoney(tea.price)
      const { items, ...fields } = made
      t.match(fields, { id: String, number: 1, created_at: isoInstant, updated_at: isoInstant })
      const { id, business_day, created_at, updated_at, ...rest } = fields
      t.match(business_day, /^\d{4}-\d{2}-\d{2}$/)
      t.strictSame(rest, {
        company: table.company,
        branch: centre,
        number: 1,
        table: table.id,
        table_number: table.number,
        zone: table.zone,
        zone_title: (await waiter.get<{ title: string }>(`/api/cafe/zones/${table.zone}/`)).body.title,
        client: client.id,
        client_name: client.name,
        waiter: me.id,
        waiter_label: `${me.first_name} ${me.last_name}`,
        guests: 3,
        status: 'open',
        status_display: 'Открыт',
        is_paid: false,
        paid_at: null,
        payment_method: '',
        total_amount: formatMoney(total),
        discount_amount: '10.50',
        discount_reason: '',
        final_amount: formatMoney(total - 1050),
        amount_due: formatMoney(total - 1050),
        balance_due: '0.00',
        refunded_amount: '0.00',
        note: 'у окна',
        closed_at: null,
        canceled_at: null,
        canceled_by: null,
        version: 1,
      })
      t.equal(created_at, updated_at)
      const noTasks = { in_progress: 0, ready: 0, cancelled: 0 }
      t.strictSame(
        items.map(({ id: _id, ...line }) => line),
        [
          {
            line_kind: 'menu',
            menu_item: soup.id,
            menu_item_title: soup.title,
            menu_item_price: soup.price,
            service_title: '',
            unit_price: soup.price,
            is_sold_by_weight: false,
            sale_unit: 'pcs',
            quantity: 2,
            note: '',
            comment: '',
            line_total: formatMoney(parseMoney(soup.price) * 2),
            tasks: { pending: 2, ...noTasks },
          },
          {
            line_kind: 'menu',
            menu_item: tea.id,
            menu_item_title: tea.title,
            menu_item_price: tea.price,
            service_title: '',
            unit_price: tea.price,
            is_sold_by_weight: false,
            sale_unit: 'pcs',
            quantity: 1,
            note: 'без сахара',
            comment: 'без сахара',
            line_total: tea.price,
            tasks: { pending: 1, ...noTasks },
          },
        ],
      )
      t.equal((await tableOf(table.id)).status, 'busy')
      t.strictSame(
        events.map((event) => event.type),
        ['order_created', 'table_status_changed', ...Array(3).fill('kitchen_task_created')],
      )
      t.ok(events.every((event) => event.stream === centre))
      t.strictSame(events[0]!.data, { order: made, company_id: table.company, branch_id: centre })
      t.strictSame(events[1]!.data, {
        table: await tableOf(table.id),
        table_id: table.id,
        table_number: table.number,
        status: 'busy',
        status_display: 'Занят',
        company_id: table.company,
        branch_id: centre,
      })
      const tasks = await tasksOf(id)
      t.strictSame(
        events.slice(2).map((event) => event.data.task),
        tasks,
      )
      t.strictSame(
        tasks.map((task) => [task.menu_item, task.unit_index, task.status, task.table_number, task.guest]),
        [
          [soup.id, 1, 'pending', table.number, client.name],
          [soup.id, 2, 'pending', table.number, client.name],
          [tea.id, 1, 'pending', table.number, client.name],
        ],
      )
      t.strictSame((await waiter.get<OrderRead>(`${path}${id}/`)).body, made, 'reading gives the same')
    })

    await t.test(
      'a second order on a busy table is a second order; the table frees with the last',
      async (t) => {
        const table = tables[1]!
        const first = await order({ table: table.id })
        const second = await announcedBy(database, async () => {
          await order({ table: table.id })
        })
        t.strictSame(
          second.map((event) => event.type),
          ['order_created'],
        )
        const close = (id: string) =>
          announcedBy(database, () => waiter.patch(`${path}${id}/`, { status: 'closed' }))
        t.strictSame(
          (await close(first.id)).map((event) => event.type),
          ['order_updated'],
        )
        const [last] = (await waiter.get<List<OrderRead>>(`${path}?table=${table.id}&status=open`)).body
          .results
        t.strictSame(
          (await close(last!.id)).map((event) => event.type),
          ['order_updated', 'table_status_changed'],
        )
        t.equal((await tableOf(table.id)).status, 'free')
      },
    )

    await t.test('an order without a table is a takeaway', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      t.match(made, { table: null, table_number: null, zone: null, client: null, client_name: '', guests: 1 })
    })

    await t.test('the same dish and note twice is one line', async (t) => {
      const { items } = await order({
        items: [
          { menu_item: soup.id, quantity: 2 },
          { menu_item: soup.id, comment: ' ' },
          { menu_item: soup.id, comment: 'острый' },
        ],
      })
      t.strictSame(
        items.map((line) => [line.quantity, line.note]),
        [
          [3, ''],
          [1, 'острый'],
        ],
      )
    })

    await t.test('prices are those of the moment of ordering', async (t) => {
      const made = await order({ items: [{ menu_item: tea.id }] })
      await owner.patch(`/api/cafe/menu-items/${tea.id}/`, { price: '777.00' })
      const { body } = await waiter.get<OrderRead>(`${path}${made.id}/`)
      await owner.patch(`/api/cafe/menu-items/${tea.id}/`, { price: tea.price })
      t.equal(body.items[0]!.menu_item_price, tea.price)
      t.equal(body.total_amount, tea.price)
    })

    await t.test('numbers rise by one per branch and business day', async (t) => {
      const before = (await order()).number
      const abroad = await cafe.as('waiter2').post<OrderRead>(path, {})
      t.equal((await order()).number, before + 1)
      t.equal(abroad.body.number, 1)
      t.equal(abroad.body.branch, south)
    })

    await t.test(
      'a company-wide actor orders where the table stands, else where it says, else in its usual branch',
      async (t) => {
        const southern = (await owner.get<List<{ id: string }>>(`/api/cafe/tables/?branch=${south}`)).body
          .results[0]!
        t.match((await owner.post(path, { table: southern.id })).body, { branch: south, waiter: null })
        t.match(await owner.post(path, {}), { status: 201, body: { branch: centre } }, 'the oldest one')
        t.match(await owner.post(path, { branch: centre }), { status: 201, body: { branch: centre } })
        t.match(await owner.post(path, { branch: missing }), {
          status: 400,
          body: { branch: [/не существует/] },
        })
        t.match(await other.post(path, {}), { status: 201, body: { branch: null, number: 1 } })
      },
    )

    await t.test('bad input names its field and loses nothing', async (t) => {
      const southern = (await owner.get<List<{ id: string }>>(`/api/cafe/tables/?branch=${south}`)).body
        .results[0]!
      const foreign = (await other.get<List<{ id: string }>>('/api/cafe/tables/')).body.results[0]!
      const foreignDish = (await other.get<List<{ id: string }>>('/api/cafe/menu-items/')).body.results[0]!
      const noObject = (id: string) => `Недопустимый первичный ключ "${id}" - объект не существует.`
      const cases: [string, unknown, unknown][] = [
        ['a list', [], { non_field_errors: ['Ожидался объект JSON.'] }],
        ['an unknown table', { table: missing }, { table: [noObject(missing)] }],
        ['a table of another branch', { table: southern.id }, { table: [noObject(southern.id)] }],
        ['a table of another company', { table: foreign.id }, { table: [noObject(foreign.id)] }],
        ['a malformed table', { table: 'стол' }, { table: [/UUID/] }],
        ['an unknown client', { client: missing }, { client: [noObject(missing)] }],
        ['an unknown waiter', { waiter: missing }, { waiter: [noObject(missing)] }],
        [
          'fewer than no guests',
          { guests: -1 },
          { guests: ['Убедитесь, что это значение больше либо равно 1.'] },
        ],
        ['too many guests', { guests: 1000 }, { guests: [/меньше либо равно 999/] }],
        ['guests as text', { guests: '2' }, { guests: ['Введите правильное целое число.'] }],
        ['half a guest', { guests: 1.5 }, { guests: ['Введите правильное целое число.'] }],
        ['items that are no list', { items: {} }, { items: ['Ожидался список.'] }],
        ['an item without a dish', { items: [{}] }, { items: [{ menu_item: ['Обязательное поле.'] }] }],
        [
          'an item that is no object',
          { items: [3] },
          { items: [{ non_field_errors: ['Ожидался объект JSON.'] }] },
        ],
        [
          'a zero quantity in the second line',
          { items: [{ menu_item: soup.id }, { menu_item: soup.id, quantity: 0 }] },
          { items: [{}, { quantity: ['Убедитесь, что это значение больше либо равно 1.'] }] },
        ],
        [
          'a negative quantity',
          { items: [{ menu_item: soup.id, quantity: -1 }] },
          { items: [{ quantity: ['Убедитесь, что это значение больше либо равно 1.'] }] },
        ],
        [
          'an absurd quantity',
          { items: [{ menu_item: soup.id, quantity: 1000 }] },
          { items: [{ quantity: [/меньше либо равно 999/] }] },
        ],
        [
          'an absurd sum of quantities',
          { items: [{ menu_item: soup.id, quantity: 999 }, { menu_item: soup.id }] },
          { items: [{}, { quantity: [/меньше либо равно 999/] }] },
        ],
        [
          'more units than a kitchen can be told of',
          { items: dishes.slice(0, 3).map((dish) => ({ menu_item: dish.id, quantity: 900 })) },
          { items: [/2000/] },
        ],
        [
          'an unknown dish',
          { items: [{ menu_item: missing }] },
          { items: [{ menu_item: [noObject(missing)] }] },
        ],
        [
          'a dish of another company',
          { items: [{ menu_item: soup.id }, { menu_item: foreignDish.id }] },
          { items: [{}, { menu_item: [noObject(foreignDish.id)] }] },
        ],
        ['money with three decimals', { discount_amount: '1.005' }, { discount_amount: [/двух/] }],
        ['money as a float', { discount_amount: 0.001 }, { discount_amount: [/двух/] }],
        ['negative money', { discount_amount: '-1.00' }, { discount_amount: [String] }],
        ['money as a word', { discount_amount: 'NaN' }, { discount_amount: [String] }],
        [
          'a discount above the total',
          { discount_amount: 1 },
          { discount_amount: ['Скидка больше суммы заказа.'] },
        ],
        ['a note that is null', { note: null }, { note: ['Это поле не может быть пустым.'] }],
        ['a NUL character', { note: 'a\0b' }, { note: [/NUL/] }],
      ]
      const count = async () => (await waiter.get<List<OrderRead>>(path)).body.count
      const before = await count()
      const events = await announcedBy(database, async () => {
        for (const [what, body, faults] of cases) {
          t.match(await waiter.post(path, body), { status: 400, body: faults }, what)
        }
      })
      t.strictSame(events, [])
      t.equal(await count(), before)
    })

    await t.test('what is not on sale cannot be ordered, and the line says so', async (t) => {
      const [stopped, inactive] = [dishes[3]!, dishes[4]!]
      await owner.patch(`/api/cafe/menu-items/${stopped.id}/?branch=${centre}`, { stopped: true })
      await owner.patch(`/api/cafe/menu-items/${inactive.id}/`, { is_active: false })
      const refused = async (id: string) =>
        waiter.post(path, { items: [{ menu_item: soup.id }, { menu_item: id }] })
      t.match(await refused(stopped.id), { status: 400, body: { items: [{}, { menu_item: [/на стопе/] }] } })
      t.match(await refused(inactive.id), {
        status: 400,
        body: { items: [{}, { menu_item: [/не продаётся/] }] },
      })
      const abroad = await cafe.as('waiter2').post(path, { items: [{ menu_item: stopped.id }] })
      t.equal(abroad.status, 201, 'the stop-list is kept per branch')
      await owner.patch(`/api/cafe/menu-items/${stopped.id}/?branch=${centre}`, { stopped: false })
      await owner.patch(`/api/cafe/menu-items/${inactive.id}/`, { is_active: true })
    })

    await t.test('cooks take no orders; nobody does without a token', async (t) => {
      t.match(await cafe.as('cook1').post(path, {}), { status: 403, body: { code: 'permission_denied' } })
      t.match(await cafe.withToken().post(path, {}), { status: 401, body: { code: 'not_authenticated' } })
      t.match(await cafe.as('nocompany').get(path), { status: 403, body: { code: 'no_company' } })
    })

    await t.test('what belongs to others is not there', async (t) => {
      const mine = await order()
      for (const stranger of [other, cafe.as('waiter2')]) {
        t.equal((await stranger.get(`${path}${mine.id}/`)).status, 404)
        t.equal((await stranger.patch(`${path}${mine.id}/`, { guests: 2 })).status, 404)
        const listed = (await stranger.get<List<OrderRead>>(`${path}?page_size=500`)).body.results
        t.notOk(listed.some(({ id }) => id === mine.id))
      }
      t.equal((await owner.get(`${path}${mine.id}/?branch=${south}`)).status, 404)
      t.equal((await owner.get(`${path}${mine.id}/?branch=${centre}`)).status, 200)
      t.match(await owner.get(`${path}?branch=${missing}`), { status: 400, body: { branch: [String] } })
      t.equal(
        (await waiter.get(`${path}?branch=${south}`)).status,
        200,
        'staff asking for another branch: ignored',
      )
      t.equal((await waiter.get(`${path}no-uuid/`)).status, 404)
    })
  }),
)

t.test('lists of orders', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [waiter, owner] = [cafe.as('waiter1'), cafe.as('owner')]
    const { tables, dishes, order } = await serviceOf(waiter)
    const client = (
      await waiter.post<{ id: string }>('/api/cafe/clients/', { name: 'Жибек 100%', phone: '+996700111222' })
    ).body
    const made = [
      await order({ table: tables[0]!.id, guests: 4, items: [{ menu_item: dishes[0]!.id, quantity: 3 }] }),
      await order({ table: tables[1]!.id, guests: 2, client: client.id }),
      await order({ guests: 1, items: [{ menu_item: dishes[0]!.id }] }),
    ]
    await waiter.patch(`${path}${made[2]!.id}/`, { status: 'cancelled' })
    const ids = made.map(({ id }) => id)
    const list = async (query: string) => (await waiter.get<List<OrderRead>>(`${path}?${query}`)).body
    const found = async (query: string) => (await list(query)).results.map(({ id }) => ids.indexOf(id))

    await t.test('newest first, in pages with absolute links', async (t) => {
      t.strictSame(await found(''), [2, 1, 0])
      const first = await list('page_size=2')
      t.equal(first.count, 3)
      t.match(first.next, /^http:\/\/[^/]+\/api\/cafe\/orders\/\?page_size=2&page=2$/)
      t.equal(first.previous, null)
      const second = await list('page_size=2&page=2')
      t.equal(second.results.length, 1)
      t.match(second.previous, /^http:\/\/[^/]+\/api\/cafe\/orders\/\?page_size=2$/)
      t.match(await waiter.get(`${path}?page_size=2&page=3`), { status: 404, body: { code: 'invalid_page' } })
      t.match(await waiter.get(`${path}?page=0`), { status: 400, body: { page: [String] } })
    })

    await t.test('ordering', async (t) => {
      t.strictSame(await found('ordering=created_at'), [0, 1, 2])
      t.strictSame(await found('ordering=-guests'), [0, 1, 2])
      t.strictSame(await found('ordering=total_amount'), [1, 2, 0])
      t.match(await waiter.get(`${path}?ordering=secret,-guests`), {
        status: 400,
        body: { ordering: [String] },
      })
    })

    await t.test('filters', async (t) => {
      t.strictSame(await found('status=cancelled'), [2])
      t.strictSame(await found('status__in=open,cancelled'), [2, 1, 0])
      t.strictSame(await found('status__in=closed'), [])
      t.strictSame(await found('status__in=open&status__in=cancelled'), [2, 1, 0])
      t.strictSame(await found(`table=${tables[1]!.id}`), [1])
      t.strictSame(await found(`client=${client.id}`), [1])
      t.strictSame(await found(`waiter=${made[0]!.waiter}`), [2, 1, 0])
      t.strictSame(await found('guests=4'), [0])
      t.strictSame(await found('is_paid=true'), [])
      t.strictSame(await found('is_paid=false&guests=2'), [1])
      t.strictSame(await found(`number=${made[2]!.number}`), [2])
      t.strictSame(await found(`created_at_from=${made[1]!.created_at}`), [2, 1])
      t.strictSame(await found(`created_at_to=${made[1]!.created_at}`), [1, 0])
      t.strictSame(await found('created_at_to=2000-01-01'), [])
      t.strictSame(await found(`created_at_to=${made[0]!.business_day}`), [2, 1, 0])
      t.strictSame(await found('status=&table='), [2, 1, 0], 'empty is no filter')
    })

    await t.test('a malformed filter is named', async (t) => {
      for (const [query, field] of [
        ['status=eaten', 'status'],
        ['status__in=open,eaten', 'status__in'],
        ['table=5', 'table'],
        ['guests=many', 'guests'],
        ['is_paid=perhaps', 'is_paid'],
        ['created_at_from=yesterday', 'created_at_from'],
        ['page_size=all', 'page_size'],
        ['search=a%00b', 'search'],
      ]) {
        t.match(
          await waiter.get(`${path}?${query}`),
          { status: 400, body: { [field!]: [String] } },
          `${query}`,
        )
      }
    })

    await t.test('search by client, phone, table and waiter', async (t) => {
      t.strictSame(await found('search=жибек'), [1])
      t.strictSame(await found('search=100%25'), [1])
      t.strictSame(await found('search=_ибек'), [], 'wildcards mean themselves')
      t.strictSame(await found('search=700111'), [1])
      t.strictSame(await found('search=Айгуль'), [2, 1, 0])
      t.strictSame(await found('search=никого'), [])
    })

    await t.test('closed orders, and the orders of one client', async (t) => {
      const own = `/api/cafe/clients/${client.id}/orders/`
      t.match((await waiter.get(own)).body, { count: 1, results: [{ id: ids[1] }] })
      t.match((await waiter.get(`${own}history/`)).body, { count: 0 })
      const taken = await waiter.post<OrderRead>(own, { guests: 5 })
      t.match(taken, { status: 201, body: { client: client.id, guests: 5 } })
      await waiter.patch(`${path}${taken.body.id}/`, { status: 'closed' })
      t.match((await waiter.get(`${own}history/`)).body, { count: 1, results: [{ id: taken.body.id }] })
      t.match((await waiter.get(`${path}closed/`)).body, { count: 1, results: [{ id: taken.body.id }] })
      await owner.delete(`${path}${taken.body.id}/`)
      const stranger = cafe.as('owner2')
      t.equal((await stranger.get(own)).status, 404)
      t.equal((await stranger.post(own, {})).status, 404)
      t.equal((await waiter.get(`/api/cafe/clients/${missing}/orders/`)).status, 404)
    })

    await t.test('company-wide actors see all branches, or the one they choose', async (t) => {
      const { centre, south } = await branchesOf(owner)
      const count = async (query: string) => (await owner.get<List<OrderRead>>(`${path}?${query}`)).body.count
      t.equal(await count(''), 3)
      t.equal(await count(`branch=${centre}`), 3)
      t.equal(await count(`branch=${south}`), 0)
    })
  }),
)
