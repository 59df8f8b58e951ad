import { and, eq, getTableColumns, gte, lte, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { CafeActor, Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { brokenExclusion } from '../../db/pg-errors.ts'
import { alphabetical, orderingOf, searchIn } from '../../db/list-query-sql.ts'
import { bookings, tables } from '../../db/schema/index.ts'
import { fieldError, unknownReference } from '../../http/errors.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { branchForNew } from '../branch-repository.ts'
import { closedBranch, refuseClosedBranch } from '../closed-branch-sql.ts'
import { phoneColumns, phoneHolds } from '../phone-repository.ts'
import { changedColumns } from '../../db/changed-columns.ts'
import type { ResourceRepository } from '../crud.ts'
import { within } from '../scope-sql.ts'
import { bookingChanged, toBooking } from './presenter.ts'
import { isMoved, refuseCrowd, refusePast, slotTaken, takesSlot } from './rules.ts'
import type { Slot } from './rules.ts'
import type { BookingCreate, BookingFilters, BookingRead } from './schema.ts'
import { customsOf, lockTable, refuseTaken } from './slot-repository.ts'
import type { BookedTable } from './slot-repository.ts'

const orderings = {
  date: bookings.date,
  time: bookings.time,
  guest: alphabetical(bookings.guest),
  guests: bookings.guests,
  status: bookings.status,
  created_at: bookings.createdAt,
  updated_at: bookings.updatedAt,
}

export const bookingsRepository = {
  async list(tx, { scope, language }, query) {
    const where = and(
      within(scope, bookings),
      query.date === undefined ? undefined : eq(bookings.date, query.date),
      query.date_from === undefined ? undefined : gte(bookings.date, query.date_from),
      query.date_to === undefined ? undefined : lte(bookings.date, query.date_to),
      query.status === undefined ? undefined : eq(bookings.status, query.status),
      query.table === undefined ? undefined : eq(bookings.tableId, query.table),
      searched(query.search),
    )
    const { limit, offset } = sliceOf(query)
    const [views, count] = await Promise.all([
      selectViews(tx)
        .where(where)
        .orderBy(...orderingOf(query.ordering, orderings, 'date,time', bookings.id))
        .limit(limit)
        .offset(offset),
      tx.$count(bookings, where),
    ])
    return { count, rows: views.map((view) => toBooking(view, language)) }
  },

  async find(tx, { scope, language }, id) {
    const [view] = await selectViews(tx).where(booking(scope, id))
    return view ? toBooking(view, language) : null
  },

  async create(tx, actor, body, emit) {
    const { scope, company, language } = actor
    const { companyId } = scope
    const table = await tableNamed(tx, actor, body.table)
    const branchId = await branchForNew(tx, actor, body.branch, table.branchId)
    refuseOtherBranch(table, branchId)
    const customs = await customsOf(tx, companyId, branchId)
    const place = {
      date: body.date,
      time: clock(body.time),
      durationMinutes: body.duration ?? customs.duration,
      guests: body.guests ?? 1,
      status: body.status ?? ('booked' as const),
      tableId: table.id,
    }
    refusePast(actor, place, customs.latest, body.allow_past)
    if (takesSlot(null, place)) await refuseTaken(tx, companyId, table.id, place)
    refuseCrowd(place.guests, table.places, body.confirm)
    const [row] = await tx
      .insert(bookings)
      .values({
        ...place,
        ...(await phoneColumns(tx, { companyId, branchId }, body.phone)),
        companyId,
        branchId,
        guest: body.guest,
      })
      .returning({
        ...getTableColumns(bookings),
        closed: closedBranch(sql`bookings.company_id`, sql`bookings.branch_id`),
      })
      .catch(refusedOverlap(place))
    refuseClosedBranch(row!.closed)
    const view = { booking: row!, tableNumber: table.number }
    emit(branchId, 'booking_created', bookingChanged(view, company.language))
    return toBooking(view, language)
  },

  async update(tx, actor, id, body, emit) {
    const { scope, company, language } = actor
    const [row] = await tx.select().from(bookings).where(booking(scope, id)).for('no key update')
    if (!row) return null
    const named = body.table === undefined ? null : await tableNamed(tx, actor, body.table)
    if (named) refuseOtherBranch(named, row.branchId)
    const phone = await phoneColumns(tx, row, body.phone, row)
    const changed = changedColumns(row, { ...columns(body), ...phone, tableId: named?.id })
    if (changed) {
      const next = { ...row, ...changed }
      const freed = await requireMovable(tx, actor, { before: row, next, named, body })
      await tx
        .update(bookings)
        .set({ ...changed, ...freed, updatedAt: sql`now()` })
        .where(booking(scope, id))
        .catch(refusedOverlap(next))
    }
    const [view] = await selectViews(tx).where(booking(scope, id))
    if (changed) emit(row.branchId, 'booking_updated', bookingChanged(view!, company.language))
    return toBooking(view!, language)
  },

  async remove(tx, { scope, company }, id, emit) {
    const [view] = await selectViews(tx).where(booking(scope, id)).for('update', { of: bookings })
    if (!view) return false
    await tx.delete(bookings).where(booking(scope, id))
    emit(view.booking.branchId, 'booking_deleted', bookingChanged(view, company.language))
    return true
  },
} satisfies ResourceRepository<BookingRead, BookingCreate, Partial<BookingCreate>, ListQuery & BookingFilters>

const booking = (scope: Scope, id: string): SQL => and(within(scope, bookings), eq(bookings.id, id))!

const selectViews = (tx: Tx) =>
  tx
    .select({ booking: bookings, tableNumber: tables.number })
    .from(bookings)
    .leftJoin(tables, and(eq(tables.companyId, bookings.companyId), eq(tables.id, bookings.tableId)))
    .$dynamic()

/** Searches by guest or phone; the number may have blanks and brackets. */
function searched(search: string | undefined): SQL | undefined {
  return or(searchIn(search, [bookings.folded, bookings.phone]), phoneHolds(bookings.phone, search))
}

const columns = ({ guest, date, time, duration, guests, status }: Partial<BookingCreate>) => ({
  guest,
  date,
  time: time === undefined ? undefined : clock(time),
  durationMinutes: duration,
  guests,
  status,
})

/** `18:30` as PostgreSQL shows it: `18:30:00`. */
const clock = (time: string): string => (time.length === 5 ? `${time}:00` : time)

/**
 * The table a body names, locked.
 * @throws FieldError on `table` when the company has no such table, or it is of a branch the actor does not work in
 */
async function tableNamed(tx: Tx, { scope }: CafeActor, named: string): Promise<BookedTable> {
  const table = await lockTable(tx, scope.companyId, named)
  if (!table) throw unknownReference('table', named)
  if (!scope.companyWide) refuseOtherBranch(table, scope.branchId)
  return table
}

function refuseOtherBranch(table: BookedTable, branchId: string | null): void {
  if (table.branchId && table.branchId !== branchId) throw fieldError('table', 'other_branch')
}

interface Move {
  before: typeof bookings.$inferSelect
  next: typeof bookings.$inferSelect
  /** The table that the body names. */
  named: BookedTable | null
  body: Partial<BookingCreate>
}

/**
 * Checks a booking after a change.
 * @returns further changes: a booking with a new slot no longer overlaps another
 */
async function requireMovable(tx: Tx, actor: CafeActor, { before, next, named, body }: Move) {
  const { companyId } = actor.scope
  const takes = takesSlot(before, next)
  const grows = next.tableId !== before.tableId || next.guests > before.guests
  const table =
    named ?? (next.tableId !== null && (takes || grows) ? await lockTable(tx, companyId, next.tableId) : null)
  if (isMoved(before, next)) {
    const { latest } = await customsOf(tx, companyId, before.branchId)
    refusePast(actor, next, latest, body.allow_past)
  }
  if (table && takes) await refuseTaken(tx, companyId, table.id, next, before.id)
  if (table && grows) refuseCrowd(next.guests, table.places, body.confirm)
  return takes ? { doubleBooked: false } : {}
}

/** The constraint of PostgreSQL decides. After its error the other booking cannot be read any more. */
const refusedOverlap =
  (slot: Slot) =>
  (error: unknown): never => {
    throw brokenExclusion(error) === 'bookings_no_overlap' ? slotTaken(slot) : error
  }
