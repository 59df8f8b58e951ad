import { and, eq, ilike, sql } from 'drizzle-orm'
import { brokenReference, brokenUnique } from '../../db/faults.ts'
import { zones } from '../../db/schema.ts'
import { ApiError, fieldError } from '../../errors.ts'
import { orderingOf, searchIn, sliceOf } from '../../lists.ts'
import type { ListQuery } from '../../lists.ts'
import { branchForNew } from '../branch.ts'
import type { ResourceStore } from '../resource.ts'
import { within } from '../scope-sql.ts'
import type { ZoneCreate, ZoneRead } from './schema.ts'

type ZoneQuery = ListQuery & {
  title?: string
}

export const zoneStore = {
  async list(tx, { scope }, query) {
    const where = and(
      within(scope, zones),
      query.title ? ilike(zones.title, query.title) : undefined,
      searchIn(query.search, [zones.title]),
    )
    const fields = { title: zones.title, created_at: zones.createdAt }
    const [rows, count] = await Promise.all([
      tx
        .select()
        .from(zones)
        .where(where)
        .orderBy(...orderingOf(query.ordering, fields, 'title', zones.id))
        .limit(sliceOf(query).limit)
        .offset(sliceOf(query).offset),
      tx.$count(zones, where),
    ])
    return { count, rows: rows.map(readForm) }
  },

  async find(tx, { scope }, id) {
    const [row] = await tx
      .select()
      .from(zones)
      .where(and(within(scope, zones), eq(zones.id, id)))
    return row ? readForm(row) : null
  },

  async create(tx, actor, body) {
    const [row] = await tx
      .insert(zones)
      .values({
        companyId: actor.scope.companyId,
        branchId: branchForNew(actor, body.branch),
        title: body.title.trim(),
      })
      .returning()
      .catch(refusedTitle)
    return readForm(row!)
  },

  async update(tx, { scope }, id, body) {
    const [row] = await tx
      .update(zones)
      .set({ title: body.title?.trim(), updatedAt: sql`now()` })
      .where(and(within(scope, zones), eq(zones.id, id)))
      .returning()
      .catch(refusedTitle)
    return row ? readForm(row) : null
  },

  async remove(tx, { scope }, id) {
    const removed = await tx
      .delete(zones)
      .where(and(within(scope, zones), eq(zones.id, id)))
      .returning({ id: zones.id })
      .catch((error: unknown) => {
        throw brokenReference(error) === null ? error : new ApiError('in_use', { params: { count: 1 } })
      })
    return removed.length > 0
  },
} satisfies ResourceStore<ZoneRead, ZoneCreate, Partial<ZoneCreate>, ZoneQuery>

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
