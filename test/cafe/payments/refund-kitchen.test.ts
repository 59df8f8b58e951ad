import t from 'tap'
import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('a refund of dishes that are not cooked yet', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [waiter, cashier, cook] = [cafe.as('waiter1'), cafe.as('cashier1'), cafe.as('cook1')]
    const { dishes, order, tasksOf } = await serviceOf(waiter)
    const soup = dishes[0]!
    const dish = `/api/cafe/menu-items/${soup.id}/`
    const statuses = async (id: string) =>
      (await tasksOf(id)).sort((a, b) => a.unit_index - b.unit_index).map(({ status }) => status)
    const paid = async (quantity: number) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity }, { menu_item: dishes[1]!.id }] })
      await cashier.post(`${path}${made.id}/pay/`, { payment_method: 'cash' })
      return made
    }

    await t.test('cancels pending units, then started ones; ready ones stay', async (t) => {
      await cook.patch(dish, { portions_left: 10 })
      const left = async () => (await waiter.get<MenuItemRead>(dish)).body.portions_left
      const made = await paid(4)
      t.equal(await left(), 6)
      const tasks = (await tasksOf(made.id, 'pending'))
        .filter(({ menu_item }) => menu_item === soup.id)
        .sort((a, b) => a.unit_index - b.unit_index)
      await cook.post(`/api/cafe/kitchen/tasks/${tasks[0]!.id}/ready/`)
      await cook.post(`/api/cafe/kitchen/tasks/${tasks[3]!.id}/claim/`)
      const refund = (quantity: number) =>
        cashier.post(`${path}${made.id}/refund-item/`, { order_item_id: made.items[0]!.id, quantity })
      const events = await announcedBy(cafe.database, async () => t.equal((await refund(1)).status, 200))
      t.strictSame(
        events.map(({ type }) => type),
        ['order_updated', 'kitchen_task_cancelled', 'menu_item_resumed'],
      )
      t.match(events[1]!.data, { task_id: tasks[2]!.id, order_id: made.id })
      t.equal(await left(), 7, 'the portion is given back')
      const byTask = async () => {
        const all = await tasksOf(made.id)
        return tasks.map(({ id }) => all.find((task) => task.id === id)!.status)
      }
      t.strictSame(await byTask(), ['ready', 'pending', 'cancelled', 'in_progress'])
      await refund(2)
      t.strictSame(await byTask(), ['ready', 'cancelled', 'cancelled', 'cancelled'])
      t.equal(await left(), 8, 'what was started is used up')
      await refund(1)
      t.strictSame(await byTask(), ['ready', 'cancelled', 'cancelled', 'cancelled'])
      await cook.patch(dish, { portions_left: null })
    })

    await t.test('a plain refund of an amount changes nothing in the kitchen', async (t) => {
      const made = await paid(2)
      const events = await announcedBy(cafe.database, () =>
        cashier.post(`${path}${made.id}/refund/`, { amount: made.final_amount }),
      )
      t.strictSame(
        events.map(({ type }) => type),
        ['order_updated'],
      )
      t.strictSame(await statuses(made.id), ['pending', 'pending', 'pending'])
    })
  }),
)
