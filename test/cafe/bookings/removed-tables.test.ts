import t from 'tap'
import type { BookingRead } from '../../../src/cafe/bookings/schema.ts'
import type { TableRead } from '../../../src/cafe/tables/schema.ts'
import { onBoth } from '../../support/database.ts'
import { bookingCafe, path } from './set-up.ts'

t.test('bookings of a table that goes', (t) =>
  onBoth(t, async (t, kind) => {
    const { owner, waiter, centre, next, guest, booked } = await bookingCafe(t, kind)

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
  }),
)
