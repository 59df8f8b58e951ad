import { eq, getTableColumns } from 'drizzle-orm'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import type { BookingRead } from '../../../src/cafe/bookings/schema.ts'
import type { TableRead } from '../../../src/cafe/tables/schema.ts'
import { brokenExclusion } from '../../../src/db/pg-errors.ts'
import { bookings } from '../../../src/db/schema/index.ts'
import { startApp } from '../../support/app.ts'
import { onBoth } from '../../support/database.ts'
import { announcedBy } from '../log.ts'
import { branchesOf, isoInstant, missing } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

const path = '/api/cafe/bookings/'

t.test('bookings', (t) =>
  onBoth(t, async (t, kind) => {
    const cafe = await startApp(t, { kind, env: { DB_POOL_MAX: '12' } })
    const { database } = cafe
    const [owner, waiter, cashier] = [cafe.as('owner'), cafe.as('waiter1'), cafe.as('cashier1')]
    const { centre, south } = await branchesOf(owner)
    const { tables } = await serviceOf(waiter)
    const [table, next] = tables.filter(({ places }) => places === 4) as [TableRead, TableRead]
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
    const taken = (date: string, when = '18:30–20:30') => ({
      table: [`Стол уже забронирован: ${date}, ${when}.`],
    })

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

    await t.test('no two bookings that hold one table at one time', async (t) => {
      const first = await booked()
      const same = guest({ date: first.date, time: '18:30:00' })
      t.strictSame((await waiter.post(path, same)).body, taken(first.date))
      t.equal((await waiter.post(path, { ...same, table: next.id })).status, 201, 'another table')
      const later = await waiter.post<BookingRead>(path, { ...same, time: '20:30' })
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

    await t.test('a booking keeps its table for its duration', async (t) => {
      const first = await booked({ time: '19:00' })
      const at = (time: string, more: object = {}) =>
        waiter.post<BookingRead>(path, guest({ date: first.date, time, ...more }))
      const faults: [string, object?][] = [
        ['19:00'],
        ['19:00:30'],
        ['19:30'],
        ['20:59:59'],
        ['17:01'],
        ['12:00', { duration: 1440 }],
      ]
      for (const [time, more] of faults) {
        const { status, body } = await at(time, more)
        t.equal(status, 400, time)
        t.strictSame(body, taken(first.date, '19:00–21:00'), time)
      }
      const before = await at('17:00')
      const after = await at('21:00', { duration: 240 })
      t.same([before.status, after.status], [201, 201], 'one ends where the next begins')
      t.equal(after.body.duration, 240)
      const longer = await waiter.patch(`${path}${before.body.id}/`, { duration: 121 })
      t.strictSame([longer.status, longer.body], [400, taken(first.date, '19:00–21:00')])
      t.equal((await waiter.patch(`${path}${before.body.id}/`, { duration: 30 })).status, 200)
      t.equal((await at('17:30', { duration: 90 })).status, 201, 'what was made shorter is free')
      t.equal((await waiter.patch(`${path}${first.id}/`, { time: '19:00', guests: 2 })).status, 200)
    })

    await t.test('a booking that goes on after midnight', async (t) => {
      const [one, two] = [newDay(), newDay()]
      const late = await booked({ date: one, time: '23:00', table: next.id })
      const early = { date: two, table: next.id }
      const refused = await waiter.post(path, guest({ ...early, time: '00:30' }))
      t.strictSame([refused.status, refused.body], [400, taken(one, '23:00–01:00')])
      t.equal((await waiter.post(path, guest({ ...early, time: '01:00' }))).status, 201)
      const moved = await waiter.patch(`${path}${late.id}/`, { duration: 180 })
      t.strictSame([moved.status, moved.body], [400, taken(two, '01:00–03:00')])
    })

    await t.test('a branch says how long tables are kept', async (t) => {
      const branch = `/api/users/branches/${centre}/`
      const set = (booking_duration: unknown) => owner.patch(branch, { booking_duration })
      t.match(await owner.get(branch), { body: { booking_duration: 120 } })
      t.match(await set(0), { status: 400, body: { booking_duration: [String] } })
      t.match(await set(1441), { status: 400, body: { booking_duration: [String] } })
      t.match(await set(45), { status: 200, body: { booking_duration: 45 } })
      const made = await booked()
      t.equal(made.duration, 45)
      await set(120)
      t.match(await waiter.get(`${path}${made.id}/`), { body: { duration: 45 } }, 'made ones keep theirs')
      t.equal((await waiter.post(path, guest({ date: made.date, time: '19:15' }))).status, 201)
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

    await t.test('of many who move into one slot at once, one gets it', async (t) => {
      for (let round = 0; round < 10; round++) {
        const date = newDay()
        const apart = await Promise.all(
          ['09:00', '11:00', '13:00', '15:00'].map((time) => booked({ date, time })),
        )
        const replies = await Promise.all(
          apart.map(({ id }, at) => waiter.patch(`${path}${id}/`, { time: `19:${at}0` })),
        )
        const statuses = replies.map(({ status }) => status)
        t.strictSame(
          statuses.sort((a, b) => a - b),
          [200, 400, 400, 400],
        )
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

    await t.test('a table where guests are expected stays, and who they are is said', async (t) => {
      const own = await owner.post<TableRead>('/api/cafe/tables/', { number: 901, branch: centre })
      const coming = await booked({ table: own.body.id })
      const there = await booked({ table: own.body.id, status: 'arrived' })
      const one = `/api/cafe/tables/${own.body.id}/`
      t.match(await owner.delete(one), {
        status: 409,
        body: {
          code: 'in_use',
          count: 2,
          used_by: { bookings: 2 },
          bookings: [coming, there].map(({ id, guest, date, time }) => ({ id, guest, date, time })),
        },
      })
    })

    await t.test('a table that goes leaves its past bookings with its number', async (t) => {
      const own = await owner.post<TableRead>('/api/cafe/tables/', { number: 902, branch: centre })
      const cancelled = await booked({ table: own.body.id, status: 'cancelled' })
      const was = guest({ table: own.body.id, date: '2020-01-01', allow_past: true })
      const past = (await owner.post<BookingRead>(path, was)).body
      t.equal((await owner.delete(`/api/cafe/tables/${own.body.id}/`)).status, 204)
      for (const { id } of [cancelled, past]) {
        t.match(await waiter.get(`${path}${id}/`), {
          status: 200,
          body: { table: null, table_number: 902 },
        })
      }
      t.equal((await waiter.patch(`${path}${past.id}/`, { status: 'no_show' })).status, 200)
      t.match(await waiter.patch(`${path}${past.id}/`, { table: next.id }), {
        status: 200,
        body: { table: next.id, table_number: next.number },
      })
    })

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
      const insert = (change: Partial<typeof bookings.$inferInsert>) =>
        database.inCompany(made.company, async (tx) => {
          const { folded: _, ...columns } = getTableColumns(bookings)
          const [row] = await tx.select(columns).from(bookings).where(eq(bookings.id, made.id))
          await tx.insert(bookings).values({ ...row!, id: uuidv7(), ...change })
        })
      const refused = (error: unknown) => brokenExclusion(error) === 'bookings_no_overlap'
      for (const time of ['18:30', '20:29:59', '16:30:01'])
        t.ok(await insert({ time }).then(() => false, refused), time)
      for (const change of [{ time: '20:30' }, { tableId: next.id }, { status: 'cancelled' as const }])
        await t.resolves(insert(change))
    })
  }),
)
