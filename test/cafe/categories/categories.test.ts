import t from 'tap'
import type { CategoryRead } from '../../../src/cafe/categories/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'

const path = '/api/cafe/categories/'

t.test('categories', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter2')]

    await t.test('a section of the menu is made, moved, renamed and removed', async (t) => {
      const made = await owner.post<CategoryRead>(path, { title: ' Завтраки ', position: -1 })
      t.equal(made.status, 201)
      t.match(made.body, {
        branch: null,
        title: 'Завтраки',
        position: -1,
        created_at: isoInstant,
        updated_at: isoInstant,
      })
      t.equal(Object.keys(made.body).length, 7)
      const one = `${path}${made.body.id}/`
      const moved = await owner.patch<CategoryRead>(one, { position: 3 })
      t.match(moved.body, { title: 'Завтраки', position: 3 })
      const kept = await owner.put<CategoryRead>(one, { title: 'Завтраки дня' })
      t.match(kept.body, { title: 'Завтраки дня', position: 3 }, 'PUT keeps what is left out')
      t.strictSame((await waiter.get(one)).body, kept.body)
      t.equal((await owner.delete(one)).status, 204)
      t.equal((await waiter.get(one)).status, 404)
      const { body } = await owner.post<CategoryRead>(path, { title: 'Прочее' })
      t.equal(body.position, 0)
    })

    await t.test('faults name their field', async (t) => {
      const refused = async (body: unknown) => {
        const reply = await owner.post(path, body)
        t.equal(reply.status, 400)
        return reply.body
      }
      t.strictSame(await refused({}), { title: ['Обязательное поле.'] })
      t.strictSame(await refused({ title: '' }), { title: ['Это поле не может быть пустым.'] })
      t.strictSame(await refused({ title: 'я'.repeat(101) }), {
        title: ['Убедитесь, что это значение содержит не более 100 символов.'],
      })
      t.equal((await owner.post(path, { title: 'я'.repeat(100) })).status, 201)
      t.match(await refused({ title: 'Супы' }), { title: [/уже есть/] })
      t.match(await refused({ title: 'Новая', position: 'first' }), { position: [String] })
      t.match(await refused({ title: 7, position: 1.5 }), { title: [String], position: [String] })
      t.match(await refused([]), { non_field_errors: [String] })
    })

    await t.test('a section with dishes stays', async (t) => {
      const { body } = await owner.get<List<CategoryRead>>(`${path}?title=супы`)
      const reply = await owner.delete(`${path}${body.results[0]!.id}/`)
      t.match(reply, { status: 409, body: { code: 'in_use', count: 4, used_by: { menu_items: 4 } } })
    })

    await t.test('every branch reads them in the order of the menu, searched and ordered', async (t) => {
      const titles = async (query = '') =>
        (await waiter.get<List<CategoryRead>>(`${path}${query}`)).body.results.map(({ title }) => title)
      const all = await titles()
      t.strictSame(all.slice(all.indexOf('Салаты')), [
        'Салаты',
        'Супы',
        'Горячие блюда',
        'Шашлыки',
        'Выпечка',
        'Десерты',
        'Горячие напитки',
        'Холодные напитки',
      ])
      t.strictSame(await titles('?search=НАПИТКИ&ordering=-position'), [
        'Холодные напитки',
        'Горячие напитки',
      ])
      t.equal((await titles('?page_size=2&page=2')).length, 2)
    })

    await t.test('only owners and admins change the menu', async (t) => {
      const { body } = await waiter.get<List<CategoryRead>>(path)
      const one = `${path}${body.results[0]!.id}/`
      for (const who of ['waiter1', 'cook1', 'cashier1'] as const) {
        t.equal((await cafe.as(who).post(path, { title: 'x' })).status, 403)
        t.equal((await cafe.as(who).patch(one, { title: 'x' })).status, 403)
        t.equal((await cafe.as(who).delete(one)).status, 403)
      }
      t.equal((await cafe.as('admin').patch(one, { position: 1 })).status, 200)
      for (const id of [body.results[0]!.id, missing]) {
        t.equal((await cafe.as('owner2').get(`${path}${id}/`)).status, 404, 'another company')
        t.equal((await cafe.as('owner2').put(`${path}${id}/`, { title: 'x' })).status, 404)
      }
    })
  }),
)
