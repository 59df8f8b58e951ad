import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import t from 'tap'
import type { NotificationRead } from '../../../src/cafe/notifications/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import type { Database } from '../../../src/db/database.ts'
import { startApp } from '../../support/app.ts'
import type { Caller } from '../../support/app.ts'
import { asSuperuser, onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/notifications/'
const tasksPath = '/api/cafe/kitchen/tasks/'

t.test('notifications', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, log: pino({ level: 'silent' }) })
    const { database } = cafe
    const [owner, waiter, cook] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cook1')]
    const { centre, south } = await branchesOf(owner)
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
    const soup = dishes[0]!
    const taken = async (quantity = 1, body: object = {}) => {
      const made = await order({ items: [{ menu_item: soup.id, quantity }], ...body })
      return { made, ids: (await tasksOf(made.id)).map((task) => task.id) }
    }
    const ready = (id: string) => cook.post(`${tasksPath}${id}/ready/`)
    const told = async (who: Caller, query = '') =>
      (await who.get<List<NotificationRead>>(`${path}?${query}`)).body.results
    /** What somebody was told by an action, newest first. */
    const newFor = async (who: Caller, action: () => Promise<unknown>) => {
      const before = new Set((await told(who, 'page_size=500')).map(({ id }) => id))
      await action()
      return (await told(who, 'page_size=500')).filter(({ id }) => !before.has(id))
    }
    const one = async () => {
      const { ids } = await taken()
      return (await newFor(waiter, () => ready(ids[0]!)))[0]!
    }

    await t.test('a ready dish is told to the waiter of its order, with every field', async (t) => {
      const { made, ids } = await taken(1, { table: tables[2]!.id })
      const [made1, ...more] = await newFor(waiter, () => ready(ids[0]!))
      t.strictSame(more, [])
      t.match(made1, { id: String, created_at: isoInstant, updated_at: isoInstant })
      const { id, created_at: _, updated_at: __, ...rest } = made1!
      t.strictSame(rest, {
        company: made.company,
        branch: centre,
        type: 'kitchen_task_ready',
        title: 'Блюдо готово',
        message: `Готово: ${soup.title} (стол ${tables[2]!.number})`,
        payload: {
          task_id: ids[0],
          order_id: made.id,
          order_number: made.number,
          table: tables[2]!.number,
          menu_item: soup.title,
          unit_index: 1,
        },
        is_read: false,
      })
      t.strictSame((await waiter.get(`${path}${id}/`)).body, made1)
    })

    await t.test('a takeaway has no table, an order without a waiter nobody to tell', async (t) => {
      t.match(await one(), {
        message: `Готово: ${soup.title} (стол —)`,
        payload: { table: null },
      })
      const query = `?branch=${centre}`
      const made = await owner.post<OrderRead>(`/api/cafe/orders/${query}`, {
        items: [{ menu_item: soup.id }],
      })
      t.equal(made.body.waiter, null)
      const [task] = await tasksOf(made.body.id)
      const [forOwner, forWaiter] = [await told(owner), await told(waiter)]
      t.equal((await ready(task!.id)).status, 200)
      t.strictSame([await told(owner), await told(waiter)], [forOwner, forWaiter])
    })

    await t.test('ready twice is told once; PATCH tells the same; other steps tell nothing', async (t) => {
      const { ids } = await taken(2)
      const [first, second] = ids as [string, string]
      const both = await newFor(waiter, async () => {
        await cook.post(`${tasksPath}${first}/claim/`)
        await ready(first)
        await ready(first)
        await cook.patch(`${tasksPath}${second}/`, { status: 'ready' })
        await cook.patch(`${tasksPath}${second}/`, { status: 'ready' })
      })
      t.strictSame(both.map(({ payload }) => payload.task_id).sort(), [first, second].sort())
      const none = await newFor(waiter, () => cook.post(`${tasksPath}${first}/recall/`))
      t.strictSame(none, [])
      t.equal((await newFor(waiter, () => ready(first))).length, 1, 'ready anew after a recall is news')
    })

    await t.test('two screens that say ready at once tell it once', async (t) => {
      for (let round = 0; round < 20; round++) {
        const { ids } = await taken()
        const admin = cafe.as('admin')
        const news = await newFor(waiter, () =>
          Promise.all([ready(ids[0]!), admin.post(`${tasksPath}ready/`, { task_ids: ids })]),
        )
        t.equal(news.length, 1)
      }
    })

    await t.test('a bulk command tells each dish once, and only those it finished', async (t) => {
      const { ids } = await taken(3)
      await ready(ids[0]!)
      const news = await newFor(waiter, () =>
        cook.post(`${tasksPath}ready/`, { task_ids: [...ids, ids[1], missing] }),
      )
      const units = news.map(({ payload }) => payload.unit_index)
      t.strictSame(
        units.sort((a, b) => a - b),
        [2, 3],
      )
    })

    await t.test('the news, the task and its event are one transaction', async (t) => {
      for (const table of ['notifications', 'events']) {
        const { made, ids } = await taken()
        const news = await newFor(waiter, async () => {
          const events = await without(database, table, () => ready(ids[0]!).then(({ status }) => status))
          t.equal(events, 500)
        })
        t.strictSame(news, [])
        t.equal((await tasksOf(made.id))[0]!.status, 'pending')
        let after: NotificationRead[] = []
        const events = await announcedBy(database, async () => {
          after = await newFor(waiter, () => ready(ids[0]!))
        })
        t.equal(after.length, 1)
        t.strictSame(
          events.map(({ type }) => type),
          ['kitchen_task_ready'],
        )
      }
    })

    await t.test('a repetition with the same key tells nothing more', async (t) => {
      const { ids } = await taken()
      const key = { headers: { 'idempotency-key': `ready ${ids[0]}` } }
      const news = await newFor(waiter, async () => {
        for (let i = 0; i < 3; i++) await cook.post(`${tasksPath}${ids[0]}/ready/`, {}, key)
      })
      t.equal(news.length, 1)
    })

    await t.test('read: one, once', async (t) => {
      const { id } = await one()
      const url = `${path}${id}/read/`
      const first = await waiter.post<NotificationRead>(url)
      t.match(first, { status: 200, body: { id, is_read: true } })
      t.strictSame((await waiter.post(url)).body, first.body, 'reading again changes nothing')
      t.strictSame((await waiter.get(`${path}${id}/`)).body, first.body)
    })

    await t.test('read: those named, and all', async (t) => {
      await waiter.post(`${path}read/`)
      const [a, b, c] = [await one(), await one(), await one()]
      const reply = await waiter.post(`${path}read/`, {
        ids: [a.id, b.id.toUpperCase(), b.id, missing],
      })
      t.match(reply, { status: 200 })
      t.strictSame(reply.body, { count: 2, skipped: [{ id: missing, reason: 'not_found' }] })
      t.strictSame((await waiter.post(`${path}read/`, { ids: [a.id] })).body, { count: 0, skipped: [] })
      t.strictSame(
        (await told(waiter, 'is_read=false')).map(({ id }) => id),
        [c.id],
      )
      t.strictSame((await waiter.post(`${path}read/`)).body, { count: 1, skipped: [] })
      t.strictSame((await waiter.post(`${path}read/`, {})).body, { count: 0, skipped: [] })
      t.strictSame(await told(waiter, 'is_read=false'), [])
      for (const wrong of [{ ids: [] }, { ids: null }, { ids: ['x'] }, { ids: a.id }]) {
        t.match(await waiter.post(`${path}read/`, wrong), { status: 400, body: { ids: [String] } })
      }
    })

    await t.test('the list: newest first, filtered, searched, ordered, in pages', async (t) => {
      await waiter.post(`${path}read/`)
      const { made, ids } = await taken(2, { table: tables[3]!.id })
      const other = await taken()
      const mine = await newFor(waiter, async () => {
        for (const id of [...ids, ...other.ids]) await ready(id)
      })
      t.strictSame(
        mine.map(({ payload }) => payload.task_id),
        [...ids, ...other.ids].reverse(),
      )
      const [third, second, first] = mine.map(({ id }) => id)
      await waiter.post(`${path}${second}/read/`)
      const listed = async (query: string) => {
        const { status, body } = await waiter.get<List<NotificationRead>>(`${path}?${query}`)
        t.equal(status, 200, query)
        return body.results.map(({ id }) => id)
      }
      t.strictSame(await listed('is_read=0'), [third, first])
      t.strictSame(await listed('is_read=false&ordering=created_at'), [first, third])
      t.strictSame((await listed('is_read=true'))[0], second)
      t.strictSame((await listed('ordering=is_read,created_at')).slice(0, 2), [first, third])
      t.strictSame(await listed(`search=${encodeURIComponent(soup.title)}&page_size=2`), [third, second])
      t.strictSame(await listed('page_size=2&page=2').then((page) => page[0]), first)
      t.strictSame((await listed('is_read=&search=&ordering=')).slice(0, 3), [third, second, first])
      t.ok((await listed(`search=${made.number}`)).includes(first!))
      t.match(await waiter.get(`${path}?page_size=1`), { body: { next: /page=2/, previous: null } })
      t.match(await waiter.get(`${path}?is_read=maybe`), { status: 400, body: { is_read: [String] } })
      t.equal((await waiter.get(`${path}?page=9999`)).status, 404)
    })

    await t.test('everybody sees their own only, whatever their role', async (t) => {
      const { id } = await one()
      for (const who of ['owner', 'admin', 'cook1', 'cashier1', 'waiter2', 'owner2'] as const) {
        const caller = cafe.as(who)
        t.notOk(
          (await told(caller, 'page_size=500')).some((seen) => seen.id === id),
          who,
        )
        t.equal((await caller.get(`${path}${id}/`)).status, 404, who)
        t.equal((await caller.post(`${path}${id}/read/`)).status, 404, who)
        t.strictSame((await caller.post(`${path}read/`, { ids: [id] })).body, {
          count: 0,
          skipped: [{ id, reason: 'not_found' }],
        })
        await caller.post(`${path}read/`)
      }
      t.match(await waiter.get(`${path}${id}/`), { body: { is_read: false } })
      t.equal((await waiter.get(`${path}nothing/`)).status, 404)
    })

    await t.test('an owner who serves is told too, and may look at one branch', async (t) => {
      const me = (await owner.get<{ id: string }>('/api/users/profile/')).body.id
      const { ids } = await taken(1, { waiter: me })
      const [news] = await newFor(owner, () => ready(ids[0]!))
      t.equal(news!.branch, centre)
      t.ok((await told(owner, `branch=${centre}`)).some(({ id }) => id === news!.id))
      t.strictSame(await told(owner, `branch=${south}`), [])
      t.equal((await owner.get(`${path}${news!.id}/?branch=${south}`)).status, 404)
    })

    await t.test('the text is in the language of its reader', async (t) => {
      const { id } = await one()
      const message = async (headers = {}) =>
        (await waiter.get<NotificationRead>(`${path}${id}/`, { headers })).body.message
      t.equal(await message(), `Готово: ${soup.title} (стол —)`)
      t.equal(await message({ 'accept-language': 'en' }), `Ready: ${soup.title} (table —)`)
      await owner.patch('/api/users/company/', { language: 'en' })
      // the company's setting reaches the waiter once the replica has looked at the login again
      const waiterAgain = await cafe.app.inject({
        method: 'POST',
        url: '/api/users/login/',
        payload: { email: 'waiter1@test.com', password: 'demo12345' },
      })
      const fresh = cafe.withToken(waiterAgain.json<{ access: string }>().access)
      t.equal(
        (await fresh.get<NotificationRead>(`${path}${id}/`)).body.message,
        `Ready: ${soup.title} (table —)`,
      )
      await owner.patch('/api/users/company/', { language: 'ru' })
    })
  }),
)

/** Runs an action while a table is not there. */
async function without<T>(database: Database, table: string, action: () => Promise<T>): Promise<T> {
  const rename = (from: string, to: string) =>
    asSuperuser(database, (tx) =>
      tx.execute(sql`alter table ${sql.identifier(from)} rename to ${sql.identifier(to)}`),
    )
  await rename(table, `${table}_away`)
  try {
    return await action()
  } finally {
    await rename(`${table}_away`, table)
  }
}
