import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { Snapshot } from '../../../src/cafe/snapshot/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { openSocket } from '../../support/socket.ts'
import { branchesOf, isoInstant } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/snapshot/'

t.test('snapshot', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { socketUrl } = await cafe.listen()
    const [owner, waiter, cook] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cook1')]
    const { centre, south } = await branchesOf(owner)
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)

    await t.test('floor, open orders and unfinished tasks of the branch, with its position', async (t) => {
      const made = await order({ table: tables[0]!.id, items: [{ menu_item: dishes[0]!.id, quantity: 2 }] })
      const closed = await order({ items: [{ menu_item: dishes[0]!.id }] })
      await waiter.patch(`/api/cafe/orders/${closed.id}/`, { status: 'closed' })
      const [first, second] = await tasksOf(made.id)
      t.match(await cook.post(`/api/cafe/kitchen/tasks/${first!.id}/ready/`), { status: 200 })
      const { status, body } = await waiter.get<Snapshot>(path)
      t.equal(status, 200)
      t.match(body, { company: made.company, branch: centre, epoch: String, seq: Number, at: isoInstant })
      t.strictSame(
        body.orders.map(({ id }) => id),
        [made.id],
      )
      t.strictSame(
        body.tasks.map(({ id }) => id),
        [second!.id],
      )
      t.equal(body.tables.length, tables.length)
      t.equal(body.tables.find(({ id }) => id === tables[0]!.id)!.status, 'busy')
      t.ok(body.zones.length >= 2)
      t.ok(body.zones.every((zone) => zone.branch === centre))
    })

    await t.test('a company-wide actor says which branch', async (t) => {
      t.match(await owner.get(path), { status: 400, body: { branch: [String] } })
      t.match((await owner.get(`${path}?branch=${south}`)).body, { branch: south, orders: [] })
      t.match((await cafe.as('owner2').get(path)).body, { branch: null, orders: [] })
    })

    await t.test(
      'read while others order, then followed from its position: nothing missed, nothing twice',
      async (t) => {
        const token = await cafe.tokenOf('waiter1')
        const traffic = Array.from({ length: 30 }, async (_, index) => {
          const made = await order({ table: tables[index % 4]!.id })
          if (index % 3 === 0) await waiter.patch(`/api/cafe/orders/${made.id}/`, { status: 'closed' })
        })
        const screens = await Promise.all(
          Array.from({ length: 6 }, async () => {
            const { body } = await waiter.get<Snapshot>(path)
            const since = `${body.epoch}:${body.seq}`
            const socket = await openSocket(t, `${socketUrl}/ws/cafe/orders/?token=${token}&since=${since}`)
            await socket.next('connection_established')
            return { body, socket }
          }),
        )
        await Promise.all(traffic)
        const last = (await waiter.get<Snapshot>(path)).body
        for (const { body, socket } of screens) {
          const open = new Map(body.orders.map((each) => [each.id, each]))
          const floor = new Map(body.tables.map((table) => [table.id, table.status]))
          let seq = body.seq
          while (seq < last.seq) {
            const message = (await socket.take(1))[0] as unknown as Event
            if (message.seq === undefined) continue
            t.ok(message.seq > seq, 'numbers rise')
            seq = message.seq
            const { order: changed, table } = message.data
            if (changed?.status === 'open') open.set(changed.id, changed)
            else if (changed) open.delete(changed.id)
            if (table) floor.set(table.id, table.status)
            if (message.type === 'resync_required') t.fail('resync')
          }
          t.strictSame([...open.values()].sort(byId), last.orders.toSorted(byId))
          t.strictSame(floor, new Map(last.tables.map((table) => [table.id, table.status])))
        }
      },
    )
  }),
)

interface Event {
  type: string
  seq?: number
  data: { order?: OrderRead; table?: { id: string; status: 'free' | 'busy' } }
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)
