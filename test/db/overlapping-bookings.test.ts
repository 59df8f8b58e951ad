import t from 'tap'
import { findDoubleBookings } from '../../src/db/diagnose/double-bookings.ts'
import type { BookingRead } from '../../src/cafe/bookings/schema.ts'
import { bookings } from '../../src/db/schema/index.ts'
import { branchesOf } from '../cafe/people.ts'
import { serviceOf } from '../cafe/service.ts'
import { startApp } from '../support/app.ts'
import { databaseBefore } from './old-rows.ts'

t.test('bookings that overlap from before stay as they are, and are marked', async (t) => {
  const { sql, migrate } = await databaseBefore(t, 'bookings_overlap')
  const company = '0190a000-0000-7000-8000-000000000001'
  await sql`insert into companies (id, name, slug) values (${company}, 'Кафе', 'a')`
  const [one, two] = ['0190a000-0000-7000-8000-0000000000a1', '0190a000-0000-7000-8000-0000000000a2']
  for (const [at, id] of [one, two].entries())
    await sql`insert into tables (id, company_id, number) values (${id}, ${company}, ${at + 1})`
  let ids = 0
  const insert = async (table: string, time: string, status = 'booked', day = '2199-01-01') => {
    const id = `0190a000-0000-7000-8000-00000000010${ids++}`
    await sql`insert into bookings (id, company_id, table_id, guest, date, time, status)
      values (${id}, ${company}, ${table}, ${time}, ${day}, ${time}, ${status})`
  }
  await insert(one, '19:00')
  await insert(one, '19:00:30')
  await insert(one, '20:30', 'arrived')
  await insert(one, '21:00')
  await insert(one, '19:00:15', 'cancelled')
  await insert(two, '19:00:30')
  await insert(one, '00:30', 'booked', '2199-01-02')
  await insert(one, '23:59', 'booked', '2198-12-31')
  await insert(one, '01:00')
  await migrate()
  const rows = await sql`select guest, double_booked from bookings order by id`
  t.strictSame(
    rows.filter((row) => row.double_booked).map((row) => row.guest as string),
    ['19:00:30', '20:30', '01:00'],
  )
  t.strictSame((await sql`select count(*)::int from audit_log where action = 'update'`)[0]!.count, 0)
  await t.rejects(insert(one, '22:59'), /bookings_no_overlap/)
})

t.test('the doctor names bookings that stand over others, until they are moved', async (t) => {
  const cafe = await startApp(t, { kind: 'embedded' })
  const waiter = cafe.as('waiter1')
  const { centre } = await branchesOf(cafe.as('owner'))
  const { tables } = await serviceOf(waiter)
  const { id: tableId, company } = tables[0]!
  const path = '/api/cafe/bookings/'
  const body = { guest: 'Айгуль', date: '2199-05-01', time: '19:00', table: tableId }
  await waiter.post(path, body)
  const old = { companyId: company, branchId: centre, tableId, doubleBooked: true }
  const [row] = await cafe.database.inCompany(company, (tx) =>
    tx
      .insert(bookings)
      .values({ ...old, guest: 'Бакыт', date: '2199-05-01', time: '20:00' })
      .returning(),
  )
  const told = { company, booking: row!.id, guest: 'Бакыт', date: '2199-05-01', time: '20:00:00' }
  t.strictSame(await findDoubleBookings(cafe.database), [told])
  const one = `${path}${row!.id}/`
  t.equal((await waiter.patch(one, { guest: 'Назар' })).status, 200, 'it may be changed where it stands')
  t.equal((await waiter.patch(one, { time: '20:30' })).status, 400)
  t.equal((await waiter.post(path, { ...body, time: '21:30' })).status, 400, 'nobody else gets over it')
  t.equal((await findDoubleBookings(cafe.database)).length, 1)
  t.match(await waiter.patch<BookingRead>(one, { time: '21:00' }), { status: 200 })
  t.strictSame(await findDoubleBookings(cafe.database), [])
})
