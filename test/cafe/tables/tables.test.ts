import { eq } from 'drizzle-orm'
import t from 'tap'
import type { TableRead } from '../../../src/cafe/tables/schema.ts'
import type { ZoneRead } from '../../../src/cafe/zones/schema.ts'
import { orders as ordersTable, tables } from '../../../src/db/schema/index.ts'
import { startApp } from '../../support/app.ts'
import type { Caller } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { orderFromBefore, orderRow } from '../past.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'

const path = '/api/cafe/tables/'

t.test('tables', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, books: 'unchecked' })
    const { database } = cafe
    const [owner, waiter] = [cafe.as('owner'), cafe.as('waiter1')]
    const { centre, south } = await branchesOf(owner)
    const hall = await zoneOf(owner, centre)
    const yard = await zoneOf(owner, south)

    await t.test('a new table has every field and is announced to its branch', async (t) => {
      let made!: TableRead
      const events = await announcedBy(database, async () => {
        const reply = await owner.post<TableRead>(path, {
          zone: hall.id,
          number: 71,
          places: 4,
          x: 10,
          y: -5,
        })
        t.equal(reply.status, 201)
        made = reply.body
      })
      t.match(made, {
        company: hall.company,
        branch: centre,
        zone: hall.id,
        number: 71,
        places: 4,
        status: 'free',
        status_display: 'Свободен',
        x: 10,
        y: -5,
        created_at: isoInstant,
        updated_at: isoInstant,
      })
      t.equal(Object.keys(made).length, 12)
      t.strictSame(events, [
        {
          type: 'table_created',
          stream: centre,
          data: { table: made, company_id: hall.company, branch_id: centre },
        },
      ])
    })

    await t.test('the branch comes from the zone, the body or the actor', async (t) => {
      const made = async (who: Caller, body: object, query = '') =>
        await who.post<TableRead & Record<string, unknown>>(`${path}${query}`, body)
      t.match(await made(owner, { zone: yard.id, number: 72 }), {
        status: 201,
        body: { branch: south, zone: yard.id, places: 4, x: 0, y: 0 },
      })
      t.match(await made(owner, { branch: south, number: 73 }), {
        status: 201,
        body: { branch: south, zone: null },
      })
      t.match(await made(owner, { number: 74 }, `?branch=${south}`), {
        status: 201,
        body: { branch: south },
      })
      // nobody says which: the first branch of the company
      t.match(await made(owner, { number: 74 }), { status: 201, body: { branch: centre } })
      t.match(await made(owner, { number: 75, zone: yard.id, branch: centre }), {
        status: 400,
        body: { branch: ['Принадлежит другому филиалу.'] },
      })
      t.match(await made(owner, { number: 75, zone: yard.id }, `?branch=${centre}`), {
        status: 400,
        body: { zone: ['Принадлежит другому филиалу.'] },
      })
      t.match(await made(cafe.as('owner2'), { number: 75 }), { status: 201, body: { branch: null } })
    })

    await t.test('faults name their field', async (t) => {
      const refused = async (body: object) => {
        const reply = await owner.post(path, { zone: hall.id, number: 76, ...body })
        t.equal(reply.status, 400)
        return reply.body
      }
      t.strictSame(await refused({ number: undefined }), { number: ['Обязательное поле.'] })
      t.strictSame(await refused({ number: 0 }), {
        number: ['Убедитесь, что это значение больше либо равно 1.'],
      })
      t.strictSame(await refused({ number: 1 }), { number: ['Запись с таким значением уже есть.'] })
      t.match(await refused({ number: '5' }), { number: [String] })
      t.match(await refused({ number: 3_000_000_000 }), { number: [String] })
      t.match(await refused({ places: 0 }), { places: [/1/] })
      t.match(await refused({ places: 2.5 }), { places: [String] })
      t.match(await refused({ x: 'слева' }), { x: [String] })
      t.match(await refused({ status: 'reserved' }), { status: [/free, busy/] })
      t.match(await refused({ zone: 'Терраса' }), { zone: [/UUID/] })
      const unknown = (id: string) => ({
        zone: [`Недопустимый первичный ключ "${id}" - объект не существует.`],
      })
      t.strictSame(await refused({ zone: missing }), unknown(missing))
      const { body } = await cafe.as('owner2').get<List<ZoneRead>>('/api/cafe/zones/')
      const foreign = body.results[0]!.id
      t.strictSame(await refused({ zone: foreign }), unknown(foreign), 'a zone of another company')
    })

    await t.test('the same number in two branches is two tables', async (t) => {
      for (const zone of [hall.id, yard.id]) {
        t.equal((await owner.post(path, { zone, number: 80 })).status, 201)
      }
    })

    await t.test('a change is announced once, no change never', async (t) => {
      const table = await tableNumber(owner, 71)
      const one = `${path}${table.id}/`
      let after!: TableRead
      const events = await announcedBy(database, async () => {
        after = (await owner.patch<TableRead>(one, { places: 6, x: 50 })).body
        t.match(after, { number: 71, places: 6, x: 50, y: -5, zone: hall.id })
        t.strictSame((await owner.patch(one, { places: 6 })).body, after)
        t.strictSame((await owner.patch(one, {})).body, after)
        t.strictSame((await owner.put(one, { number: 71 })).body, after, 'PUT keeps what is left out')
        t.equal((await owner.patch(one, { number: 1 })).status, 400)
        t.equal((await owner.patch(one, { zone: yard.id })).status, 400)
        t.match((await owner.patch(one, { zone: yard.id })).body, { zone: [/другому филиалу/] })
      })
      t.strictSame(events, [
        {
          type: 'table_updated',
          stream: centre,
          data: { table: after, company_id: hall.company, branch_id: centre },
        },
      ])
      const freed = await owner.patch<TableRead>(one, { zone: null })
      t.equal(freed.body.zone, null)
    })

    await t.test(
      'the status is derived: writing it answers with the true one and tells nobody',
      async (t) => {
        const one = `${path}${(await tableNumber(owner, 2)).id}/`
        const events = await announcedBy(database, async () => {
          for (const who of ['waiter1', 'cashier1', 'admin'] as const) {
            const reply = await cafe.as(who).patch<TableRead>(one, { status: 'busy' })
            t.match(reply, { status: 200, body: { status: 'free', status_display: 'Свободен', number: 2 } })
          }
          t.equal((await waiter.patch(one, { status: 'busy', number: 2, places: 2 })).status, 200)
        })
        t.strictSame(events, [])
        const { body } = await owner.get<TableRead>(one, { headers: { 'accept-language': 'en' } })
        t.equal(body.status_display, 'Free')
      },
    )

    await t.test('waiters and cooks change nothing else', async (t) => {
      const table = await tableNumber(owner, 2)
      const one = `${path}${table.id}/`
      const forbidden = { status: 403, body: { code: 'permission_denied' } }
      for (const who of ['waiter1', 'cashier1', 'cook1'] as const) {
        t.match(await cafe.as(who).patch(one, { places: 12 }), forbidden)
        t.match(await cafe.as(who).post(path, { number: 99 }), forbidden)
        t.match(await cafe.as(who).put(one, { number: 2 }), forbidden)
        t.match(await cafe.as(who).delete(one), forbidden)
      }
      t.equal((await cafe.as('cook1').patch(one, { status: 'busy' })).status, 403)
      t.equal((await waiter.patch(one, { zone: missing })).status, 400)
      t.strictSame((await owner.get(one)).body, table)
    })

    await t.test('filters, search and order', async (t) => {
      const numbers = async (query: string) => {
        const { status, body } = await waiter.get<List<TableRead>>(`${path}?${query}`)
        t.equal(status, 200)
        return body.results.map((table) => table.number)
      }
      t.strictSame(await numbers(`zone=${hall.id}&places=6`), [7, 8])
      t.strictSame(await numbers('number=3'), [3])
      t.strictSame(await numbers('status=busy'), [])
      t.strictSame(await numbers('places=6&ordering=-number'), [71, 14, 8, 7])
      t.strictSame(await numbers('search=vip'), [15, 16])
      t.strictSame(await numbers('search=16'), [16])
      t.strictSame(await numbers('page_size=3&page=2'), [4, 5, 6])
      t.strictSame((await numbers('zone=&number=&places=&status=&search=&ordering=')).slice(0, 3), [1, 2, 3])
      for (const wrong of ['zone=x', 'number=x', 'places=many', 'status=gone', 'number=99999999999']) {
        const reply = await waiter.get(`${path}?${wrong}`)
        t.equal(reply.status, 400, wrong)
        t.hasProp(reply.body, wrong.split('=')[0]!)
      }
    })

    await t.test('tables of another branch or company are not there', async (t) => {
      const { body } = await owner.get<List<TableRead>>(`${path}?branch=${south}`)
      const one = `${path}${body.results[0]!.id}/`
      t.equal((await waiter.get(one)).status, 404)
      t.equal((await waiter.patch(one, { status: 'busy' })).status, 404)
      for (const method of ['get', 'delete'] as const) {
        t.equal((await cafe.as('owner2')[method](one)).status, 404)
        t.equal((await owner[method](`${one}?branch=${centre}`)).status, 404)
      }
    })

    await t.test('a table with an open order stays; one with past orders goes without them', async (t) => {
      const table = await tableNumber(owner, 5)
      const one = `${path}${table.id}/`
      const past = { company: table.company, branch: centre, table: table.id }
      const open = await orderFromBefore(database, { ...past, status: 'open' })
      const closed = await orderFromBefore(database, { ...past, status: 'closed' })
      const cancelled = await orderFromBefore(database, { ...past, status: 'cancelled' })
      const none = await announcedBy(database, async () => {
        const reply = await owner.delete(one)
        t.match(reply, { status: 409, body: { code: 'in_use', count: 1, used_by: { orders: 1 } } })
      })
      t.strictSame(none, [])
      await database.acrossCompanies((tx) => tx.delete(ordersTable).where(eq(ordersTable.id, open)))
      const events = await announcedBy(database, async () => {
        t.equal((await owner.delete(one)).status, 204)
      })
      t.match(events, [{ type: 'table_deleted', stream: centre, data: { table, branch_id: centre } }])
      for (const id of [closed, cancelled]) t.equal((await orderRow(database, id)).tableId, null)
      t.equal((await owner.get(one)).status, 404)
    })

    await t.test('two tables made at once never share a number', async (t) => {
      const made = await Promise.all([1, 2, 3].map(() => owner.post(path, { zone: hall.id, number: 90 })))
      t.strictSame(
        made.map(({ status }) => status).sort((a, b) => a - b),
        [201, 400, 400],
      )
    })

    await t.test('a table that goes while somebody orders there: one of the two is refused', async (t) => {
      for (let number = 91; number < 97; number++) {
        const { body: table } = await owner.post<TableRead>(path, { zone: hall.id, number })
        const [gone, ordered] = await Promise.all([
          owner.delete(`${path}${table.id}/`),
          waiter.post('/api/cafe/orders/', { table: table.id }),
        ])
        const coherent = gone.status === 204 ? 400 : 201
        t.ok([204, 409].includes(gone.status), `delete ${gone.status}`)
        t.equal(ordered.status, coherent)
      }
    })

    await t.test('a busy table says so', async (t) => {
      const table = await tableNumber(owner, 6)
      await database.acrossCompanies((tx) =>
        tx.update(tables).set({ status: 'busy' }).where(eq(tables.id, table.id)),
      )
      const { body } = await waiter.patch<TableRead>(`${path}${table.id}/`, { status: 'free' })
      t.match(body, { status: 'busy', status_display: 'Занят' })
      const ids = async (status: string) =>
        (await waiter.get<List<TableRead>>(`${path}?status=${status}`)).body.results.map((one) => one.id)
      t.ok((await ids('busy')).includes(table.id))
      t.notOk((await ids('free')).includes(table.id))
    })
  }),
)

async function zoneOf(owner: Caller, branch: string): Promise<ZoneRead> {
  const { body } = await owner.get<List<ZoneRead>>(`/api/cafe/zones/?branch=${branch}&search=зал`)
  return body.results[0]!
}

async function tableNumber(owner: Caller, number: number): Promise<TableRead> {
  const { body } = await owner.get<List<TableRead>>(`${path}?number=${number}&ordering=created_at`)
  return body.results[0]!
}
