import { and, eq, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { tables, zones } from '../../db/schema.ts'
import { fieldError } from '../../http/errors.ts'
import { alphabetical, orderingOf, sameText, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { branchForNew } from '../branch-repository.ts'
import { difference } from '../../db/changed-columns.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ResourceStore } from '../crud.ts'
import { within } from '../scope-sql.ts'
import type { ZoneCreate, ZoneFilters, ZoneRead } from './schema.ts'

const orderings = {
  title: alphabetical(zones.title),
  created_at: zones.createdAt,
  updated_at: zones.updatedAt,
}

export const zoneStore = {
  async list(tx, { scope }, query, slice = sliceOf(query)) {
    const where = and(
      within(scope, zones),
      sameText(zones.folded, query.title),
      searchIn(query.search, [zones.folded]),
    )
    const [rows, count] = await Promise.all([
      tx
        .select()
        .from(zones)
        .where(where)
        .orderBy(...orderingOf(query.ordering, orderings, 'title', zones.id))
        .limit(slice.limit)
        .offset(slice.offset),
      tx.$count(zones, where),
    ])
    return { count, rows: rows.map(readForm) }
  },

  async find(tx, { scope }, id) {
    const [row] = await tx.select().from(zones).where(zone(scope, id))
    return row ? readForm(row) : null
  },

  async create(tx, actor, body) {
    const [row] = await tx
      .insert(zones)
      .values({
        companyId: actor.scope.companyId,
        branchId: await branchForNew(tx, actor, body.branch),
        title: body.title,
      })
      .returning()
      .catch(refusedTitle)
    return readForm(row!)
  },

  async update(tx, { scope }, id, body) {
    const [row] = await tx.select().from(zones).where(zone(scope, id)).for('no key update')
    if (!row) return null
    const changed = difference(row, { title: body.title })
    if (!changed) return readForm(row)
    const [updated] = await tx
      .update(zones)
      .set({ ...changed, updatedAt: sql`now()` })
      .where(zone(scope, id))
      .returning()
      .catch(refusedTitle)
    return readForm(updated!)
  },

  async remove(tx, { scope }, id) {
    const [row] = await tx.select().from(zones).where(zone(scope, id)).for('update')
    if (!row) return false
    const inZone = and(eq(tables.companyId, scope.companyId), eq(tables.zoneId, id))
    refuseInUse({ tables: await tx.$count(tables, inZone) })
    await tx.delete(zones).where(zone(scope, id))
    return true
  },
} satisfies ResourceStore<ZoneRead, ZoneCreate, Partial<ZoneCreate>, ListQuery & ZoneFilters>

const zone = (scope: Scope, id: string): SQL => and(within(scope, zones), eq(zones.id, id))!

function refusedTitle(error: unknown): never {
  throw brokenUnique(error) === 'zones_title_key' ? fieldError('title', 'not_unique') : error
}

const readForm = (row: typeof zones.$inferSelect): ZoneRead => ({
  id: row.id,
  company: row.companyId,
  branch: row.branchId,
  title: row.title,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})
