import t from 'tap'
import { announcedBy } from './log.ts'
import { branchesOf } from './people.ts'
import { startSocketCafe } from '../realtime/cafe.ts'
import { onBoth } from '../support/database.ts'
import type { TestSocket } from '../support/socket.ts'

/** What screens are told of the menu, the floor and the clients: the objects that one place changes and all places show. */

t.test('the office changes something, and every screen that shows it hears of it', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startSocketCafe(t, { kind })
    const { database } = cafe
    const [owner, owner2] = [cafe.as('owner'), cafe.as('owner2')]
    const { centre, south } = await branchesOf(owner)
    const everywhere = [centre, south].sort()
    const post = async (path: string, body: object) => (await owner.post<{ id: string }>(path, body)).body.id
    const category = await post('/api/cafe/categories/', { title: 'Десерты дня' })

    /** What an action announces: types with the branches they go to, and the data of the last one. */
    const told = async (action: () => Promise<unknown>) => {
      const events = await announcedBy(database, action)
      const types = [...new Set(events.map(({ type }) => type))]
      const branchesTold = types.map((type) =>
        events.filter((event) => event.type === type).map(({ data }) => data.branch_id),
      )
      return { types, branches: branchesTold, data: events.at(-1)?.data }
    }

    await t.test('a price is on every tablet at once, with the stop-list of its branch', async (t) => {
      const path = '/api/cafe/menu-items/'
      const waiters = await Promise.all(
        (['waiter1', 'waiter2'] as const).map((who) => cafe.connect(who, 'orders')),
      )
      const kitchen = await cafe.connect('cook2', 'kitchen')
      const tables = await cafe.connect('waiter1', 'tables')
      for (const socket of [...waiters, kitchen, tables]) await socket.next('connection_established')
      const id = await post(path, { title: 'Медовик', category, price: '100' })
      await owner.patch(`${path}${id}/?branch=${south}`, { stopped: true })
      await owner.patch(`${path}${id}/`, { price: '120' })
      const priceOn = async (socket: TestSocket) =>
        ((await socket.next('menu_item_updated')).data as { menu_item: object }).menu_item
      t.match(await priceOn(waiters[0]!), { id, price: '120.00', stopped: false })
      t.match(await priceOn(waiters[1]!), { id, price: '120.00', stopped: true })
      t.match(await priceOn(kitchen), { id, price: '120.00', stopped: true })
      await tables.pingPong()
      t.strictSame(tables.rest(), [], 'the floor plan shows no dishes')
      const gone = await told(() => owner.delete(`${path}${id}/`))
      t.match(gone, { types: ['menu_item_deleted'], branches: [everywhere], data: { menu_item: { id } } })
    })

    await t.test('a dish and its stop-list are told in this order', async (t) => {
      const made = await told(() =>
        post('/api/cafe/menu-items/', { title: 'Пахлава', category, price: '90', portions_left: 5 }),
      )
      t.match(made.types, ['menu_item_created', 'menu_item_resumed'])
      t.match(made.branches, [everywhere, everywhere])
    })

    await t.test('what belongs to the company is told in every branch, once', async (t) => {
      const renamed = await told(() => owner.patch(`/api/cafe/categories/${category}/`, { title: 'Сладкое' }))
      t.match(renamed, {
        types: ['category_updated'],
        branches: [everywhere],
        data: { category: { id: category, title: 'Сладкое' } },
      })
      const empty = await post('/api/cafe/categories/', { title: 'Пустая' })
      const gone = await told(() => owner.delete(`/api/cafe/categories/${empty}/`))
      t.match(gone, { types: ['category_deleted'], branches: [everywhere] })
      const same = await told(() => owner.patch(`/api/cafe/categories/${category}/`, { title: 'Сладкое' }))
      t.strictSame(same.types, [], 'a change without effect is not told')
    })

    await t.test('a client is told by name alone: whoever follows orders hears it', async (t) => {
      const path = '/api/cafe/clients/'
      const made = await told(() => post(path, { name: 'Жылдыз', phone: '+996700112233', notes: 'аллергия' }))
      t.match(made, {
        types: ['client_created'],
        branches: [everywhere],
        data: { client: { name: 'Жылдыз' } },
      })
      t.notMatch(JSON.stringify(made.data), /700112233|аллергия/)
      const { id } = made.data!.client as { id: string }
      t.match((await told(() => owner.patch(`${path}${id}/`, { name: 'Жылдыз К.' }))).types, [
        'client_updated',
      ])
      t.match((await told(() => owner.delete(`${path}${id}/`))).types, ['client_deleted'])
    })

    await t.test('a zone is told in its branch, and in the company where there are none', async (t) => {
      const path = '/api/cafe/zones/'
      const made = await told(() => post(path, { title: 'Крыша', branch: south }))
      t.match(made, { types: ['zone_created'], branches: [[south]], data: { zone: { title: 'Крыша' } } })
      const alone = await told(() => owner2.post(path, { title: 'Крыша' }))
      t.match(alone, { types: ['zone_created'], branches: [[null]] })
      const dish = await told(() => owner2.post('/api/cafe/categories/', { title: 'Новинки' }))
      t.match(dish, { types: ['category_created'], branches: [[null]] })
    })

    await t.test('what is refused is not told', async (t) => {
      const refused = await told(() => owner.post('/api/cafe/categories/', { title: 'Сладкое' }))
      t.strictSame(refused.types, [])
    })
  }),
)
