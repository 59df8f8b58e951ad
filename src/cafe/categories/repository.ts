import { and, eq, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { categories, menuItems } from '../../db/schema.ts'
import { fieldError } from '../../http/errors.ts'
import { alphabetical, orderingOf, sameText, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { difference } from '../../db/changed-columns.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ResourceStore } from '../crud.ts'
import type { CategoryCreate, CategoryFilters, CategoryRead } from './schema.ts'

const orderings = {
  position: categories.position,
  title: alphabetical(categories.title),
  created_at: categories.createdAt,
  updated_at: categories.updatedAt,
}

export const categoryStore = {
  async list(tx, { scope }, query) {
    const where = and(
      eq(categories.companyId, scope.companyId),
      sameText(categories.folded, query.title),
      searchIn(query.search, [categories.folded]),
    )
    const { limit, offset } = sliceOf(query)
    const [rows, count] = await Promise.all([
      tx
        .select()
        .from(categories)
        .where(where)
        .orderBy(...orderingOf(query.ordering, orderings, 'position,title', categories.id))
        .limit(limit)
        .offset(offset),
      tx.$count(categories, where),
    ])
    return { count, rows: rows.map(readForm) }
  },

  async find(tx, { scope }, id) {
    const [row] = await tx.select().from(categories).where(category(scope, id))
    return row ? readForm(row) : null
  },

  async create(tx, { scope }, body) {
    const [row] = await tx
      .insert(categories)
      .values({ companyId: scope.companyId, title: body.title, position: body.position })
      .returning()
      .catch(refusedTitle)
    return readForm(row!)
  },

  async update(tx, { scope }, id, body) {
    const [row] = await tx.select().from(categories).where(category(scope, id)).for('no key update')
    if (!row) return null
    const changed = difference(row, { title: body.title, position: body.position })
    if (!changed) return readForm(row)
    const [updated] = await tx
      .update(categories)
      .set({ ...changed, updatedAt: sql`now()` })
      .where(category(scope, id))
      .returning()
      .catch(refusedTitle)
    return readForm(updated!)
  },

  async remove(tx, { scope }, id) {
    const [row] = await tx.select().from(categories).where(category(scope, id)).for('update')
    if (!row) return false
    const inCategory = and(eq(menuItems.companyId, scope.companyId), eq(menuItems.categoryId, id))
    refuseInUse({ menu_items: await tx.$count(menuItems, inCategory) })
    await tx.delete(categories).where(category(scope, id))
    return true
  },
} satisfies ResourceStore<CategoryRead, CategoryCreate, Partial<CategoryCreate>, ListQuery & CategoryFilters>

const category = (scope: Scope, id: string): SQL =>
  and(eq(categories.companyId, scope.companyId), eq(categories.id, id))!

function refusedTitle(error: unknown): never {
  throw brokenUnique(error) === 'categories_title_key' ? fieldError('title', 'not_unique') : error
}

const readForm = (row: typeof categories.$inferSelect): CategoryRead => ({
  id: row.id,
  company: row.companyId,
  branch: null,
  title: row.title,
  position: row.position,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})
