import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { cafeAtWork, path } from './set-up.ts'

t.test('taking orders', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, database, owner, waiter, write, done, ...service } = await cafeAtWork(t, kind)
    const { tables, soup, tea, order, tableOf, tasksOf } = service
    const other = cafe.as('owner2')
    const { centre, south } = await branchesOf(owner)
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
              is_rejected: false,
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
            refunded_quantity: 0,
            refundable_quantity: 0,
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
            refunded_quantity: 0,
            refundable_quantity: 0,
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
  }),
)
