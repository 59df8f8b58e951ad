import t from 'tap'
import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { startApp } from '../../support/app.ts'
import { checkBooks } from '../../support/books.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('counted portions', (t) =>
  onBoth(t, async (t, kind) => {
    const rounds = kind === 'embedded' ? 3 : 25
    const cafe = await startApp(t, { kind, env: { DB_POOL_MAX: '12' } })
    const { database } = cafe
    const [owner, waiter, cashier, cook, south] = [
      cafe.as('owner'),
      cafe.as('waiter1'),
      cafe.as('cashier1'),
      cafe.as('cook1'),
      cafe.as('waiter2'),
    ]
    const { centre } = await branchesOf(owner)
    const { dishes, order, tasksOf } = await serviceOf(waiter)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const url = `/api/cafe/menu-items/${soup.id}/`
    const limit = async (portions_left: number | null) => {
      const { status } = await cook.patch(url, { portions_left, stopped: portions_left === 0 })
      t.equal(status, 200)
    }
    const left = async () => {
      const { stopped, portions_left } = (await waiter.get<MenuItemRead>(url)).body
      return [portions_left, stopped]
    }
    const take = (quantity: number, who = waiter) =>
      who.post<OrderRead>(path, { items: [{ menu_item: tea.id }, { menu_item: soup.id, quantity }] })
    const stopList = (events: { type: string; stream: string; data: Record<string, unknown> }[]) =>
      events
        .filter(({ type }) => type.startsWith('menu_item'))
        .map(({ type, stream, data }) => [type, stream, data.portions_left])

    await t.test('every ordered unit counts, and the last one stops the dish', async (t) => {
      await limit(3)
      const events = await announcedBy(database, async () => {
        t.equal((await take(1)).status, 201)
        t.strictSame(await left(), [2, false])
        t.match(await take(3), {
          status: 400,
          body: { items: [{}, { quantity: [/осталось порций: 2/] }] },
        })
        t.equal((await take(2)).status, 201)
        t.strictSame(await left(), [0, true])
        t.match(await take(1), { status: 400, body: { items: [{}, { menu_item: [/на стопе/] }] } })
      })
      t.strictSame(stopList(events), [
        ['menu_item_resumed', centre, 2],
        ['menu_item_stopped', centre, 0],
      ])
      t.match(events.at(-1), {
        type: 'menu_item_stopped',
        data: {
          menu_item: { id: soup.id, stopped: true },
          menu_item_id: soup.id,
          stopped: true,
          branch_id: centre,
        },
      })
      t.equal((await take(5, south)).status, 201, 'another branch has its own')
    })

    await t.test('a line named twice in one order needs both its quantities', async (t) => {
      await limit(3)
      const items = [
        { menu_item: soup.id, quantity: 2 },
        { menu_item: soup.id, quantity: 2, note: 'острый' },
      ]
      t.match(await waiter.post(path, { items }), {
        status: 400,
        body: { items: [{}, { quantity: [String] }] },
      })
      t.strictSame(await left(), [3, false])
    })

    await t.test('units nobody has begun to cook give their portions back', async (t) => {
      await limit(4)
      const made = await order({ items: [{ menu_item: soup.id, quantity: 4 }] })
      const line = `${path}${made.id}/items/${made.items[0]!.id}/`
      t.strictSame(await left(), [0, true])
      const events = await announcedBy(database, async () => {
        t.equal((await waiter.patch(line, { quantity: 3 })).status, 200)
      })
      t.strictSame(stopList(events), [['menu_item_resumed', centre, 1]])
      t.strictSame(await left(), [1, false], 'what had run out is on sale again')
      t.match(await waiter.patch(line, { quantity: 5 }), { status: 400, body: { quantity: [String] } })
      t.equal((await waiter.patch(line, { quantity: 4 })).status, 200)
      t.strictSame(await left(), [0, true])

      const [begun, ready] = await tasksOf(made.id)
      await cook.post(`/api/cafe/kitchen/tasks/${begun!.id}/claim/`)
      await cook.post(`/api/cafe/kitchen/tasks/${ready!.id}/ready/`)
      await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      t.strictSame(await left(), [2, false], 'two of four were used up')
      const dropped = await order({ items: [{ menu_item: soup.id, quantity: 2 }] })
      t.strictSame(await left(), [0, true])
      await owner.delete(`${path}${dropped.id}/`)
      t.strictSame(await left(), [2, false], 'a deleted order gives them back too')
    })

    await t.test('moving, merging, splitting and paying take no portions', async (t) => {
      await limit(5)
      const [a, b] = [
        await order({ items: [{ menu_item: soup.id, quantity: 3 }] }),
        await order({ items: [{ menu_item: soup.id }] }),
      ]
      t.strictSame(await left(), [1, false])
      await waiter.post(`${path}${a.id}/split/`, { items: [{ id: a.items[0]!.id, quantity: 1 }] })
      await waiter.post(`${path}${a.id}/merge/`, { order: b.id })
      await waiter.post(`${path}${a.id}/pay/`, { payment_method: 'cash' })
      t.strictSame(await left(), [1, false])
    })

    await t.test('a dish stopped by hand stays stopped, whatever comes back', async (t) => {
      await limit(2)
      const made = await order({ items: [{ menu_item: soup.id }] })
      await cook.patch(url, { stopped: true })
      await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      t.strictSame(await left(), [2, true])
      await limit(null)
      t.equal((await take(50)).status, 201, 'uncounted again')
      t.strictSame(await left(), [null, false])
    })

    await t.test('two waiters, the last portion: one gets it, the other is told on that line', async (t) => {
      for (let round = 0; round < rounds; round++) {
        await limit(1)
        let replies: { status: number; body: object }[] = []
        const events = await announcedBy(database, async () => {
          replies = await Promise.all([take(1), take(1, cashier)])
        })
        t.strictSame(
          replies.map(({ status }) => status).sort((a, b) => a - b),
          [201, 400],
        )
        t.match(replies.find(({ status }) => status === 400)!.body, {
          items: [{}, { menu_item: [/на стопе/] }],
        })
        t.strictSame(stopList(events), [['menu_item_stopped', centre, 0]])
        t.strictSame(await left(), [0, true])
      }
    })

    await t.test('many hands on few portions: exactly these are sold', async (t) => {
      for (let round = 0; round < rounds / 4; round++) {
        await limit(7)
        const replies = await Promise.all(Array.from({ length: 10 }, (_, index) => take(1 + (index % 2))))
        const sold = replies
          .filter(({ status }) => status === 201)
          .reduce((sum, { body }) => sum + body.items[1]!.quantity, 0)
        const [portions] = await left()
        t.equal(sold + Number(portions), 7)
        const taken = replies.filter(({ status }) => status === 201)
        await Promise.all(
          taken.map(({ body }) => waiter.patch(`${path}${body.id}/`, { status: 'cancelled' })),
        )
        t.strictSame(await left(), [7, false], 'all of them come back')
      }
    })

    await t.test('the books are in order', () => checkBooks(database))
  }),
)
