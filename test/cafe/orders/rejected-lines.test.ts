import t from 'tap'
import type { AuditEntry } from '../../../src/cafe/audit/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { LineRead } from '../../../src/cafe/orders/items/schema.ts'
import { formatMoney, parseMoney } from '../../../src/money/money.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import type { List } from '../people.ts'
import { cafeAtWork, hall, path } from './set-up.ts'

t.test('lines that the guest or the kitchen refuses', (t) =>
  onBoth(t, async (t, kind) => {
    const { database, owner, waiter, soup, tea, order, ...service } = await cafeAtWork(t, kind)
    const { tasksOf, read, write, step } = service

    /** What the audit log has of the removal of a line. */
    const noted = async (id: string) => {
      const path = `/api/cafe/audit-log/?resource=order_item&resource_id=${id}`
      const { body } = await owner.get<List<AuditEntry>>(path)
      return body.results.find(({ action }) => action === 'update')
    }

    await t.test(
      'one in a list is not billed, the kitchen hears of it, and the reason is kept',
      async (t) => {
        const made = await order({
          items: [{ menu_item: soup.id, quantity: 3 }, { menu_item: tea.id }, hall],
        })
        const [first, second, third] = made.items as [Line, Line, Line]
        const tasks = await tasksOf(made.id)
        await step(tasks.find((task) => task.order_item === first.id)!.id, 'ready')
        const rejected = { ...first, is_rejected: true, rejection_reason: ' волос ' }
        let left!: OrderRead
        const events = await announcedBy(database, async () => {
          left = await write(made.id, { items: [rejected, { ...second, is_rejected: false }, third] })
        })
        t.same(
          left.items.map(({ id }) => id),
          [second.id, third.id],
        )
        t.equal(left.total_amount, formatMoney(parseMoney(tea.price) + 100_100))
        t.notHas(left, { warnings: Array })
        t.same(
          events.map(({ type }) => type),
          ['order_updated', 'kitchen_task_cancelled', 'kitchen_task_cancelled'],
          'what is not cooked yet; the dish that is ready stays on record',
        )
        t.match(await noted(first.id), { user_label: String, after: { rejection_reason: 'волос' } })
        t.same(
          await write(made.id, { items: [rejected, second, third] }),
          left,
          'sent again, it changes nothing',
        )
        const bare = await write(made.id, { items: [second, { id: third.id, ...hall, is_rejected: true }] })
        t.equal(bare.items.length, 1, 'a service may be refused too, without a word')
        t.match(await noted(third.id), { after: { rejection_reason: '' } })
      },
    )

    await t.test('units that another waiter added meanwhile stay', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity: 2 }, { menu_item: tea.id }] })
      await read(made.id)
      const [first, second] = made.items as [Line, Line]
      await owner.patch(`${path}${made.id}/items/${first.id}/`, { quantity: 3 })
      const left = await write(made.id, { items: [{ ...first, is_rejected: true }, second] })
      t.match(left.items, [{ id: first.id, quantity: 1 }, { id: second.id }])
    })

    await t.test('so is one on a path of its own', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }, { menu_item: tea.id }] })
      const [first, second] = made.items as [Line, Line]
      const refused = { is_rejected: true, rejection_reason: 'ждали час', quantity: 5 }
      const less = await waiter.patch<OrderRead>(`${path}${made.id}/items/${first.id}/`, refused)
      t.match(less, { status: 200, body: { total_amount: tea.price } })
      t.equal(less.body.items.length, 1)
      const line = await waiter.patch<LineRead>(`/api/cafe/order-items/${second.id}/`, refused)
      t.match(line, { status: 200, body: { is_rejected: true, rejection_reason: 'ждали час' } })
      t.match(await read(made.id), { items: [], total_amount: '0.00' })
      t.equal((await waiter.get(`/api/cafe/order-items/${second.id}/`)).status, 404)
      t.ok((await tasksOf(made.id)).every(({ status }) => status === 'cancelled'))
    })

    await t.test('a new line cannot be refused, nor one of a closed order', async (t) => {
      const line = { menu_item: tea.id, is_rejected: true, rejection_reason: 'передумал' }
      const said = { is_rejected: [/новую просто не передавайте/] }
      t.match(await waiter.post(path, { items: [line] }), { status: 400, body: { items: [said] } })
      const made = await order({ items: [{ menu_item: soup.id }] })
      t.match(await waiter.post(`${path}${made.id}/items/`, line), { status: 400, body: said })
      t.match(await waiter.patch(`${path}${made.id}/`, { items: [made.items[0]!, line] }), {
        status: 400,
        body: { items: [{}, said] },
      })
      t.match(await waiter.patch(`${path}${made.id}/items/${made.items[0]!.id}/`, { is_rejected: 'true' }), {
        status: 400,
        body: { is_rejected: [String] },
      })
      t.match(
        await waiter.patch(`${path}${made.id}/items/${made.items[0]!.id}/`, {
          is_rejected: null,
          rejection_reason: null,
        }),
        { status: 200, body: { version: 1 } },
        'no refusal',
      )
      await write(made.id, { status: 'closed' })
      t.match(
        await waiter.patch(`${path}${made.id}/`, { items: [{ ...made.items[0]!, is_rejected: true }] }),
        {
          status: 409,
          body: { code: 'order_not_open' },
        },
      )
    })
  }),
)

type Line = OrderRead['items'][number]
