import t from 'tap'
import type { BookingRead } from '../../../src/cafe/bookings/schema.ts'
import type { TableRead } from '../../../src/cafe/tables/schema.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { bookingCafe, path } from './set-up.ts'

t.test('bookings', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, database, owner, waiter, cashier, ...house } = await bookingCafe(t, kind)
    const { centre, south, table, next, foreign, newDay, guest, booked } = house

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
        duration: 120,
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
      const put = { guest: 'Бакыт', date: made.date, time: '19:00:00', table: table.id, duration: 90 }
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
        [{ duration: 0 }, { duration: [/1/] }],
        [{ duration: 1441 }, { duration: [/1440/] }],
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

    await t.test('nobody is booked for the past by mistake', async (t) => {
      const { body: branch } = await owner.get<{ timezone: string }>(`/api/users/branches/${centre}/`)
      /** Day and time of the branch's clock, so many minutes ago. */
      const ago = (minutes: number) => {
        const shown = new Date(Date.now() - minutes * 60_000).toLocaleString('sv', {
          timeZone: branch.timezone,
        })
        const [date, time] = shown.split(' ')
        return { date, time }
      }
      const own = await owner.post<TableRead>('/api/cafe/tables/', { number: 903, branch: centre })
      const at = (minutes: number, more: object = {}) =>
        guest({ table: own.body.id, ...ago(minutes), ...more })
      t.strictSame(await waiter.post(path, at(24 * 60)).then(({ status, body }) => [status, body]), [
        400,
        { date: ['Это время уже прошло.'] },
      ])
      const { status, body } = await waiter.post(path, at(20))
      t.equal(status, 400)
      t.ok(
        ['date', 'time'].includes(Object.keys(body).join()),
        'which of the two depends on when midnight was',
      )
      const walkIn = await waiter.post<BookingRead>(path, at(5, { duration: 1 }))
      t.equal(walkIn.status, 201, 'who has just come is not in the past')
      const said = at(24 * 60, { allow_past: true })
      t.equal((await waiter.post(path, said)).status, 403)
      const corrected = await owner.post<BookingRead>(path, said)
      t.equal(corrected.status, 201)
      const one = `${path}${corrected.body.id}/`
      t.equal((await waiter.patch(one, { status: 'arrived', guests: 2 })).status, 200, 'how it went')
      t.same((await waiter.patch(one, { date: '2020-01-01' })).body, { date: ['Это время уже прошло.'] })
      t.equal((await waiter.patch(one, { date: '2020-01-01', allow_past: true })).status, 403)
      t.equal((await owner.patch(one, { date: '2020-01-01', allow_past: true })).status, 200)
      t.equal((await waiter.patch(one, { date: '2020-01-01', guest: 'Бакыт' })).status, 200, 'not moved')
    })

    await t.test('more guests than places are confirmed', async (t) => {
      const own = await owner.post<TableRead>('/api/cafe/tables/', { number: 904, places: 4, branch: centre })
      const crowd = guest({ table: own.body.id, guests: 50 })
      t.match(await waiter.post(path, crowd), {
        status: 409,
        body: { code: 'not_enough_places', places: 4, guests: 50 },
      })
      t.equal((await waiter.post(path, { ...crowd, confirm: false })).status, 409)
      const made = await waiter.post<BookingRead>(path, { ...crowd, confirm: true })
      t.match(made, { status: 201, body: { guests: 50 } })
      t.notOk('confirm' in made.body)
      const one = `${path}${made.body.id}/`
      t.equal((await waiter.patch(one, { time: '12:00' })).status, 200, 'asked once')
      t.equal((await waiter.patch(one, { guests: 51 })).status, 409)
      t.equal((await waiter.patch(one, { guests: 51, confirm: true })).status, 200)
      t.equal((await waiter.patch(one, { guests: 5 })).status, 200, 'fewer than were confirmed')
      t.equal((await waiter.patch(one, { table: next.id })).status, 409, 'another table is asked of')
      t.equal((await waiter.patch(one, { table: next.id, guests: 4 })).status, 200)
    })

    await t.test('screens with tables hear of every change, and of nothing else', async (t) => {
      const during = (action: () => Promise<unknown>) => announcedBy(database, action)
      const body = guest({ time: '12:00' })
      let made: BookingRead | undefined
      const created = await during(async () => {
        made = (await waiter.post<BookingRead>(path, body)).body
        await waiter.post(path, body)
      })
      const one = `${path}${made!.id}/`
      const ofIt = (type: string, booking: object) => ({
        type,
        stream: centre,
        data: { booking, company_id: made!.company, branch_id: centre },
      })
      t.match(created, [ofIt('booking_created', made!)])
      t.equal(created.length, 1)
      const updated = await during(async () => {
        await waiter.patch(one, { status: 'arrived' })
        await waiter.patch(one, { status: 'arrived', time: '12:00' })
      })
      t.match(updated, [ofIt('booking_updated', { id: made!.id, status: 'arrived' })])
      t.equal(updated.length, 1)
      const deleted = await during(async () => {
        await waiter.delete(one)
        await waiter.delete(one)
      })
      t.match(deleted, [ofIt('booking_deleted', { id: made!.id, status: 'arrived' })])
      t.equal(deleted.length, 1)
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
  }),
)
