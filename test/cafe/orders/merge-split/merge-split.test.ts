import t from 'tap'
import type { TaskRead } from '../../../../src/cafe/kitchen/schema.ts'
import type { SplitReply } from '../../../../src/cafe/orders/merge-split/schema.ts'
import type { OrderRead } from '../../../../src/cafe/orders/schema.ts'
import { formatMoney, parseMoney } from '../../../../src/money/money.ts'
import { startApp } from '../../../support/app.ts'
import { checkBooks } from '../../../support/books.ts'
import { onBoth } from '../../../support/database.ts'
import { announcedBy } from '../../log.ts'
import { missing } from '../../people.ts'
import type { List } from '../../people.ts'
import { serviceOf } from '../../service.ts'

const path = '/api/cafe/orders/'

t.test('moving, merging and splitting orders', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const [owner, waiter, cook] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cook1')]
    const { tables, dishes, order, tableOf, tasksOf } = await serviceOf(waiter)
    const [soup, tea, cake] = [dishes[0]!, dishes[1]!, dishes[2]!]
    const [here, there, empty] = [tables[0]!, tables[1]!, tables[2]!]
    const read = async (id: string) => (await waiter.get<OrderRead>(`${path}${id}/`)).body
    const types = (events: { type: string }[]) => events.map(({ type }) => type)
    const progress = (tasks: TaskRead[]) => tasks.map(({ id, status }) => `${id} ${status}`).sort()
    const close = (id: string) => waiter.patch(`${path}${id}/`, { status: 'closed' })

    await t.test('a move frees one table and takes the other; the kitchen keeps its tasks', async (t) => {
      const made = await order({ table: here.id, items: [{ menu_item: soup.id }] })
      const before = await tasksOf(made.id)
      const events = await announcedBy(database, async () => {
        t.match(await waiter.post(`${path}${made.id}/move/`, { table: there.id }), {
          status: 200,
          body: { id: made.id, table: there.id, table_number: there.number, version: 2 },
        })
      })
      t.strictSame(types(events), [
        'order_updated',
        'kitchen_task_updated',
        'table_status_changed',
        'table_status_changed',
      ])
      t.strictSame(
        events.slice(2).map(({ data }) => [data.table_id, data.status]),
        [
          [here.id, 'free'],
          [there.id, 'busy'],
        ],
      )
      t.strictSame(progress(await tasksOf(made.id)), progress(before))
      t.equal((await tasksOf(made.id))[0]!.table_number, there.number)
      t.match(await waiter.post(`${path}${made.id}/move/`, { table: null }), {
        status: 200,
        body: { table: null },
      })
      t.equal((await tableOf(there.id)).status, 'free')
      t.match(await waiter.post(`${path}${made.id}/move/`, {}), { status: 400, body: { table: [String] } })
      t.match(await waiter.post(`${path}${made.id}/move/`, { table: missing }), {
        status: 400,
        body: { table: [/объект не существует/] },
      })
      await close(made.id)
      t.match(await waiter.post(`${path}${made.id}/move/`, { table: there.id }), {
        status: 409,
        body: { code: 'order_not_open' },
      })
    })

    await t.test('a merge carries everything over and ends the other orders', async (t) => {
      const first = await order({
        table: here.id,
        guests: 2,
        note: 'у окна',
        discount_amount: '10.01',
        discount_reason: 'постоянный гость',
        items: [{ menu_item: soup.id, quantity: 2 }],
      })
      const second = await order({
        table: there.id,
        guests: 3,
        note: 'аллергия на орехи',
        discount_amount: '0.02',
        discount_reason: 'долго ждали',
        items: [{ menu_item: soup.id }, { menu_item: tea.id, note: 'без сахара' }],
      })
      const [started, cooked] = await tasksOf(second.id)
      await cook.post(`/api/cafe/kitchen/tasks/${started!.id}/claim/`)
      await cook.post(`/api/cafe/kitchen/tasks/${cooked!.id}/ready/`)
      const before = [...(await tasksOf(first.id)), ...(await tasksOf(second.id))]
      let merged!: OrderRead
      const events = await announcedBy(database, async () => {
        const reply = await waiter.post<OrderRead>(`${path}${first.id}/merge/`, { orders: [second.id] })
        t.equal(reply.status, 200)
        merged = reply.body
      })
      t.match(merged, {
        id: first.id,
        table: here.id,
        guests: 5,
        note: 'у окна; аллергия на орехи',
        discount_amount: '10.03',
        discount_reason: 'постоянный гость; долго ждали',
        total_amount: formatMoney(parseMoney(soup.price) * 3 + parseMoney(tea.price)),
        version: 2,
      })
      t.strictSame(
        merged.items.map(({ id, quantity, note }) => [id, quantity, note]),
        [...first.items, ...second.items].map(({ id, quantity, note }) => [id, quantity, note]),
      )
      t.strictSame(progress(await tasksOf(first.id)), progress(before), 'no dish lost, doubled or set back')
      t.strictSame(types(events), [
        'order_updated',
        'order_deleted',
        // two that move, and two beside which the note of all is shown now
        ...Array(4).fill('kitchen_task_updated'),
        'table_status_changed',
      ])
      t.equal(events[1]!.data.order && (events[1]!.data.order as OrderRead).id, second.id)
      t.match(events.at(-1)!.data, { table_id: there.id, status: 'free' })
      t.equal((await waiter.get(`${path}${second.id}/`)).status, 404)
      const history = (await owner.get<List<OrderRead>>(`${path}history/`)).body.results
      t.notOk(
        history.some(({ id }) => id === second.id),
        'what lives on elsewhere is no history',
      )
      await close(first.id)
    })

    await t.test('a merge is of open, unpaid orders of one branch', async (t) => {
      const [a, b] = [await order({ items: [{ menu_item: soup.id }] }), await order()]
      const merge = (body: object) => waiter.post(`${path}${a.id}/merge/`, body)
      t.match(await merge({}), { status: 400, body: { orders: ['Обязательное поле.'] } })
      const long = await order({ note: 'а'.repeat(1990) })
      await waiter.patch(`${path}${a.id}/`, { note: 'аллергия на орехи' })
      t.match(await merge({ order: long.id }), { status: 400, body: { order: [/2000/] } })
      t.match((await waiter.get(`${path}${long.id}/`)).status, 200, 'no note is cut, nothing is merged')
      t.match(await merge({ order: a.id }), { status: 400, body: { order: [/самим собой/] } })
      t.match(await merge({ orders: [missing] }), { status: 400, body: { orders: [/не существует/] } })
      t.match(await merge({ orders: [] }), { status: 400, body: { orders: [String] } })
      const south = await cafe.as('waiter2').post<OrderRead>(path, {})
      t.match(await merge({ order: south.body.id }), { status: 400, body: { order: [/не существует/] } })
      t.match(await owner.post(`${path}${a.id}/merge/`, { order: south.body.id }), {
        status: 400,
        body: { order: ['Принадлежит другому филиалу.'] },
      })
      await close(b.id)
      t.match(await merge({ order: b.id }), { status: 409, body: { code: 'order_not_open' } })
      const paid = await order({ items: [{ menu_item: tea.id }] })
      await waiter.post(`${path}${paid.id}/pay/`, { payment_method: 'cash', close_order: false })
      t.match(await merge({ order: paid.id }), { status: 409, body: { code: 'already_paid' } })
      t.equal((await cook.post(`${path}${a.id}/merge/`, { order: b.id })).status, 403)
      t.equal((await waiter.post(`${path}${missing}/merge/`, { order: a.id })).status, 404)
      for (const { id } of [a, south.body, paid]) await owner.patch(`${path}${id}/`, { status: 'closed' })
    })

    await t.test('a split gives the units their own order, number and tasks', async (t) => {
      const made = await order({
        table: here.id,
        guests: 3,
        note: 'аллергия на орехи',
        discount_amount: '10.00',
        discount_reason: 'день рождения',
        items: [{ menu_item: soup.id, quantity: 3 }, { menu_item: tea.id }, { menu_item: cake.id }],
      })
      const [first, , third] = await tasksOf(made.id)
      await cook.post(`/api/cafe/kitchen/tasks/${first!.id}/ready/`)
      await cook.post(`/api/cafe/kitchen/tasks/${third!.id}/claim/`)
      const before = await tasksOf(made.id)
      let reply!: { status: number; body: SplitReply }
      const events = await announcedBy(database, async () => {
        reply = await waiter.post<SplitReply>(`${path}${made.id}/split/`, {
          items: [{ id: made.items[0]!.id, quantity: 2 }, { order_item_id: made.items[1]!.id }],
          table: there.id,
        })
      })
      t.equal(reply.status, 201)
      const { order: rest, new_order: part } = reply.body
      t.strictSame([rest, part], [await read(made.id), await read(part.id)])
      t.match(part, {
        number: made.number + 1,
        status: 'open',
        table: there.id,
        waiter: made.waiter,
        guests: 1,
        note: 'аллергия на орехи',
        discount_reason: 'день рождения',
        version: 1,
      })
      t.match(rest, { number: made.number, guests: 2, version: 2 })
      t.strictSame(
        [rest, part].map((each) => each.items.map(({ menu_item, quantity }) => [menu_item, quantity])),
        [
          [
            [soup.id, 1],
            [cake.id, 1],
          ],
          [
            [soup.id, 2],
            [tea.id, 1],
          ],
        ],
      )
      t.equal(part.items[1]!.id, made.items[1]!.id, 'a whole line keeps its id')
      const sum = (key: 'total_amount' | 'discount_amount' | 'final_amount') =>
        formatMoney(parseMoney(rest[key]) + parseMoney(part[key]))
      t.equal(sum('total_amount'), made.total_amount)
      t.equal(sum('discount_amount'), '10.00')
      t.equal(sum('final_amount'), made.final_amount)
      const [kept, gone] = [await tasksOf(made.id), await tasksOf(part.id)]
      t.strictSame(progress([...kept, ...gone]), progress(before), 'no dish lost, doubled or set back')
      t.strictSame(
        gone.filter((task) => task.menu_item === soup.id).map((task) => task.unit_index),
        [1, 2],
      )
      t.strictSame(types(events), [
        'order_updated',
        'order_created',
        ...Array(3).fill('kitchen_task_updated'),
        'table_status_changed',
      ])
      t.match(events[2]!.data, { order_id: part.id, table: there.number })
      await waiter.post(`${path}${made.id}/merge/`, { order: part.id })
      t.equal((await read(made.id)).final_amount, made.final_amount, 'merged back it is what it was')
      await close(made.id)
    })

    await t.test('a split names units that are there and leaves something', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity: 2 }] })
      const id = made.items[0]!.id
      const split = (body: object) => waiter.post(`${path}${made.id}/split/`, body)
      t.match(await split({}), { status: 400, body: { items: ['Обязательное поле.'] } })
      t.match(await split({ items: [] }), { status: 400, body: { items: [String] } })
      t.match(await split({ items: [{ quantity: 1 }] }), { status: 400, body: { items: [{ id: [String] }] } })
      t.match(await split({ items: [{ id: missing }] }), { status: 400, body: { items: [{ id: [String] }] } })
      t.match(await split({ items: [{ id, quantity: 3 }] }), {
        status: 400,
        body: { items: [{ quantity: [/меньше либо равно 2/] }] },
      })
      t.match(await split({ items: [{ id, quantity: 0 }] }), { status: 400 })
      t.match(await split({ items: [{ id }] }), { status: 400, body: { items: [/должна остаться/] } })
      t.match(
        await split({
          items: [
            { id, quantity: 1 },
            { id, quantity: 1 },
          ],
        }),
        { status: 400 },
      )
      t.match(await split({ items: [{ id, quantity: 1 }], table: missing }), {
        status: 400,
        body: { table: [String] },
      })
      t.strictSame(await read(made.id), made, 'nothing was half done')
      const taken = (await order()).number
      t.equal(taken, made.number + 1, 'what was refused took no number')
      await close(made.id)
      t.match(await split({ items: [{ id, quantity: 1 }] }), { status: 409 })
    })

    await t.test('orders reopened after closing split with what is to be cooked again', async (t) => {
      const made = await order({ table: empty.id, items: [{ menu_item: soup.id, quantity: 3 }] })
      await close(made.id)
      await owner.patch(`${path}${made.id}/`, { status: 'open' })
      const { body } = await waiter.post<SplitReply>(`${path}${made.id}/split/`, {
        items: [{ id: made.items[0]!.id, quantity: 1 }],
      })
      t.strictSame(
        (await tasksOf(body.new_order.id)).map(({ status }) => status),
        ['pending'],
      )
      for (const { id } of [body.order, body.new_order]) await close(id)
    })

    await t.test('the books are in order', () => checkBooks(database))
  }),
)
