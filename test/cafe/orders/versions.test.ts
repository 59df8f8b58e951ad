import t from 'tap'
import type { TaskRead } from '../../../src/cafe/kitchen/schema.ts'
import type { OrderRead } from '../../../src/cafe/orders/schema.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { missing } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/orders/'

t.test('versions of orders and tasks', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind })
    const { database } = cafe
    const [waiter, cook, owner] = [cafe.as('waiter1'), cafe.as('cook1'), cafe.as('owner')]
    const { tables, dishes, order, tasksOf } = await serviceOf(waiter)
    const [soup, tea] = [dishes[0]!, dishes[1]!]
    const guarded = (ifMatch: string) => ({ headers: { 'if-match': ifMatch } })

    await t.test('single reads and writes carry a weak tag, lists and deletions none', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      const one = `${path}${made.id}/`
      t.equal((await waiter.get(one)).headers.etag, 'W/"1"')
      t.equal((await waiter.patch(one, { guests: 3 })).headers.etag, 'W/"2"')
      t.equal((await waiter.put(one, { guests: 4 })).headers.etag, 'W/"3"')
      const line = await waiter.post<OrderRead>(`${one}items/`, { menu_item: tea.id })
      t.equal(line.headers.etag, 'W/"4"')
      const lineUrl = `${one}items/${line.body.items[1]!.id}/`
      t.equal((await waiter.patch(lineUrl, { quantity: 2 })).headers.etag, 'W/"5"')
      t.equal((await waiter.delete(lineUrl)).headers.etag, 'W/"6"')
      t.equal((await waiter.post(`${one}move/`, { table: tables[0]!.id })).headers.etag, 'W/"7"')
      t.equal((await waiter.get(path)).headers.etag, undefined)
      t.equal((await waiter.get(`${path}${missing}/`)).headers.etag, undefined)
      t.equal((await owner.delete(one)).headers.etag, undefined)
      const unchanged = { headers: { 'if-none-match': 'W/"1"' } }
      t.equal((await waiter.get(`${path}${(await order()).id}/`, unchanged)).status, 200, 'never 304')
    })

    await t.test('a change that rests on an old version is refused, and shown the present one', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      const one = `${path}${made.id}/`
      await waiter.patch(one, { note: 'у окна' })
      const now = (await waiter.get<OrderRead>(one)).body
      const conflict = { status: 412, body: { code: 'version_conflict', detail: String, current: now } }
      const lineUrl = `${one}items/${made.items[0]!.id}/`
      const events = await announcedBy(database, async () => {
        for (const stale of ['W/"1"', '"1"', 'W/"7", W/"1"', 'W/"x"']) {
          t.match(await waiter.patch(one, { guests: 5 }, guarded(stale)), conflict, stale)
        }
        t.match(await waiter.put(one, { guests: 5 }, guarded('W/"1"')), conflict)
        t.match(await waiter.patch(one, { items: [], version: 1 }), conflict)
        t.match(await waiter.patch(one, { status: 'closed' }, guarded('W/"1"')), conflict)
        t.match(await waiter.post(`${one}items/`, { menu_item: tea.id }, guarded('W/"1"')), conflict)
        t.match(await waiter.patch(lineUrl, { quantity: 2 }, guarded('W/"1"')), conflict)
        t.match(await waiter.delete(lineUrl, guarded('W/"1"')), conflict)
        t.match(await owner.delete(one, guarded('W/"1"')), conflict)
      })
      t.strictSame(events, [])
      t.strictSame((await waiter.get(one)).body, now)
    })

    await t.test('the present version, a list with it, and * are let through', async (t) => {
      const made = await order()
      const one = `${path}${made.id}/`
      let guests = 1
      const change = async (ifMatch: string) => {
        const reply = await waiter.patch(one, { guests: ++guests }, guarded(ifMatch))
        t.equal(reply.status, 200, ifMatch)
      }
      await change('W/"1"')
      await change('"2"')
      await change('*')
      await change('"9" , W/"4",')
      t.equal((await waiter.patch(one, { guests: 7, version: 5 })).status, 200)
      t.equal((await waiter.patch(one, { guests: 8, version: null })).status, 200)
      t.equal((await waiter.patch(one, { guests: 9, version: 7 }, guarded('W/"7"'))).status, 200)
      t.equal((await waiter.patch(one, { guests: 1, version: 8 }, guarded('W/"7"'))).status, 412)
      t.equal((await waiter.patch(`${path}${missing}/`, {}, guarded('*'))).status, 404)
    })

    await t.test(
      'what is no list of tags is refused: to ignore it would change what is guarded',
      async (t) => {
        const made = await order()
        for (const malformed of ['1', 'W/1', '"1', '* , "1"', 'w/"1"', '"1" "2"', '', ',', '"1";']) {
          t.match(
            await waiter.patch(`${path}${made.id}/`, { guests: 2 }, guarded(malformed)),
            { status: 400, body: { 'If-Match': [String] } },
            malformed,
          )
        }
        const hostile = `"1"${' ,'.repeat(4000)}x`
        t.equal((await waiter.patch(`${path}${made.id}/`, {}, guarded(hostile))).status, 400)
        for (const version of ['1', 1.5, true])
          t.match(await waiter.patch(`${path}${made.id}/`, { version }), {
            status: 400,
            body: { version: [String] },
          })
      },
    )

    await t.test("a task's progress does not make its order another version", async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      const [task] = await tasksOf(made.id)
      await cook.post(`/api/cafe/kitchen/tasks/${task!.id}/ready/`)
      t.equal((await waiter.patch(`${path}${made.id}/`, { guests: 2 }, guarded('W/"1"'))).status, 200)
    })

    await t.test('tasks have versions of their own', async (t) => {
      const made = await order({ items: [{ menu_item: soup.id }] })
      const [task] = await tasksOf(made.id)
      const one = `/api/cafe/kitchen/tasks/${task!.id}/`
      t.equal((await cook.get(one)).headers.etag, 'W/"1"')
      t.equal((await cook.post(`${one}claim/`, {}, guarded('W/"1"'))).headers.etag, 'W/"2"')
      const now = (await cook.get<TaskRead>(one)).body
      const conflict = { status: 412, body: { code: 'version_conflict', current: now } }
      t.match(await cook.post(`${one}ready/`, {}, guarded('W/"1"')), conflict)
      t.match(await cook.patch(one, { status: 'ready' }, guarded('W/"1"')), conflict)
      t.match(await cook.patch(one, { status: 'ready' }, guarded('W/"2"')), {
        status: 200,
        body: { status: 'ready', version: 3 },
        headers: { etag: 'W/"3"' },
      })
      t.equal((await cook.post(`${one}recall/`, {}, guarded('"1"'))).status, 412)
      t.equal((await cook.post(`${one}recall/`, {}, guarded('*'))).status, 200)
    })

    await t.test('of many changes that rest on one version exactly one is made', async (t) => {
      for (let round = 0; round < (kind === 'embedded' ? 10 : 40); round++) {
        const made = await order()
        const replies = await Promise.all(
          [2, 3, 4, 5].map((guests) =>
            round % 2 === 0
              ? waiter.patch<OrderRead>(`${path}${made.id}/`, { guests }, guarded('W/"1"'))
              : waiter.patch<OrderRead>(`${path}${made.id}/`, { guests, version: 1 }),
          ),
        )
        t.strictSame(
          replies.map(({ status }) => status).sort((a, b) => a - b),
          [200, 412, 412, 412],
        )
        t.equal((await waiter.get<OrderRead>(`${path}${made.id}/`)).body.version, 2)
      }
    })
  }),
)
