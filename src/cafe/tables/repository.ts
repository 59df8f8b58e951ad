import { and, eq, ne, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { CafeActor, Scope } from '../../accounts/actor.ts'
import { allows } from '../../accounts/permissions.ts'
import type { Tx } from '../../db/database.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { orders, tables, zones } from '../../db/schema/index.ts'
import { ApiError, fieldError, unknownReference } from '../../http/errors.ts'
import { orderingOf, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { branchForNew } from '../branch-repository.ts'
import { bookingsAhead, leaveTable } from '../bookings/table-repository.ts'
import { changedColumns } from '../../db/changed-columns.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ResourceRepository } from '../crud.ts'
import { within } from '../scope-sql.ts'
import { tableChanged, toTable } from './presenter.ts'
import type { TableCreate, TableFilters, TableRead } from './schema.ts'

const orderings = {
  number: tables.number,
  places: tables.places,
  status: tables.status,
  created_at: tables.createdAt,
  updated_at: tables.updatedAt,
}

/** Number of bookings to list when a table cannot be deleted. */
const shownBookings = 20

export const tablesRepository = {
  async list(tx, { scope, language }, query, slice = sliceOf(query)) {
    const zoneTitle = sql`(select ${zones.folded} from ${zones} where ${zones.companyId} = ${tables.companyId} and ${zones.id} = ${tables.zoneId})`
    const where = and(
      within(scope, tables),
      query.zone === undefined ? undefined : eq(tables.zoneId, query.zone),
      query.number === undefined ? undefined : eq(tables.number, query.number),
      query.places === undefined ? undefined : eq(tables.places, query.places),
      query.status === undefined ? undefined : eq(tables.status, query.status),
      searchIn(query.search, [tables.number, zoneTitle]),
    )
    const [rows, count] = await Promise.all([
      tx
        .select()
        .from(tables)
        .where(where)
        .orderBy(...orderingOf(query.ordering, orderings, 'number', tables.id))
        .limit(slice.limit)
        .offset(slice.offset),
      tx.$count(tables, where),
    ])
    return { count, rows: rows.map((row) => toTable(row, language)) }
  },

  async find(tx, { scope, language }, id) {
    const [row] = await tx.select().from(tables).where(table(scope, id))
    return row ? toTable(row, language) : null
  },

  async create(tx, actor, body, emit) {
    const { scope, company, language } = actor
    const zone = await zoneNamed(tx, actor, body.zone)
    const branchId = await branchForNew(tx, actor, body.branch, zone?.branchId)
    refuseOtherBranch(zone, branchId)
    const { number, places, x, y } = body
    const [row] = await tx
      .insert(tables)
      .values({ companyId: scope.companyId, branchId, zoneId: zone?.id, number, places, x, y })
      .returning()
      .catch(refusedNumber)
    emit(row!.branchId, 'table_created', tableChanged(row!, company.language))
    return toTable(row!, language)
  },

  /**
   * The status of the body is ignored: it follows open orders. Clients of waiters and cashiers send it anyway, so
   * roles that may not change tables may send any field that changes nothing.
   */
  async update(tx, actor, id, body, emit) {
    const { scope, company, language } = actor
    const [row] = await tx.select().from(tables).where(table(scope, id)).for('no key update')
    if (!row) return null
    const zone = await zoneNamed(tx, actor, body.zone)
    const { number, places, x, y } = body
    const zoneId = body.zone === undefined ? undefined : (zone?.id ?? null)
    const changed = changedColumns(row, { number, places, zoneId, x, y })
    if (!changed) return toTable(row, language)
    if (!allows(actor, 'floor.write')) throw new ApiError('permission_denied')
    refuseOtherBranch(zone, row.branchId)
    const [updated] = await tx
      .update(tables)
      .set({ ...changed, updatedAt: sql`now()` })
      .where(table(scope, id))
      .returning()
      .catch(refusedNumber)
    emit(updated!.branchId, 'table_updated', tableChanged(updated!, company.language))
    return toTable(updated!, language)
  },

  /** Refused while the table has an open order or a coming booking. Past ones stay; bookings keep its number. */
  async remove(tx, { scope, company }, id, emit) {
    const [row] = await tx.select().from(tables).where(table(scope, id)).for('update')
    if (!row) return false
    const atTable = and(eq(orders.companyId, scope.companyId), eq(orders.tableId, id))
    const [open, ahead] = await Promise.all([
      tx.$count(orders, and(atTable, eq(orders.status, 'open'))),
      bookingsAhead(tx, scope, id),
    ])
    refuseInUse(
      { orders: open, bookings: ahead.length },
      ahead.length > 0 ? { bookings: ahead.slice(0, shownBookings) } : {},
    )
    await leaveTable(tx, scope, row)
    await tx
      .update(orders)
      .set({ tableId: null })
      .where(and(atTable, ne(orders.status, 'open')))
    await tx.delete(tables).where(table(scope, id))
    emit(row.branchId, 'table_deleted', tableChanged(row, company.language))
    return true
  },
} satisfies ResourceRepository<TableRead, TableCreate, Partial<TableCreate>, ListQuery & TableFilters>

const table = (scope: Scope, id: string): SQL => and(within(scope, tables), eq(tables.id, id))!

interface Zone {
  id: string
  branchId: string | null
}

/**
 * Locks the zone of a body until commit, so that nobody deletes it.
 * @throws FieldError on `zone` when the company has no such zone, or it is of a branch the actor does not work in
 */
async function zoneNamed(
  tx: Tx,
  { scope }: CafeActor,
  named: string | null | undefined,
): Promise<Zone | null> {
  if (!named) return null
  const [zone] = await tx
    .select({ id: zones.id, branchId: zones.branchId })
    .from(zones)
    .where(and(eq(zones.companyId, scope.companyId), eq(zones.id, named)))
    .for('key share')
  if (!zone) throw unknownReference('zone', named)
  if (!scope.companyWide) refuseOtherBranch(zone, scope.branchId)
  return zone
}

/** A zone without a branch may have tables of any branch. */
function refuseOtherBranch(zone: Zone | null, branchId: string | null): void {
  if (zone?.branchId && zone.branchId !== branchId) throw fieldError('zone', 'other_branch')
}

function refusedNumber(error: unknown): never {
  throw brokenUnique(error) === 'tables_number_key' ? fieldError('number', 'not_unique') : error
}
