import { and, eq, inArray } from 'drizzle-orm'
import { clockOf, minutesOfDay } from '../../lib/calendar.ts'
import { brokenReference, brokenUnique } from '../../db/pg-errors.ts'
import type { Tx } from '../../db/database.ts'
import { bookings, branches, companies, orders, tables, userBranches, zones } from '../../db/schema/index.ts'
import { fieldError } from '../../http/errors.ts'
import { refuseInUse } from '../../http/in-use.ts'
import { folded, orderingOf, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { Listed } from '../../http/pagination.ts'
import { countryOf, isCountry } from '../../http/phones.ts'
import { phoneLineHere } from './country-repository.ts'
import { savedZone } from '../time-zone.ts'
import type { BranchBody, BranchPatch, BranchQuery, BranchRead } from './schema.ts'

/** The branches an actor may see: all of a company, or the listed ones. */
export interface VisibleBranches {
  companyId: string
  /** Null means all. */
  ids: readonly string[] | null
}

const visible = ({ companyId, ids }: VisibleBranches) =>
  and(eq(branches.companyId, companyId), ids === null ? undefined : inArray(branches.id, [...ids]))

const columns = { branch: branches, companyZone: companies.timezone }

export async function listBranches(
  tx: Tx,
  scope: VisibleBranches,
  query: BranchQuery,
): Promise<Listed<BranchRead>> {
  const where = and(
    visible(scope),
    query.is_active === undefined ? undefined : eq(branches.isActive, query.is_active),
    searchIn(query.search, [branches.folded, folded(branches.code), folded(branches.address)]),
  )
  const fields = { name: branches.name, code: branches.code, created_at: branches.createdAt }
  const { limit, offset } = sliceOf(query)
  const [rows, count] = await Promise.all([
    tx
      .select(columns)
      .from(branches)
      .innerJoin(companies, eq(companies.id, branches.companyId))
      .where(where)
      .orderBy(...orderingOf(query.ordering, fields, 'created_at', branches.id))
      .limit(limit)
      .offset(offset),
    tx.$count(branches, where),
  ])
  return { count, rows: rows.map(toBranch) }
}

export async function findBranch(tx: Tx, scope: VisibleBranches, id: string): Promise<BranchRead | null> {
  const [row] = await tx
    .select(columns)
    .from(branches)
    .innerJoin(companies, eq(companies.id, branches.companyId))
    .where(and(visible(scope), eq(branches.id, id)))
  return row ? toBranch(row) : null
}

/** @throws FieldError on `name` when the company has a branch of this name */
export async function createBranch(tx: Tx, companyId: string, body: BranchBody): Promise<BranchRead> {
  const [row] = await tx
    .insert(branches)
    .values({ companyId, ...(await fieldsOf(tx, companyId, body)), name: body.name })
    .returning({ id: branches.id })
    .catch(refusedName)
  return (await findBranch(tx, { companyId, ids: null }, row!.id))!
}

/** Changes only the keys given; null when the company has no such branch. */
export async function updateBranch(
  tx: Tx,
  companyId: string,
  id: string,
  patch: BranchPatch,
  now: Date,
): Promise<BranchRead | null> {
  await tx
    .update(branches)
    .set({ ...(await fieldsOf(tx, companyId, patch)), updatedAt: now })
    .where(and(eq(branches.companyId, companyId), eq(branches.id, id)))
    .catch(refusedName)
  return findBranch(tx, { companyId, ids: null }, id)
}

/**
 * Deletes a branch that nothing refers to; false when the company has no such branch.
 * @throws ApiError `in_use`
 */
export async function removeBranch(tx: Tx, companyId: string, id: string): Promise<boolean> {
  // the lock keeps others from referring to the branch between the count and the deletion
  const [branch] = await tx
    .select({ id: branches.id })
    .from(branches)
    .where(and(eq(branches.companyId, companyId), eq(branches.id, id)))
    .for('update')
  if (!branch) return false
  const inBranch = (
    table: typeof zones | typeof tables | typeof orders | typeof bookings | typeof userBranches,
  ) => tx.$count(table, and(eq(table.companyId, companyId), eq(table.branchId, id)))
  const [zoneCount, tableCount, orderCount, bookingCount, employees] = await Promise.all([
    inBranch(zones),
    inBranch(tables),
    inBranch(orders),
    inBranch(bookings),
    inBranch(userBranches),
  ])
  refuseInUse({ zones: zoneCount, tables: tableCount, orders: orderCount, bookings: bookingCount, employees })
  await tx
    .delete(branches)
    .where(and(eq(branches.companyId, companyId), eq(branches.id, id)))
    .catch((error: unknown) => {
      if (brokenReference(error) !== null) refuseInUse({ others: 1 })
      throw error
    })
  return true
}

const fieldsOf = async (tx: Tx, companyId: string, body: BranchPatch) => ({
  name: body.name,
  code: body.code,
  address: body.address,
  phone: await phoneLineHere(tx, companyId, body.phone, 'phone'),
  timezone: (await savedZone(tx, body.timezone)) || (body.timezone === undefined ? undefined : null),
  email: body.email,
  country: countryNamed(body.country),
  dayStartMinutes: body.day_starts_at === undefined ? undefined : minutesOfDay(body.day_starts_at),
  bookingMinutes: body.booking_duration,
  isActive: body.is_active,
})

/** @throws FieldError on `country` unless it is absent, null, or the code of a country */
function countryNamed(typed: string | null | undefined): string | null | undefined {
  if (!typed) return typed === undefined ? undefined : null
  const code = typed.toUpperCase()
  if (!isCountry(code)) throw fieldError('country', 'not_a_country', { value: typed })
  return code
}

function refusedName(error: unknown): never {
  throw brokenUnique(error) === 'branches_name_key' ? fieldError('name', 'not_unique') : error
}

const toBranch = ({
  branch,
  companyZone,
}: {
  branch: typeof branches.$inferSelect
  companyZone: string
}): BranchRead => ({
  id: branch.id,
  name: branch.name,
  code: branch.code,
  address: branch.address,
  phone: branch.phone,
  email: branch.email,
  timezone: branch.timezone ?? companyZone,
  country: branch.country ?? countryOf(branch.timezone ?? companyZone),
  day_starts_at: clockOf(branch.dayStartMinutes),
  booking_duration: branch.bookingMinutes,
  is_active: branch.isActive,
  created_at: branch.createdAt.toISOString(),
  updated_at: branch.updatedAt.toISOString(),
})
