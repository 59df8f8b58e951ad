import { eq } from 'drizzle-orm'
import t from 'tap'
import type { KitchenRead } from '../../../src/cafe/kitchens/schema.ts'
import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import { kitchenTasks } from '../../../src/db/schema/index.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { orderFromBefore } from '../past.ts'
import { branchesOf, isoInstant } from '../people.ts'
import type { List } from '../people.ts'

const path = '/api/cafe/kitchens/'

t.test('kitchens', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const [owner, cook] = [cafe.as('owner'), cafe.as('cook1')]

    await t.test('a kitchen is made, changed and removed', async (t) => {
      const made = await owner.post<KitchenRead>(path, { title: 'Пекарня', number: 9, printer: 'oven' })
      t.equal(made.status, 201)
      t.match(made.body, {
        branch: null,
        title: 'Пекарня',
        number: 9,
        printer: 'oven',
        created_at: isoInstant,
        updated_at: isoInstant,
      })
      t.equal(Object.keys(made.body).length, 8)
      const one = `${path}${made.body.id}/`
      t.match((await owner.patch(one, { printer: '' })).body, { number: 9, printer: '' })
      t.match((await owner.put(one, { title: 'Тандыр', number: 8 })).body, { title: 'Тандыр', number: 8 })
      t.match((await cook.get(one)).body, { title: 'Тандыр', number: 8, printer: '' })
      t.equal((await owner.delete(one)).status, 204)
      t.equal((await cook.get(one)).status, 404)
    })

    await t.test('faults name their field', async (t) => {
      const refused = async (body: unknown) => {
        const reply = await owner.post(path, body)
        t.equal(reply.status, 400)
        return reply.body
      }
      t.strictSame(await refused({}), { title: ['Обязательное поле.'], number: ['Обязательное поле.'] })
      t.strictSame(await refused({ title: 'Цех', number: 0 }), {
        number: ['Убедитесь, что это значение больше либо равно 1.'],
      })
      t.match(await refused({ title: 'Цех', number: 1 }), { number: [/уже есть/] })
      t.match(await refused({ title: 'Цех', number: 2.5 }), { number: [String] })
      t.match(await refused({ title: 'Цех', number: 5, printer: null }), { printer: [String] })
      t.equal((await cafe.as('owner2').post(path, { title: 'Цех', number: 2 })).status, 201)
    })

    await t.test('a kitchen with dishes or waiting tasks stays; finished tasks outlive it', async (t) => {
      const { body: list } = await owner.get<List<KitchenRead>>(`${path}?number=1`)
      const hot = list.results[0]!
      t.match(await owner.delete(`${path}${hot.id}/`), {
        status: 409,
        body: { code: 'in_use', used_by: { menu_items: 19, kitchen_tasks: undefined } },
      })

      const { body: grill } = await owner.post<KitchenRead>(path, { title: 'Мангал', number: 5 })
      const { body: dishes } = await owner.get<List<MenuItemRead>>('/api/cafe/menu-items/?search=люля')
      const dish = `/api/cafe/menu-items/${dishes.results[0]!.id}/`
      t.equal((await owner.patch(dish, { kitchen: grill.id })).status, 200)
      await orderFromBefore(database, {
        company: grill.company,
        branch: (await branchesOf(owner)).centre,
        status: 'open',
        menuItem: dishes.results[0]!.id,
      })
      t.equal((await owner.patch(dish, { kitchen: null })).status, 200)
      t.match(await owner.delete(`${path}${grill.id}/`), {
        status: 409,
        body: { count: 1, used_by: { kitchen_tasks: 1 } },
      })
      const ofGrill = eq(kitchenTasks.kitchenId, grill.id)
      await database.acrossCompanies((tx) => tx.update(kitchenTasks).set({ status: 'ready' }).where(ofGrill))
      t.equal((await owner.delete(`${path}${grill.id}/`)).status, 204)
      const tasks = await database.acrossCompanies((tx) => tx.select().from(kitchenTasks))
      t.match(tasks, [{ status: 'ready', kitchenId: null }])
    })

    await t.test('read by every branch in the order of their numbers', async (t) => {
      const { body } = await cafe.as('cook2').get<List<KitchenRead>>(path)
      t.strictSame(
        body.results.map(({ number, title }) => [number, title]),
        [
          [1, 'Горячий цех'],
          [2, 'Холодный цех и бар'],
        ],
      )
      const found = await cook.get<List<KitchenRead>>(`${path}?search=бар&ordering=-title`)
      t.equal(found.body.count, 1)
      t.match(await cook.get(`${path}?number=first`), { status: 400, body: { number: [String] } })
    })

    await t.test('only owners and admins change kitchens', async (t) => {
      const { body } = await cook.get<List<KitchenRead>>(path)
      const one = `${path}${body.results[0]!.id}/`
      for (const who of ['waiter1', 'cook1', 'cashier1'] as const) {
        t.equal((await cafe.as(who).post(path, { title: 'x', number: 3 })).status, 403)
        t.equal((await cafe.as(who).patch(one, { title: 'x' })).status, 403)
        t.equal((await cafe.as(who).delete(one)).status, 403)
      }
      t.equal((await cafe.as('owner2').get(one)).status, 404, 'another company')
    })
  }),
)
