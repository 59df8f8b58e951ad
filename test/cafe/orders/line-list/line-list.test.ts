import { sql } from 'drizzle-orm'
import t from 'tap'
import type { OrderRead } from '../../../../src/cafe/orders/schema.ts'
import { rowsOf } from '../../../../src/db/database.ts'
import { onBoth } from '../../../support/database.ts'
import { openSocket } from '../../../support/socket.ts'
import { announcedBy } from '../../log.ts'
import { cafeOfLists, line, linesOf, path } from './set-up.ts'

t.test('whole lists', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, database, waiter, cashier, owner, cook, ...service } = await cafeOfLists(t, kind)
    const { soup, tea, cake, salad, order, tasksOf, read, send, add } = service
    const readings = (orderId: string) =>
      database.acrossCompanies((tx) =>
        rowsOf<{ version: number; complete: boolean; written: string }>(
          tx,
          sql`select version, complete, xmin::text as written from order_readings where order_id = ${orderId}`,
        ),
      )

    await t.test('a line added by somebody else since the sender read stays, with its tasks', async (t) => {
      const made = await order({ items: [line(soup)] })
      const added = (await add(cashier, made.id, tea)).body
      const events = await announcedBy(database, async () => {
        const reply = await send(waiter, made.id, [line(soup), line(cake)])
        t.match(reply, { status: 200, headers: { etag: 'W/"3"' } })
        t.strictSame(linesOf(reply.body), [
          [soup, 1],
          [tea, 1],
          [cake, 1],
        ])
        t.equal(reply.body.items[1]!.id, added.items[1]!.id)
      })
      t.strictSame(
        events.map(({ type }) => type),
        ['order_updated', 'kitchen_task_created'],
      )
      const again = await announcedBy(database, () => send(waiter, made.id, [line(soup), line(cake)]))
      t.strictSame(again, [], 'a retry changes nothing')
    })

    await t.test('once it has been read it is the list that decides', async (t) => {
      const ways: [string, (id: string) => Promise<unknown>][] = [
        ['the order', (id) => read(waiter, id)],
        ['a list of orders', () => waiter.get(`${path}?status=open`)],
        ['the snapshot', () => waiter.get('/api/cafe/snapshot/')],
      ]
      for (const [what, look] of ways) {
        const made = await order({ items: [line(soup)] })
        await add(cashier, made.id, tea)
        await look(made.id)
        t.strictSame(linesOf((await send(waiter, made.id, [line(soup)])).body), [[soup, 1]], what)
        await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      }
    })

    await t.test('so it does with a version', async (t) => {
      const made = await order({ items: [line(soup), line(tea)] })
      await add(cashier, made.id, cake)
      t.match(await send(waiter, made.id, [line(salad)], { version: 1 }), {
        status: 412,
        body: { code: 'version_conflict', current: { version: 2, items: [{}, {}, { menu_item: cake }] } },
      })
      const exact = await send(waiter, made.id, [line(salad)], { version: 2 })
      t.strictSame(linesOf(exact.body), [[salad, 1]])
    })

    await t.test('who never read the order takes off what its ids show that it has seen', async (t) => {
      const made = await order({ items: [line(soup), line(tea)] })
      const { body } = await send(cashier, made.id, [{ id: made.items[0]!.id, ...line(soup) }])
      t.strictSame(linesOf(body), [[soup, 1]])
      t.notOk('kept' in body)
      t.strictSame((await tasksOf(made.id, 'pending')).length, 1)
    })

    await t.test('of a list that may mean two things nothing is done, and the order is shown', async (t) => {
      const made = await order({ items: [line(soup)] })
      const now = (await add(waiter, made.id, tea)).body
      const refused = { status: 409, body: { code: 'list_incomplete', current: now } }
      const shown = [{ id: made.items[0]!.id, ...line(soup) }]
      const events = await announcedBy(database, async () => {
        t.match(await send(cashier, made.id, shown), refused, 'it leaves out what it may never have seen')
        t.match(await send(cashier, made.id, [line(cake)]), refused, 'without ids')
      })
      t.strictSame(events, [])
      const other = await send(cashier, made.id, shown, { guests: 3 })
      t.match(
        other,
        { status: 200, body: { guests: 3, kept: [now.items[1]!.id] } },
        'another field is changed',
      )
      await read(owner, made.id)
      t.strictSame(linesOf((await send(owner, made.id, shown)).body), [[soup, 1]], 'once it was read')
    })

    await t.test('a line is named with quantity 0 to take it off', async (t) => {
      const made = await order({ items: [line(soup), line(tea)] })
      const gone = made.items[1]!
      const { body } = await send(cashier, made.id, [line(soup), { id: gone.id, ...line(tea, 0) }])
      t.strictSame(linesOf(body), [[soup, 1]])
      t.equal((await tasksOf(made.id, 'pending')).length, 1)
      t.equal((await send(cashier, made.id, [line(soup, 0)])).status, 400, 'not without its id')
      t.equal((await waiter.post(path, { items: [line(soup, 0)] })).status, 400)
    })

    await t.test('two at one table, of whom one knows the order from an event alone', async (t) => {
      const { socketUrl } = await cafe.listen()
      const socket = await openSocket(
        t,
        `${socketUrl}/ws/cafe/orders/?token=${await cafe.tokenOf('cashier1')}`,
      )
      await socket.next()
      for (let round = 0; round < 10; round++) {
        const made = await order({ items: [line(soup)] })
        const event = await socket.next(
          ({ type, data }) => type === 'order_created' && (data as { order: OrderRead }).order.id === made.id,
        )
        const heard = (event.data as { order: OrderRead }).order.items.map(({ id, menu_item, quantity }) => ({
          ...(round % 2 ? { id } : {}),
          menu_item,
          quantity,
        }))
        const replies = await Promise.all([
          send(waiter, made.id, [line(soup), line(tea)]),
          send(cashier, made.id, [...heard, line(cake)]),
        ])
        t.strictSame(
          replies.map(({ status }) => status),
          [200, 200],
        )
        const now = await read(owner, made.id)
        t.strictSame(new Set(linesOf(now).map(([dish]) => dish)), new Set([soup, tea, cake]))
        t.equal((await tasksOf(made.id, 'pending')).length, 3)
        await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      }
    })

    await t.test('two devices of one waiter are two readers', async (t) => {
      const login = { email: 'waiter1@test.com', password: 'demo12345' }
      const { body } = await waiter.post<{ access: string }>('/api/users/login/', login)
      const phone = cafe.withToken(body.access)
      const made = await order({ items: [line(soup)] })
      await read(phone, made.id)
      await add(waiter, made.id, tea)
      t.strictSame(linesOf((await send(phone, made.id, [line(soup)])).body), [
        [soup, 1],
        [tea, 1],
      ])
      t.strictSame(linesOf((await send(waiter, made.id, [line(soup)])).body), [[soup, 1]], 'its own line')
    })

    await t.test('units others added stay, units others took off stay off', async (t) => {
      const made = await order({ items: [line(soup, 1), line(tea, 3)] })
      const [soupLine, teaLine] = made.items
      await cashier.patch(`${path}${made.id}/items/${soupLine!.id}/`, { quantity: 4 })
      await cashier.patch(`${path}${made.id}/items/${teaLine!.id}/`, { quantity: 1 })
      t.strictSame(linesOf((await send(waiter, made.id, [line(soup), line(tea, 3), line(cake)])).body), [
        [soup, 4],
        [tea, 1],
        [cake, 1],
      ])
      await cashier.delete(`${path}${made.id}/items/${teaLine!.id}/`)
      const { body } = await send(waiter, made.id, [line(soup, 2), line(tea, 3), line(cake)])
      t.strictSame(linesOf(body), [
        [soup, 5],
        [cake, 1],
      ])
      const pending = (await tasksOf(made.id, 'pending')).map(({ menu_item }) => menu_item)
      t.equal(pending.filter((dish) => dish === soup).length, 5)
      t.equal(pending.filter((dish) => dish === tea).length, 0)
    })

    await t.test(
      'lines split off or merged in by somebody else are not ordered again, nor lost',
      async (t) => {
        const [made, other] = [
          await order({ items: [line(soup), line(tea)] }),
          await order({ items: [line(cake)] }),
        ]
        const tasks = await tasksOf(made.id)
        await cashier.post(`${path}${made.id}/split/`, { items: [{ id: made.items[1]!.id }] })
        await cashier.post(`${path}${made.id}/merge/`, { order: other.id })
        const { body } = await send(waiter, made.id, [line(soup), line(tea), line(salad)])
        t.strictSame(linesOf(body), [
          [soup, 1],
          [cake, 1],
          [salad, 1],
        ])
        t.strictSame((await tasksOf(made.id)).filter(({ menu_item }) => menu_item === tea).length, 0)
        t.equal((await tasksOf(made.id)).length, tasks.length + 1)
      },
    )

    await t.test('reading what is known already writes nothing; a finished order is forgotten', async (t) => {
      const made = await order({ items: [line(soup)] })
      const own = await readings(made.id)
      t.match(own, [{ version: 1, complete: true }])
      for (let i = 0; i < 3; i++) await read(waiter, made.id)
      await waiter.get(path)
      await read(cook, made.id)
      t.strictSame(await readings(made.id), own)
      await add(cashier, made.id, tea)
      await read(waiter, made.id)
      t.match(await readings(made.id), [
        { version: 2, complete: false },
        { version: 2, complete: true },
      ])
      await add(cashier, made.id, cake)
      await add(waiter, made.id, salad)
      t.match(
        (await readings(made.id)).sort((a, b) => a.version - b.version),
        [
          { version: 3, complete: false },
          { version: 4, complete: false },
        ],
      )
      await waiter.patch(`${path}${made.id}/`, { status: 'closed' })
      await read(waiter, made.id)
      t.equal((await readings(made.id)).length, 0)
    })
  }),
)
