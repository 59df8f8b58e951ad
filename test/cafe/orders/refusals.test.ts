import t from 'tap'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, missing } from '../people.ts'
import type { List } from '../people.ts'
import { cafeAtWork, path } from './set-up.ts'

t.test('what is refused to who takes orders', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, database, owner, waiter, dishes, soup, order } = await cafeAtWork(t, kind)
    const other = cafe.as('owner2')
    const { centre, south } = await branchesOf(owner)

    await t.test('bad input names its field and loses nothing', async (t) => {
      const southern = (await owner.get<List<{ id: string }>>(`/api/cafe/tables/?branch=${south}`)).body
        .results[0]!
      const foreign = (await other.get<List<{ id: string }>>('/api/cafe/tables/')).body.results[0]!
      const foreignDish = (await other.get<List<{ id: string }>>('/api/cafe/menu-items/')).body.results[0]!
      const noObject = (id: string) => `Недопустимый первичный ключ "${id}" - объект не существует.`
      const cases: [string, unknown, unknown][] = [
        ['a list', [], { non_field_errors: ['Ожидался объект JSON.'] }],
        ['an unknown table', { table: missing }, { table: [noObject(missing)] }],
        ['a table of another branch', { table: southern.id }, { table: [noObject(southern.id)] }],
        ['a table of another company', { table: foreign.id }, { table: [noObject(foreign.id)] }],
        ['a malformed table', { table: 'стол' }, { table: [/UUID/] }],
        ['an unknown client', { client: missing }, { client: [noObject(missing)] }],
        ['an unknown waiter', { waiter: missing }, { waiter: [noObject(missing)] }],
        [
          'fewer than no guests',
          { guests: -1 },
          { guests: ['Убедитесь, что это значение больше либо равно 1.'] },
        ],
        ['too many guests', { guests: 1000 }, { guests: [/меньше либо равно 999/] }],
        ['guests as text', { guests: '2' }, { guests: ['Введите правильное целое число.'] }],
        ['half a guest', { guests: 1.5 }, { guests: ['Введите правильное целое число.'] }],
        ['items that are no list', { items: {} }, { items: ['Ожидался список.'] }],
        ['an item without a dish', { items: [{}] }, { items: [{ menu_item: ['Обязательное поле.'] }] }],
        [
          'an item that is no object',
          { items: [3] },
          { items: [{ non_field_errors: ['Ожидался объект JSON.'] }] },
        ],
        [
          'a zero quantity in the second line',
          { items: [{ menu_item: soup.id }, { menu_item: soup.id, quantity: 0 }] },
          { items: [{}, { quantity: ['Убедитесь, что это значение больше либо равно 1.'] }] },
        ],
        [
          'a negative quantity',
          { items: [{ menu_item: soup.id, quantity: -1 }] },
          { items: [{ quantity: ['Убедитесь, что это значение больше либо равно 1.'] }] },
        ],
        [
          'an absurd quantity',
          { items: [{ menu_item: soup.id, quantity: 1000 }] },
          { items: [{ quantity: [/меньше либо равно 999/] }] },
        ],
        [
          'an absurd sum of quantities',
          { items: [{ menu_item: soup.id, quantity: 999 }, { menu_item: soup.id }] },
          { items: [{}, { quantity: [/меньше либо равно 999/] }] },
        ],
        [
          'more units than a kitchen can be told of',
          { items: dishes.slice(0, 3).map((dish) => ({ menu_item: dish.id, quantity: 900 })) },
          { items: [/2000/] },
        ],
        [
          'an unknown dish',
          { items: [{ menu_item: missing }] },
          { items: [{ menu_item: [noObject(missing)] }] },
        ],
        [
          'a dish of another company',
          { items: [{ menu_item: soup.id }, { menu_item: foreignDish.id }] },
          { items: [{}, { menu_item: [noObject(foreignDish.id)] }] },
        ],
        ['money with three decimals', { discount_amount: '1.005' }, { discount_amount: [/двух/] }],
        ['money as a float', { discount_amount: 0.001 }, { discount_amount: [/двух/] }],
        ['negative money', { discount_amount: '-1.00' }, { discount_amount: [String] }],
        ['money as a word', { discount_amount: 'NaN' }, { discount_amount: [String] }],
        [
          'a discount above the total',
          { discount_amount: 1 },
          { discount_amount: ['Скидка больше суммы заказа.'] },
        ],
        ['a note that is null', { note: null }, { note: ['Это поле не может быть пустым.'] }],
        ['a NUL character', { note: 'a\0b' }, { note: [/NUL/] }],
      ]
      const count = async () => (await waiter.get<List<OrderRead>>(path)).body.count
      const before = await count()
      const events = await announcedBy(database, async () => {
        for (const [what, body, faults] of cases) {
          t.match(await waiter.post(path, body), { status: 400, body: faults }, what)
        }
      })
      t.strictSame(events, [])
      t.equal(await count(), before)
    })

    await t.test('what is not on sale cannot be ordered, and the line says so', async (t) => {
      const [stopped, inactive] = [dishes[3]!, dishes[4]!]
      await owner.patch(`/api/cafe/menu-items/${stopped.id}/?branch=${centre}`, { stopped: true })
      await owner.patch(`/api/cafe/menu-items/${inactive.id}/`, { is_active: false })
      const refused = async (id: string) =>
        waiter.post(path, { items: [{ menu_item: soup.id }, { menu_item: id }] })
      t.match(await refused(stopped.id), { status: 400, body: { items: [{}, { menu_item: [/на стопе/] }] } })
      t.match(await refused(inactive.id), {
        status: 400,
        body: { items: [{}, { menu_item: [/снято с продажи/] }] },
      })
      const abroad = await cafe.as('waiter2').post(path, { items: [{ menu_item: stopped.id }] })
      t.equal(abroad.status, 201, 'the stop-list is kept per branch')
      await owner.patch(`/api/cafe/menu-items/${stopped.id}/?branch=${centre}`, { stopped: false })
      await owner.patch(`/api/cafe/menu-items/${inactive.id}/`, { is_active: true })
    })

    await t.test('cooks take no orders; nobody does without a token', async (t) => {
      t.match(await cafe.as('cook1').post(path, {}), { status: 403, body: { code: 'permission_denied' } })
      t.match(await cafe.withToken().post(path, {}), { status: 401, body: { code: 'not_authenticated' } })
      t.match(await cafe.as('nocompany').get(path), { status: 403, body: { code: 'no_company' } })
    })

    await t.test('what belongs to others is not there', async (t) => {
      const mine = await order()
      for (const stranger of [other, cafe.as('waiter2')]) {
        t.equal((await stranger.get(`${path}${mine.id}/`)).status, 404)
        t.equal((await stranger.patch(`${path}${mine.id}/`, { guests: 2 })).status, 404)
        const listed = (await stranger.get<List<OrderRead>>(`${path}?page_size=500`)).body.results
        t.notOk(listed.some(({ id }) => id === mine.id))
      }
      t.equal((await owner.get(`${path}${mine.id}/?branch=${south}`)).status, 404)
      t.equal((await owner.get(`${path}${mine.id}/?branch=${centre}`)).status, 200)
      t.match(await owner.get(`${path}?branch=${missing}`), { status: 400, body: { branch: [String] } })
      t.equal(
        (await waiter.get(`${path}?branch=${south}`)).status,
        200,
        'staff asking for another branch: ignored',
      )
      t.equal((await waiter.get(`${path}no-uuid/`)).status, 404)
    })
  }),
)
