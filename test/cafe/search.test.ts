import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { Test } from 'tap'
import { hashPassword } from '../../src/accounts/passwords/hash.ts'
import type { CategoryRead } from '../../src/cafe/categories/schema.ts'
import type { ClientRead } from '../../src/cafe/clients/schema.ts'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import { readConfig } from '../../src/config/config.ts'
import { fillWithDemo } from '../../src/db/demo/demo.ts'
import { openDatabase } from '../../src/db/open.ts'
import { startApp } from '../support/app.ts'
import type { Caller, TestApp } from '../support/app.ts'
import { administer, databaseUrl, onBoth, testSecret } from '../support/database.ts'
import { postgresUrl, redisUrl } from '../support/rig.ts'
import { branchesOf } from './people.ts'
import type { List } from './people.ts'
import { serviceOf } from './service.ts'

const blankNames = ['\u200b\u200b', ' \u00a0\u2800', '\u0007', '\ufeff']
const blank = ['Это поле не может быть пустым.']

const found = async (who: Caller, path: string, search: string, filter = '') => {
  const { body, status } = await who.get<List<{ id: string }>>(
    `${path}?search=${encodeURIComponent(search)}${filter}`,
  )
  if (status !== 200) throw new Error(`${path} ${search}: ${status}`)
  return body.results.map(({ id }) => id)
}

/** What is found by which words: all of «Search» and «Locale C». */
async function findsDishes(t: Test, cafe: TestApp): Promise<void> {
  const owner = cafe.as('owner')
  const category = await owner.post<CategoryRead>('/api/cafe/categories/', { title: 'Поиск' })
  // the demo café has black tea too
  const here = `&category=${category.body.id}`
  const pairs: [title: string, searches: string[]][] = [
    ['Чёрный чай', ['черный', 'чай чёрный', 'чёрный  чай', 'ЧЕРНЫЙ', 'чай\u00a0чер', 'чай поиск']],
    ['Суп\u00a0дня', ['суп дня', 'СУП  ДНЯ']],
    ['Айран'.normalize('NFD'), ['айран', 'Айран'.normalize('NFD')]],
    ['Café crème', ['cafe creme', 'CRÈME', 'crème café']],
    ['Борщ 100%_', ['борщ 100', '0%_']],
  ]
  for (const [title, searches] of pairs) {
    const made = await owner.post<MenuItemRead>('/api/cafe/menu-items/', {
      title,
      category: category.body.id,
      price: '1.00',
    })
    t.equal(made.status, 201, title)
    for (const search of searches)
      t.strictSame(
        await found(owner, '/api/cafe/menu-items/', search, here),
        [made.body.id],
        `${title}: ${search}`,
      )
  }
  for (const nothing of ['чаи чёрный', 'чёрный чай с лимоном', '0%0'])
    t.strictSame(await found(owner, '/api/cafe/menu-items/', nothing, here), [], nothing)
}

t.test('searches and names', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter1')]
    const { centre } = await branchesOf(owner)

    await t.test('a dish is found by its words, however they are written', (t) => findsDishes(t, cafe))

    await t.test('orders and people are found by words of different columns', async (t) => {
      const client = await owner.post<ClientRead>('/api/cafe/clients/', { name: 'Пётр  Семёнов' })
      t.equal(client.body.name, 'Пётр Семёнов')
      const service = await serviceOf(waiter)
      const order = await service.order({ client: client.body.id, table: service.tables[0]!.id })
      const { number } = service.tables[0]!
      t.ok((await found(waiter, '/api/cafe/orders/', `семенов ${number}`)).includes(order.id))
      t.strictSame(await found(waiter, '/api/cafe/orders/', 'семенов нет'), [])
      t.strictSame(await found(owner, '/api/cafe/clients/', 'СЕМЕНОВ ПЕТР'), [client.body.id])
      t.equal(
        (await waiter.get<List<unknown>>('/api/cafe/clients/?name=' + encodeURIComponent('петр семенов')))
          .body.count,
        1,
      )
      const [person] = await found(owner, '/api/users/employees/', 'WAITER1@TEST.COM')
      t.ok(person)
    })

    await t.test('names that differ in case, accents or blanks alone are one', async (t) => {
      const category = async (title: string) => owner.post<CategoryRead>('/api/cafe/categories/', { title })
      t.equal((await category('Ёрш'.normalize('NFD'))).status, 201)
      for (const title of ['Ёрш', 'ерш', ' ЕРШ', 'Ё\u200bрш']) {
        t.match(await category(title), { status: 400, body: { title: [/уже есть/] } }, title)
      }
      const zone = { title: 'Крыша', branch: centre }
      t.equal((await owner.post('/api/cafe/zones/', zone)).status, 201)
      t.match(await owner.post('/api/cafe/zones/', { ...zone, title: 'КРЫША' }), {
        status: 400,
        body: { title: [/уже/] },
      })
      t.match(await owner.post('/api/users/branches/', { name: 'ЦЕНТР' }), {
        status: 400,
        body: { name: [/уже/] },
      })
      const { dishes } = await serviceOf(waiter)
      const { title, category: its } = dishes[0]!
      t.match(
        await owner.post('/api/cafe/menu-items/', { title: title.toUpperCase(), category: its, price: 1 }),
        { status: 400, body: { title: [/уже/] } },
      )
    })

    await t.test('a name of nothing that is seen is blank, and nothing unseen is kept', async (t) => {
      for (const name of blankNames) {
        const bodies: [string, object, string][] = [
          ['/api/cafe/zones/', { title: name, branch: centre }, 'title'],
          ['/api/cafe/categories/', { title: name }, 'title'],
          ['/api/cafe/kitchens/', { title: name, number: 77 }, 'title'],
          ['/api/cafe/clients/', { name }, 'name'],
          ['/api/users/branches/', { name }, 'name'],
          ['/api/cafe/menu-items/', { title: name, price: 1, category: centre }, 'title'],
        ]
        for (const [path, body, field] of bodies)
          t.match(await owner.post(path, body), { status: 400, body: { [field]: blank } }, path)
      }
      const made = await owner.post<ClientRead>('/api/cafe/clients/', {
        name: 'А\u200bл\u202eма \u0007 👨‍🍳 1️⃣',
        notes: '  без лука\r\n\u200bи\u0007 соли  \n',
      })
      t.match(made.body, { name: 'Алма 👨‍🍳 1️⃣', notes: 'без лука\nи соли' })
      await owner.patch('/api/users/profile/', { first_name: ' Ай\u200bгуль\n' })
      t.match((await owner.get('/api/users/profile/')).body, { first_name: 'Айгуль' })
    })
  }),
)

t.test('a database of the locale C is searched the same way', async (t) => {
  const server = await postgresUrl()
  const name = `cafe_test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template template0 encoding 'UTF8' locale 'C'`)
  t.teardown(() => administer(server, `drop database if exists ${name} with (force)`))
  const on = {
    DATABASE_URL: databaseUrl(server, name),
    REDIS_URL: await redisUrl(),
    REDIS_PREFIX: `${name}:`,
    JWT_SECRET: testSecret,
    LOG_LEVEL: 'warn',
    DEMO_DATA: 'false',
  }
  const database = await openDatabase(readConfig(on))
  await database.migrate()
  await fillWithDemo(database, { hashPassword })
  await database.close()
  const cafe = await startApp(t, { on })
  await findsDishes(t, cafe)
  const borsch = await found(cafe.as('owner'), '/api/cafe/menu-items/', 'БОРЩ 100')
  t.equal(borsch.length, 1)
})
