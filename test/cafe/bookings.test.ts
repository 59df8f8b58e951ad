import { eq } from 'drizzle-orm'
import t from 'tap'
import type { BookingRead } from '../../src/cafe/bookings/schema.ts'
import type { TableRead } from '../../src/cafe/tables/schema.ts'
import { bookings } from '../../src/db/schema.ts'
import { startApp } from '../support/app.ts'
import { onBoth } from '../support/database.ts'
import { branchesOf, isoInstant, missing } from './people.ts'
import type { List } from './people.ts'
import { serviceOf } from './service.ts'

const path = '/api/cafe/bookings/'

t.test('bookings', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, env: { DB_POOL_MAX: '12' } })
    const { database } = cafe
    const [owner, waiter, cashier] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cashier1')]
    const { centre, south } = await branchesOf(owner)
    const { tables } = await serviceOf(waiter)
    const [table, next] = [tables[0]!, tables[1]!]
    const foreign = (await cafe.as('waiter2').get<List<TableRead>>('/api/cafe/tables/')).body.results[0]!
    let day = 0
    /** A day that no other test books. */
    const newDay = () =>
      `2199-${String(1 + Math.floor(++day / 28)).padStart(2, '0')}-${String(1 + (day % 28)).padStart(2, '0')}`
    const guest = (body: object = {}) => ({
      guest: 'Айгуль',
      date: newDay(),
      time: '18:30',
      table: table.id,
      ...body,
    })
    const booked = async (body: object = {}) => {
      const reply = await waiter.post<BookingRead>(path, guest(body))
      t.equal(reply.status, 201)
      return reply.body
    }
    const taken = (date: string) => ({ table: [`Стол уже забронирован: ${date}, 18:30.`] })

    await t.test('a booking has every field', async (t) => {
      const made = await booked({ guest: ' Айгуль ', phone: '+996 (555) 12-34-56', guests: 4 })
      const { id, date, created_at, updated_at, ...rest } = made
      t.match([created_at, updated_at], [isoInstant, isoInstant])
      t.match(date, /^2199-/)
      t.strictSame(rest, {
        company: table.company,
        branch: centre,
        guest: 'Айгуль',
        phone: '+996555123456',
        phone_typed: '+996 (555) 12-34-56',
        phone_extension: '',
        time: '18:30:00',
        guests: 4,
        table: table.id,
        table_number: table.number,
        status: 'booked',
        status_display: 'Забронирован',
      })
      t.strictSame((await waiter.get(`${path}${id}/`)).body, made)
      const english = await waiter.get(`${path}${id}/`, { headers: { 'accept-language': 'en' } })
      t.match(english.body, { status_display: 'Booked' })
    })

    await t.test('PATCH changes what is sent, PUT keeps what is left out, DELETE ends it', async (t) => {
      const made = await booked({ phone: '0555', guests: 3 })
      const one = `${path}${made.id}/`
      t.match(await cashier.patch(one, { status: 'arrived', table: next.id }), {
        status: 200,
        body: {
          status: 'arrived',
          status_display: 'Гости пришли',
          table: next.id,
          table_number: next.number,
        },
      })
      const put = { guest: 'Бакыт', date: made.date, time: '19:00:00', table: table.id }
      t.match(await waiter.put(one, put), {
        status: 200,
        body: { ...put, phone: '0555', guests: 3, status: 'arrived' },
      })
      t.equal((await waiter.delete(one)).status, 204)
      t.equal((await waiter.get(one)).status, 404)
      t.equal((await waiter.delete(one)).status, 404)
    })

    await t.test('faults name their field', async (t) => {
      const faults: [object, object][] = [
        [{ guest: undefined }, { guest: ['Обязательное поле.'] }],
        [{ guest: ' ' }, { guest: ['Это поле не может быть пустым.'] }],
        [{ date: '2199-02-30' }, { date: ['Дата должна быть в виде ГГГГ-ММ-ДД.'] }],
        [{ time: '24:00' }, { time: ['Время должно быть в виде ЧЧ:ММ.'] }],
        [{ time: '9:00' }, { time: ['Время должно быть в виде ЧЧ:ММ.'] }],
        [{ guests: 0 }, { guests: [/1/] }],
        [{ status: 'lost' }, { status: [/booked, arrived, no_show, cancelled/] }],
        [{ phone: 'нет' }, { phone: [String] }],
        [{ table: null }, { table: [String] }],
        [{ table: missing }, { table: [`Недопустимый первичный ключ "${missing}" - объект не существует.`] }],
        [{ table: foreign.id }, { table: ['Принадлежит другому филиалу.'] }],
      ]
      for (const [body, fault] of faults) {
        t.match(await waiter.post(path, guest(body)), { status: 400, body: fault })
      }
    })

    await t.test('one booking that holds per table and slot', async (t) => {
      const first = await booked()
      const same = guest({ date: first.date, time: '18:30:00' })
      t.strictSame((await waiter.post(path, same)).body, taken(first.date))
      t.equal((await waiter.post(path, { ...same, table: next.id })).status, 201, 'another table')
      const later = await waiter.post<BookingRead>(path, { ...same, time: '20:00' })
      t.equal(later.status, 201, 'another time')
      const moved = await waiter.patch(`${path}${later.body.id}/`, { time: '18:30' })
      t.equal(moved.status, 400)
      t.strictSame(moved.body, taken(first.date))
      await waiter.patch(`${path}${first.id}/`, { status: 'arrived' })
      t.equal((await waiter.post(path, same)).status, 400, 'guests who came hold it still')
      for (const status of ['no_show', 'cancelled']) {
        await waiter.patch(`${path}${first.id}/`, { status })
        const again = await waiter.post<BookingRead>(path, same)
        t.equal(again.status, 201, `${status} frees it`)
        t.equal((await waiter.patch(`${path}${first.id}/`, { status: 'booked' })).status, 400)
        await waiter.delete(`${path}${again.body.id}/`)
      }
    })

    await t.test('of many who book one slot at once, one gets it', async (t) => {
      for (let round = 0; round < 30; round++) {
        const body = guest()
        const callers = [waiter, cashier, owner, cafe.as('admin'), waiter]
        const replies = await Promise.all(callers.map((who) => who.post(path, body)))
        t.strictSame(
          replies.map(({ status }) => status).sort((a, b) => a - b),
          [201, 400, 400, 400, 400],
        )
        for (const { status, body: fault } of replies)
          if (status === 400) t.strictSame(fault, taken(body.date))
      }
    })

    await t.test('filters, search and order', async (t) => {
      const [one, two] = [newDay(), newDay()]
      const a = await booked({ date: one, time: '20:00', guest: 'Жаныл', phone: '+996700111222' })
      const b = await booked({ date: one, time: '12:00', guest: 'Ёлка', table: next.id })
      const c = await booked({ date: two, status: 'cancelled', guest: 'Назар' })
      const listed = async (query: string) => {
        const { status, body } = await waiter.get<List<BookingRead>>(`${path}?${query}`)
        t.equal(status, 200, query)
        return body.results.map(({ id }) => id)
      }
      t.strictSame(await listed(`date=${one}`), [b.id, a.id])
      t.strictSame(await listed(`date_from=${one}&date_to=${two}`), [b.id, a.id, c.id])
      t.strictSame(await listed(`date_from=${two}&status=cancelled`), [c.id])
      t.strictSame(await listed(`date_from=${one}&table=${next.id}`), [b.id])
      t.strictSame(await listed(`search=${encodeURIComponent('жаныл')}`), [a.id])
      t.strictSame(await listed(`search=${encodeURIComponent('700 111-222')}`), [a.id])
      t.strictSame(await listed(`date_from=${one}&date_to=${two}&ordering=-date,-time`), [c.id, a.id, b.id])
      t.strictSame(await listed(`date=${one}&ordering=guest&page_size=1&page=2`), [a.id])
      for (const wrong of ['date=x', 'date_from=x', 'date_to=2199-02-30', 'status=lost', 'table=x']) {
        t.hasProp((await waiter.get(`${path}?${wrong}`)).body, wrong.split('=')[0]!)
      }
    })

    await t.test('who may, and where', async (t) => {
      const made = await booked()
      const one = `${path}${made.id}/`
      const cook = cafe.as('cook1')
      t.equal((await cook.get(one)).status, 200)
      t.equal((await cook.post(path, guest())).status, 403)
      t.equal((await cook.patch(one, {})).status, 403)
      for (const who of ['waiter2', 'owner2'] as const) t.equal((await cafe.as(who).get(one)).status, 404)
      t.equal((await owner.get(`${one}?branch=${south}`)).status, 404)
      t.match(await owner.post(path, guest({ table: foreign.id })), { status: 201, body: { branch: south } })
    })

    await t.test(
      'a table where guests are expected stays; another goes and leaves its bookings',
      async (t) => {
        const own = await owner.post<TableRead>('/api/cafe/tables/', { number: 901, branch: centre })
        const expected = await booked({ table: own.body.id })
        const past = await booked({ table: own.body.id, date: '2020-01-01' })
        const one = `/api/cafe/tables/${own.body.id}/`
        t.match(await owner.delete(one), {
          status: 409,
          body: { code: 'in_use', count: 1, used_by: { bookings: 1 } },
        })
        await waiter.patch(`${path}${expected.id}/`, { status: 'cancelled' })
        t.equal((await owner.delete(one)).status, 204)
        for (const { id } of [expected, past]) {
          t.match(await waiter.get(`${path}${id}/`), {
            status: 200,
            body: { table: null, table_number: null },
          })
        }
        t.equal((await waiter.patch(`${path}${past.id}/`, { status: 'no_show' })).status, 200)
      },
    )

    await t.test('a table that goes while somebody books it: one of the two is refused', async (t) => {
      for (let number = 910; number < 916; number++) {
        const made = await owner.post<TableRead>('/api/cafe/tables/', { number, branch: centre })
        const [gone, kept] = await Promise.all([
          owner.delete(`/api/cafe/tables/${made.body.id}/`),
          waiter.post(path, guest({ table: made.body.id })),
        ])
        t.ok([204, 409].includes(gone.status), `delete ${gone.status}`)
        t.equal(kept.status, gone.status === 204 ? 400 : 201)
      }
    })

    await t.test('PostgreSQL itself keeps the slot', async (t) => {
      const made = await booked()
      const insert = database.inCompany(made.company, async (tx) => {
        const [row] = await tx.select().from(bookings).where(eq(bookings.id, made.id))
        await tx.insert(bookings).values({ ...row!, id: missing })
      })
      await t.rejects(insert)
    })
  }),
)
