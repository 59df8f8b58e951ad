import { eq, getTableColumns } from 'drizzle-orm'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import type { BookingRead } from '../../../src/cafe/bookings/schema.ts'
import { brokenExclusion } from '../../../src/db/pg-errors.ts'
import { bookings } from '../../../src/db/schema/index.ts'
import { onBoth } from '../../support/database.ts'
import { bookingCafe, path, taken } from './set-up.ts'

t.test('slots of tables', (t) =>
  onBoth(t, async (t, kind) => {
    const { cafe, database, owner, waiter, cashier, ...house } = await bookingCafe(t, kind)
    const { centre, next, newDay, guest, booked } = house

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
