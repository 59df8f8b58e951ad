import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { noteSent } from '../../../src/cafe/orders/requested-lines.ts'
import { FieldError, fieldError } from '../../../src/http/errors.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { missing } from '../people.ts'
import { cafeAtWork, hall, menu, path } from './set-up.ts'

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

t.test('lines of orders', (t) =>
  onBoth(t, async (t, kind) => {
    const { database, owner, waiter, soup, tea, cake, order, ...service } = await cafeAtWork(t, kind)
    const { read, write, done, newDish } = service

    await t.test('line commands touch only their line', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      const items = `${path}${made.id}/items/`
      const one = await waiter.post<OrderRead>(items, { menu_item: tea.id, quantity: 2 })
      t.match(one, { status: 201, body: { version: 2 } })
      const many = await waiter.post<OrderRead>(items, {
        items: [{ menu_item: cake.id }, { menu_item: cake.id }],
      })
      t.strictSame(
        many.body.items.map((line) => [line.menu_item, line.quantity]),
        [
          [soup.id, 1],
          [tea.id, 2],
          [cake.id, 2],
        ],
      )
      const teaLine = many.body.items[1]!
      const events = await announcedBy(database, () =>
        waiter.patch(`${items}${teaLine.id}/`, { note: 'горячий' }),
      )
      t.strictSame(
        events.map((event) => event.type),
        ['order_updated', 'kitchen_task_updated', 'kitchen_task_updated'],
      )
      t.match(events[1]!.data.task, { note: 'горячий', version: 2 })
      const less = await waiter.delete<OrderRead>(`${items}${teaLine.id}/`)
      t.equal(less.status, 200)
      t.strictSame(
        less.body.items.map((line) => line.menu_item),
        [soup.id, cake.id],
      )
      t.equal((await waiter.delete(`${items}${teaLine.id}/`)).status, 404, 'a line taken off is gone')
      t.equal((await waiter.patch(`${items}${missing}/`, { quantity: 1 })).status, 404)
      t.match(await waiter.post(items, {}), { status: 400, body: { menu_item: ['Обязательное поле.'] } })
      t.match(await waiter.post(items, { items: [{ menu_item: missing }] }), {
        status: 400,
        body: { items: [{ menu_item: [String] }] },
      })
      await write(made.id, { status: 'closed' })
    })

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
  }),
)
