import t from 'tap'
import type { CategoryRead } from '../../../src/cafe/categories/schema.ts'
import type { KitchenRead } from '../../../src/cafe/kitchens/schema.ts'
import { onSale, stopAfter } from '../../../src/cafe/menu/rules.ts'
import type { MenuItemRead } from '../../../src/cafe/menu/schema.ts'
import { startApp } from '../../support/app.ts'
import type { Caller, DemoUser } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { orderFromBefore } from '../past.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'

const path = '/api/cafe/menu-items/'

t.test('a dish on the stop-list', async (t) => {
  const stopped = (stopped: boolean, portionsLeft: number | null) => ({ stopped, portionsLeft })
  t.strictSame(stopAfter(onSale, { stopped: true }), stopped(true, null))
  t.strictSame(stopAfter(stopped(true, null), { stopped: false }), onSale)
  t.strictSame(stopAfter(onSale, { portionsLeft: 5 }), stopped(false, 5))
  t.strictSame(stopAfter(stopped(false, 5), { portionsLeft: 0 }), stopped(true, 0), 'no portions: stopped')
  t.strictSame(stopAfter(onSale, { stopped: false, portionsLeft: 0 }), stopped(true, 0))
  t.strictSame(stopAfter(stopped(true, 0), { portionsLeft: 3 }), stopped(false, 3), 'new portions: on sale')
  t.strictSame(stopAfter(stopped(true, 0), { portionsLeft: null }), onSale)
  t.strictSame(stopAfter(stopped(true, 0), { stopped: false }), onSale, 'resumed without a count')
  t.strictSame(stopAfter(stopped(true, 4), { portionsLeft: 9 }), stopped(true, 9), 'stopped by hand stays so')
  t.strictSame(stopAfter(stopped(true, 4), { stopped: false }), stopped(false, 4))
  t.strictSame(stopAfter(stopped(true, 4), {}), stopped(true, 4))
})

t.test('menu items', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, books: 'unchecked' })
    const { database } = cafe
    const [owner, cook, waiter] = [cafe.as('owner'), cafe.as('cook1'), cafe.as('waiter1')]
    const { centre, south } = await branchesOf(owner)
    const soups = (await owner.get<List<CategoryRead>>('/api/cafe/categories/?title=супы')).body.results[0]!
    const hot = (await owner.get<List<KitchenRead>>('/api/cafe/kitchens/?number=1')).body.results[0]!

    await t.test('a new dish has every field', async (t) => {
      const reply = await owner.post<MenuItemRead>(path, {
        title: ' Кесме ',
        category: soups.id,
        kitchen: hot.id,
        price: 275.5,
        description: 'Лапша, баранина',
        position: 9,
      })
      t.equal(reply.status, 201)
      const { id, created_at, updated_at, ...fields } = reply.body
      t.strictSame(fields, {
        company: soups.company,
        branch: null,
        title: 'Кесме',
        category: soups.id,
        category_title: 'Супы',
        kitchen: hot.id,
        kitchen_title: 'Горячий цех',
        kitchen_number: 1,
        price: '275.50',
        sold_by_weight: false,
        is_sold_by_weight: false,
        sale_unit: 'pcs',
        is_active: true,
        stopped: false,
        portions_left: null,
        image: null,
        image_url: null,
        description: 'Лапша, баранина',
        position: 9,
      })
      t.match([created_at, updated_at], [isoInstant, isoInstant])
      t.strictSame((await cafe.as('waiter2').get(`${path}${id}/`)).body, reply.body)

      const plain = await owner.post<MenuItemRead>(path, { title: 'Бульон', category: soups.id, price: '90' })
      t.match(plain.body, { price: '90.00', kitchen: null, kitchen_title: null, kitchen_number: null })
      t.strictSame(plain.body.description, '')
    })

    await t.test('a dish is changed, replaced and removed', async (t) => {
      const dish = await dishOf(owner, 'Кесме')
      const one = `${path}${dish.id}/`
      const events = await announcedBy(database, async () => {
        const changed = await owner.patch<MenuItemRead>(one, {
          price: '300',
          is_active: false,
          kitchen: null,
        })
        t.match(changed.body, { title: 'Кесме', price: '300.00', is_active: false, kitchen: null })
        t.ok(changed.body.updated_at > dish.updated_at)
        t.strictSame((await owner.patch(one, { price: '300.00' })).body, changed.body, 'the same price')
        const replaced = await owner.put<MenuItemRead>(one, {
          title: 'Кесме',
          category: soups.id,
          price: '310',
        })
        t.match(replaced.body, { price: '310.00', is_active: false, description: 'Лапша, баранина' })
        t.equal((await owner.delete(one)).status, 204)
      })
      t.notOk(
        events.some(({ type }) => /stopped|resumed/.test(type)),
        'nothing of the stop-list',
      )
      t.equal((await owner.get(one)).status, 404)
    })

    await t.test('faults name their field', async (t) => {
      const refused = async (body: object) => {
        const reply = await owner.post(path, { title: 'Новое', category: soups.id, price: '1', ...body })
        t.equal(reply.status, 400)
        return reply.body
      }
      t.strictSame(await refused({ title: undefined, category: undefined, price: undefined }), {
        title: ['Обязательное поле.'],
        category: ['Обязательное поле.'],
        price: ['Обязательное поле.'],
      })
      for (const price of ['1.005', 1.005, '-1', -1, 'дорого', '', '12345678901', null, true]) {
        t.match(await refused({ price }), { price: [String] }, `price ${String(price)}`)
      }
      const unknown = [`Недопустимый первичный ключ "${missing}" - объект не существует.`]
      t.strictSame(await refused({ category: missing }), { category: unknown })
      t.strictSame(await refused({ kitchen: missing }), { kitchen: unknown })
      t.match(await refused({ category: null }), { category: [String] })
      t.match(await refused({ kitchen: 'кухня' }), { kitchen: [/UUID/] })
      t.match(await refused({ title: 'Шорпо' }), { title: [/уже есть/] })
      t.match(await refused({ is_active: 'yes' }), { is_active: [String] })
      t.match(await refused({ portions_left: -1 }), { portions_left: [/0/] })
      t.match(await refused({ position: 1e12 }), { position: [String] })
      const other = await cafe.as('owner2').get<List<CategoryRead>>('/api/cafe/categories/')
      t.match(await refused({ category: other.body.results[0]!.id }), { category: [/не существует/] })
      const dish = await dishOf(owner, 'Шорпо')
      const renamed = await owner.patch(`${path}${dish.id}/`, { title: 'Мампар' })
      t.match(renamed, { status: 400, body: { title: [String] } })
      const moved = await owner.patch(`${path}${dish.id}/`, { category: missing })
      t.match(moved, { status: 400, body: { category: unknown } })
    })

    await t.test('a cook stops a dish in one branch, and only there', async (t) => {
      const dish = await dishOf(owner, 'Манты')
      const one = `${path}${dish.id}/`
      let stopped!: MenuItemRead
      const events = await announcedBy(database, async () => {
        const reply = await cook.patch<MenuItemRead>(one, { stopped: true })
        t.equal(reply.status, 200)
        stopped = reply.body
        t.strictSame((await cook.patch(one, { stopped: true })).body, stopped, 'stopping twice tells once')
        t.equal((await cafe.as('cashier1').patch(one, { portions_left: null, stopped: true })).status, 200)
      })
      t.strictSame(stopped, { ...dish, stopped: true })
      t.strictSame(events, [
        {
          type: 'menu_item_stopped',
          stream: centre,
          data: {
            menu_item: stopped,
            menu_item_id: dish.id,
            stopped: true,
            portions_left: null,
            company_id: dish.company,
            branch_id: centre,
          },
        },
      ])
      const seenBy = async (who: DemoUser, query = '') =>
        (await cafe.as(who).get<MenuItemRead>(`${one}${query}`)).body.stopped
      t.equal(await seenBy('waiter1'), true)
      t.equal(await seenBy('waiter2'), false)
      t.equal(await seenBy('owner', `?branch=${centre}`), true)
      t.equal(await seenBy('owner', `?branch=${south}`), false)
      t.equal(await seenBy('owner'), false, 'company-wide: some branch still sells it')
      const listed = await waiter.get<List<MenuItemRead>>(`${path}?title=манты`)
      t.equal(listed.body.results[0]!.stopped, true)

      const resumed = await announcedBy(database, async () => {
        t.match((await cook.patch(one, { stopped: false, portions_left: 7 })).body, {
          stopped: false,
          portions_left: 7,
        })
      })
      t.match(resumed, [
        { type: 'menu_item_resumed', stream: centre, data: { stopped: false, portions_left: 7 } },
      ])
      const ranOut = await announcedBy(database, () => cook.patch(one, { portions_left: 0 }))
      t.match(ranOut, [
        { type: 'menu_item_stopped', stream: centre, data: { stopped: true, portions_left: 0 } },
      ])
    })

    await t.test('an owner stops a dish everywhere: each branch hears it once', async (t) => {
      const dish = await dishOf(owner, 'Плов по-ошски')
      const one = `${path}${dish.id}/`
      await cafe.as('cook2').patch(one, { stopped: true })
      const events = await announcedBy(database, async () => {
        const reply = await owner.patch<MenuItemRead>(one, { stopped: true, portions_left: 3 })
        t.match(reply, { status: 200, body: { stopped: true, portions_left: 3 } })
      })
      t.equal(events.length, 2)
      for (const branch of [centre, south]) {
        const ofBranch = events.find(({ stream }) => stream === branch)
        t.match(ofBranch, {
          type: 'menu_item_stopped',
          data: {
            branch_id: branch,
            stopped: true,
            portions_left: 3,
            menu_item: { id: dish.id, stopped: true, portions_left: 3 },
          },
        })
      }
      t.match((await cafe.as('waiter2').get(one)).body, { stopped: true, portions_left: 3 })
      const again = await announcedBy(database, () => owner.patch(one, { stopped: true }))
      t.strictSame(again, [])
      const one2 = await announcedBy(database, () =>
        owner.patch(`${one}?branch=${south}`, { stopped: false, portions_left: 9 }),
      )
      t.match(one2, [{ type: 'menu_item_resumed', stream: south, data: { branch_id: south } }])
      t.match((await owner.get(one)).body, { stopped: false, portions_left: 3 }, 'the fewest of any branch')
    })

    await t.test('in a company without branches the news goes to the company', async (t) => {
      const owner2 = cafe.as('owner2')
      const { body } = await owner2.get<List<MenuItemRead>>(path)
      const dish = body.results[0]!
      const events = await announcedBy(database, () =>
        owner2.patch(`${path}${dish.id}/`, { stopped: true, price: '1' }),
      )
      t.match(events.slice(1), [
        {
          type: 'menu_item_stopped',
          stream: dish.company,
          data: { branch_id: null, company_id: dish.company, menu_item: { price: '1.00', stopped: true } },
        },
      ])
      t.equal(events.length, 2)
    })

    await t.test('cooks and cashiers keep the stop-list, owners and admins the menu', async (t) => {
      const dish = await dishOf(owner, 'Шорпо')
      const one = `${path}${dish.id}/`
      const forbidden = { status: 403, body: { code: 'permission_denied' } }
      for (const who of ['cook1', 'cashier1'] as const) {
        const someone = cafe.as(who)
        t.match(await someone.patch(one, { price: '1' }), forbidden)
        t.match(await someone.patch(one, { stopped: true, is_active: false }), forbidden)
        t.equal((await someone.patch(one, { title: dish.title, price: dish.price })).status, 200)
        t.match(await someone.put(one, { title: 'x', category: soups.id, price: '1' }), forbidden)
        t.match(await someone.post(path, { title: 'x', category: soups.id, price: '1' }), forbidden)
        t.match(await someone.delete(one), forbidden)
      }
      t.match(await waiter.patch(one, { stopped: true }), forbidden)
      t.strictSame((await waiter.get(one)).body, dish, 'a refused change leaves no stop behind')
      t.equal((await cafe.as('owner2').get(one)).status, 404, 'another company')
      t.equal((await cafe.as('owner2').patch(one, { stopped: true })).status, 404)
    })

    await t.test('filters, search and order', async (t) => {
      const titles = async (query: string) => {
        const { status, body } = await waiter.get<List<MenuItemRead>>(`${path}?${query}`)
        t.equal(status, 200)
        return body.results.map(({ title }) => title)
      }
      t.strictSame((await titles('')).slice(0, 4), ['Ачичук', 'Цезарь с курицей', 'Греческий', 'Фунчоза'])
      t.strictSame(await titles(`category=${soups.id}&ordering=-price&page_size=2`), ['Шорпо', 'Мампар'])
      t.equal((await titles(`kitchen=${hot.id}`)).length, 19)
      t.strictSame(await titles('search=десерт'), ['Чак-чак', 'Медовик', 'Мороженое'], 'by category title')
      t.strictSame(await titles('search=ЛАГМАН&ordering=title'), ['Босо лагман', 'Лагман гуйру'])
      t.strictSame(await titles('title=шорпо'), ['Шорпо'])
      const dish = await dishOf(owner, 'Окрошка')
      await owner.patch(`${path}${dish.id}/`, { is_active: false })
      t.strictSame(await titles('is_active=false'), ['Окрошка'])
      t.notOk((await titles('is_active=true&page_size=500')).includes('Окрошка'))
      const page = await waiter.get<List<MenuItemRead>>(`${path}?search=чай&page_size=2`)
      t.match(page.body, { count: 3, next: /page=2/, previous: null })
      for (const wrong of ['category=суп', 'kitchen=1', 'is_active=maybe']) {
        const reply = await waiter.get(`${path}?${wrong}`)
        t.equal(reply.status, 400, wrong)
        t.hasProp(reply.body, wrong.split('=')[0]!)
      }
    })

    await t.test('a dish that was ordered stays', async (t) => {
      const dish = await dishOf(owner, 'Бешбармак')
      const past = { company: dish.company, branch: centre, status: 'closed', menuItem: dish.id } as const
      await orderFromBefore(database, past)
      await orderFromBefore(database, past)
      t.match(await owner.delete(`${path}${dish.id}/`), {
        status: 409,
        body: {
          code: 'in_use',
          detail: /\(4\)/,
          count: 4,
          used_by: { order_items: 2, kitchen_tasks: 2 },
        },
      })
    })
  }),
)

async function dishOf(someone: Caller, title: string): Promise<MenuItemRead> {
  const { body } = await someone.get<List<MenuItemRead>>(`${path}?title=${encodeURIComponent(title)}`)
  return body.results[0]!
}
