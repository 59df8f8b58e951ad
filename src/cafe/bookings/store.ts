import { and, eq, getTableColumns, gte, lte, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { CafeActor, Scope } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { brokenUnique } from '../../db/faults.ts'
import { alphabetical, orderingOf, searchIn } from '../../db/list-sql.ts'
import { bookings, tables } from '../../db/schema.ts'
import { fieldError, unknownReference } from '../../errors.ts'
import type { Language } from '../../language/messages.ts'
import { translate } from '../../language/translate.ts'
import { sliceOf } from '../../lists.ts'
import type { ListQuery } from '../../lists.ts'
import { branchForNew } from '../branch-store.ts'
import { closedBranch, refuseClosedBranch } from '../closed-branch-sql.ts'
import { phoneColumns, phoneHolds } from '../phone-store.ts'
import { difference } from '../difference.ts'
import type { ResourceStore } from '../resource.ts'
import { within } from '../scope-sql.ts'
import type { BookingCreate, BookingFilters, BookingRead } from './schema.ts'

const orderings = {
  date: bookings.date,
  time: bookings.time,
  guest: alphabetical(bookings.guest),
  guests: bookings.guests,
  status: bookings.status,
  created_at: bookings.createdAt,
  updated_at: bookings.updatedAt,
}

export const bookingStore = {
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
    return { count, rows: views.map((view) => readForm(view, language)) }
  },

  async find(tx, { scope, language }, id) {
    const [view] = await selectViews(tx).where(booking(scope, id))
    return view ? readForm(view, language) : null
  },

  async create(tx, actor, body) {
    const { scope, language } = actor
    const table = await tableNamed(tx, actor, body.table)
    const branchId = await branchForNew(tx, actor, body.branch, table.branchId)
    refuseOtherBranch(table, branchId)
    const values = {
      ...columns(body),
      ...(await phoneColumns(tx, { companyId: scope.companyId, branchId }, body.phone)),
      guest: body.guest,
      date: body.date,
      time: clock(body.time),
    }
    const [row] = await tx
      .insert(bookings)
      .values({ ...values, companyId: scope.companyId, branchId, tableId: table.id })
      .returning({
        ...getTableColumns(bookings),
        closed: closedBranch(sql`bookings.company_id`, sql`bookings.branch_id`),
      })
      .catch(refusedSlot(values))
    refuseClosedBranch(row!.closed)
    return readForm({ booking: row!, tableNumber: table.number }, language)
  },

  async update(tx, actor, id, body) {
    const { scope, language } = actor
    const [row] = await tx.select().from(bookings).where(booking(scope, id)).for('no key update')
    if (!row) return null
    const table = body.table === undefined ? null : await tableNamed(tx, actor, body.table)
    if (table) refuseOtherBranch(table, row.branchId)
    const phone = await phoneColumns(tx, row, body.phone, row)
    const changed = difference(row, { ...columns(body), ...phone, tableId: table?.id })
    if (changed) {
      await tx
        .update(bookings)
        .set({ ...changed, updatedAt: sql`now()` })
        .where(booking(scope, id))
        .catch(refusedSlot({ ...row, ...changed }))
    }
    const [view] = await selectViews(tx).where(booking(scope, id))
    return readForm(view!, language)
  },

  async remove(tx, { scope }, id) {
    const gone = await tx.delete(bookings).where(booking(scope, id)).returning({ id: bookings.id })
    return gone.length > 0
  },
} satisfies ResourceStore<BookingRead, BookingCreate, Partial<BookingCreate>, ListQuery & BookingFilters>

const booking = (scope: Scope, id: string): SQL => and(within(scope, bookings), eq(bookings.id, id))!

const selectViews = (tx: Tx) =>
  tx
    .select({ booking: bookings, tableNumber: tables.number })
    .from(bookings)
    .leftJoin(tables, and(eq(tables.companyId, bookings.companyId), eq(tables.id, bookings.tableId)))
    .$dynamic()

/** By guest or phone; a number may be typed with the blanks and brackets that are not kept. */
function searched(search: string | undefined): SQL | undefined {
  return or(searchIn(search, [bookings.folded, bookings.phone]), phoneHolds(bookings.phone, search))
}

const columns = ({ guest, date, time, guests, status }: Partial<BookingCreate>) => ({
  guest,
  date,
  time: time === undefined ? undefined : clock(time),
  guests,
  status,
})

/** `18:30` as PostgreSQL shows it: `18:30:00`. */
const clock = (time: string): string => (time.length === 5 ? `${time}:00` : time)

interface Table {
  id: string
  branchId: string | null
  number: number
}

/**
 * The table a body names, kept from being deleted until commit.
 * @throws FieldError on `table` when the company has no such table, or it is of a branch the actor does not work in
 */
async function tableNamed(tx: Tx, { scope }: CafeActor, named: string): Promise<Table> {
  const [table] = await tx
    .select({ id: tables.id, branchId: tables.branchId, number: tables.number })
    .from(tables)
    .where(and(eq(tables.companyId, scope.companyId), eq(tables.id, named)))
    .for('key share')
  if (!table) throw unknownReference('table', named)
  if (!scope.companyWide) refuseOtherBranch(table, scope.branchId)
  return table
}

function refuseOtherBranch(table: Table, branchId: string | null): void {
  if (table.branchId && table.branchId !== branchId) throw fieldError('table', 'other_branch')
}

/** PostgreSQL decides who was first; whoever was not hears which slot is taken. */
const refusedSlot =
  ({ date, time }: { date: string; time: string }) =>
  (error: unknown): never => {
    if (brokenUnique(error) !== 'bookings_slot_key') throw error
    throw fieldError('table', 'slot_taken', { date, time: time.slice(0, 5) })
  }

interface View {
  booking: typeof bookings.$inferSelect
  tableNumber: number | null
}

const readForm = ({ booking: row, tableNumber }: View, language: Language): BookingRead => ({
  id: row.id,
  company: row.companyId,
  branch: row.branchId,
  guest: row.guest,
  phone: row.phone,
  phone_typed: row.phoneTyped ?? row.phone,
  phone_extension: row.phoneExtension,
  date: row.date,
  time: row.time,
  guests: row.guests,
  table: row.tableId,
  table_number: tableNumber,
  status: row.status,
  status_display: translate(language, `booking_${row.status}`),
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})
