import type { BookingRead } from '../../../src/cafe/bookings/schema.ts'
import type { TableRead } from '../../../src/cafe/tables/schema.ts'
import { startApp } from '../../support/app.ts'
import type { DatabaseKind } from '../../support/database.ts'
import type { Teardown } from '../../support/teardown.ts'
import { branchesOf } from '../people.ts'
import type { List } from '../people.ts'
import { serviceOf } from '../service.ts'

export const path = '/api/cafe/bookings/'

/** What is said of a slot that somebody holds. */
export const taken = (date: string, when = '18:30–20:30') => ({
  table: [`Стол уже забронирован: ${date}, ${when}.`],
})

/** A café that takes bookings: two tables for four, one of another branch, and short ways to book. */
export async function bookingCafe(t: Teardown, kind: DatabaseKind) {
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
    if (reply.status !== 201) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }
  return {
    cafe,
    database,
    owner,
    waiter,
    cashier,
    centre,
    south,
    table,
    next,
    foreign,
    newDay,
    guest,
    booked,
  }
}
