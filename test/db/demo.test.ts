import { eq } from 'drizzle-orm'
import t from 'tap'
import { hashPassword } from '../../src/accounts/passwords/hash.ts'
import type { CategoryRead } from '../../src/cafe/categories/schema.ts'
import type { MenuItemRead } from '../../src/cafe/menu/schema.ts'
import type { TableRead } from '../../src/cafe/tables/schema.ts'
import type { ZoneRead } from '../../src/cafe/zones/schema.ts'
import { demoAccounts, fillWithDemo } from '../../src/db/demo/demo.ts'
import { openDatabase } from '../../src/db/open.ts'
import { companies, users } from '../../src/db/schema/index.ts'
import { branchesOf } from '../cafe/people.ts'
import type { List } from '../cafe/people.ts'
import { startApp } from '../support/app.ts'
import type { DemoUser } from '../support/app.ts'
import { freshDatabase, onBoth } from '../support/database.ts'

t.test('the demo café', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const list = async <Row>(who: DemoUser, what: string) =>
      (await cafe.as(who).get<List<Row>>(`/api/cafe/${what}/`)).body.results
    const { centre, south } = await branchesOf(cafe.as('owner'))

    await t.test('everybody can log in and is where the list says', async (t) => {
      for (const { email, role, firstName, company, branch } of demoAccounts) {
        const [user] = email.split('@')
        const { body } = await cafe.as(user as DemoUser).get('/api/users/profile/')
        t.match(body, { email, role, first_name: firstName })
        t.equal(body.company === null, company === null, email)
        t.equal(body.primary_branch_id, branch && (branch === 'Центр' ? centre : south), email)
      }
    })

    await t.test('every waiter finds free tables, clients and dishes on sale', async (t) => {
      for (const who of ['waiter1', 'waiter2', 'owner2'] as const) {
        const tables = await list<TableRead>(who, 'tables')
        t.ok(tables.length >= 10, who)
        t.ok(tables.every((table) => table.status === 'free' && table.zone))
        t.ok((await list<ZoneRead>(who, 'zones')).length >= 2)
        t.ok((await list(who, 'clients')).length >= 3)
        const dishes = await list<MenuItemRead>(who, 'menu-items')
        t.ok(dishes.length >= 10)
        t.ok(dishes.every((dish) => dish.is_active && !dish.stopped && dish.portions_left === null))
        t.ok(dishes.every((dish) => dish.kitchen && Number(dish.price) > 0))
      }
      t.ok((await list('waiter1', 'menu-items')).length >= 20)
      t.ok((await list<CategoryRead>('waiter1', 'categories')).length >= 5)
      t.equal((await list('waiter1', 'kitchens')).length, 2)
    })

    await t.test('what is there already stays as it is', async (t) => {
      t.equal(await fillWithDemo(cafe.database, { hashPassword }), false)
    })
  }),
)

t.test('replicas that start at once fill an empty database once', async (t) => {
  const { database, config } = await freshDatabase(t, { kind: 'postgresql' })
  const another = await openDatabase(config)
  t.teardown(() => another.close())
  const filled = await Promise.all(
    [database, another, database, another].map((replica) => fillWithDemo(replica, { hashPassword })),
  )
  t.equal(filled.filter(Boolean).length, 1)
  const rows = await database.acrossCompanies((tx) => tx.select().from(companies))
  t.strictSame(rows.map(({ slug }) => slug).sort(), ['ala-too', 'dostuk'])
  const [owner] = await database.acrossCompanies((tx) =>
    tx.select().from(users).where(eq(users.email, 'owner@test.com')),
  )
  t.match(owner!.passwordHash, /^\$argon2id\$/)
})

t.test('a database with somebody’s company is left alone', async (t) => {
  const { database } = await freshDatabase(t, { kind: 'embedded' })
  await database.acrossCompanies((tx) => tx.insert(companies).values({ name: 'Моя', slug: 'mine' }))
  t.equal(await fillWithDemo(database, { hashPassword }), false)
  const rows = await database.acrossCompanies((tx) => tx.select().from(users))
  t.strictSame(rows, [])
})
