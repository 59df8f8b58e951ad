import t from 'tap'
import { onBoth } from '../../../support/database.ts'
import { cafeOfLists, line, linesOf, path } from './set-up.ts'

t.test('races of whole lists', (t) =>
  onBoth(t, async (t, kind) => {
    // the embedded database does one thing at a time
    const rounds = kind === 'embedded' ? 10 : 50
    const { waiter, cashier, owner, soup, tea, cake, salad, ...service } = await cafeOfLists(t, kind)
    const { order, tasksOf, read, send, add } = service

    await t.test('several full lists at once: what each adds is there', async (t) => {
      const senders = [waiter, cashier, owner]
      const extras = [tea, cake, salad]
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [line(soup, 2)] })
        await Promise.all(senders.map((who) => read(who, made.id)))
        const replies = await Promise.all(
          senders.map((who, i) => send(who, made.id, [line(soup, 2), line(extras[i])])),
        )
        t.ok(replies.every(({ status }) => status === 200))
        const now = await read(waiter, made.id)
        t.strictSame(
          new Map(now.items.map(({ menu_item, quantity }) => [menu_item, quantity])),
          new Map([soup, ...extras].map((dish) => [dish, dish === soup ? 2 : 1])),
        )
        t.equal((await tasksOf(made.id)).length, 5)
        await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      }
    })

    await t.test('double taps and retries of a list while others add lines', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [line(soup)] })
        const list = [line(soup), line(cake)]
        await Promise.all([
          send(waiter, made.id, list),
          add(cashier, made.id, tea),
          send(waiter, made.id, list),
          send(waiter, made.id, list),
        ])
        await send(waiter, made.id, list)
        const now = await read(cashier, made.id)
        t.equal(now.items.length, 3)
        t.strictSame(new Set(now.items.map(({ menu_item }) => menu_item)), new Set([soup, tea, cake]))
        t.equal((await tasksOf(made.id)).length, 3, 'nothing is cooked twice')
        await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      }
    })

    await t.test('two raise one dish at once: both are cooked', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [line(soup)] })
        await read(cashier, made.id)
        await Promise.all([send(waiter, made.id, [line(soup, 2)]), send(cashier, made.id, [line(soup, 3)])])
        t.strictSame(linesOf(await read(waiter, made.id)), [[soup, 4]])
        t.equal((await tasksOf(made.id, 'pending')).length, 4)
        await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      }
    })

    await t.test('a list that still has a line while somebody takes it off', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [line(soup), line(tea)] })
        const [, gone] = made.items
        await Promise.all([
          send(waiter, made.id, [line(soup), line(tea), line(cake)]),
          cashier.delete(`${path}${made.id}/items/${gone!.id}/`),
        ])
        t.strictSame(linesOf(await read(waiter, made.id)), [
          [soup, 1],
          [cake, 1],
        ])
        t.strictSame(
          (await tasksOf(made.id)).filter(({ menu_item }) => menu_item === tea).map(({ status }) => status),
          ['cancelled'],
        )
        await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      }
    })

    await t.test('a first reading at the moment of a change counts for what it showed', async (t) => {
      for (let round = 0; round < rounds; round++) {
        const made = await order({ items: [line(soup)] })
        const [shown] = await Promise.all([
          read(cashier, made.id),
          add(waiter, made.id, tea),
          add(waiter, made.id, cake),
        ])
        const seen = shown.items.map(({ menu_item }) => line(menu_item!))
        const { body } = await send(cashier, made.id, [...seen, line(salad)])
        t.strictSame(new Set(body.items.map((each) => each.menu_item)), new Set([soup, tea, cake, salad]))
        t.equal((await tasksOf(made.id)).length, 4)
        await waiter.patch(`${path}${made.id}/`, { status: 'cancelled' })
      }
    })

    await t.test('reading and writing at once wait for nobody for ever', async (t) => {
      const made = await order({ items: [line(soup)] })
      const replies = await Promise.all(
        Array.from({ length: 120 }, async (_, i): Promise<{ status: number }> => {
          const who = [waiter, cashier, owner][i % 3]!
          if (i % 4 === 0) return add(who, made.id, tea)
          if (i % 4 === 1) return waiter.get(path)
          return who.get(`${path}${made.id}/`)
        }),
      )
      t.ok(replies.every(({ status }) => status < 300))
      t.equal((await read(waiter, made.id)).items.length, 31)
    })
  }),
)
