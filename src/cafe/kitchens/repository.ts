import { and, eq, inArray, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../accounts/actor.ts'
import { brokenUnique } from '../../db/pg-errors.ts'
import { kitchens, kitchenTasks, menuItems } from '../../db/schema.ts'
import { fieldError } from '../../http/errors.ts'
import { alphabetical, folded, orderingOf, sameText, searchIn } from '../../db/list-query-sql.ts'
import { sliceOf } from '../../http/pagination.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { difference } from '../../db/changed-columns.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ResourceStore } from '../crud.ts'
import type { KitchenCreate, KitchenFilters, KitchenRead } from './schema.ts'

const orderings = {
  number: kitchens.number,
  title: alphabetical(kitchens.title),
  created_at: kitchens.createdAt,
  updated_at: kitchens.updatedAt,
}

export const kitchenStore = {
  async list(tx, { scope }, query) {
    const where = and(
      eq(kitchens.companyId, scope.companyId),
      sameText(folded(kitchens.title), query.title),
      query.number === undefined ? undefined : eq(kitchens.number, query.number),
      searchIn(query.search, [folded(kitchens.title), kitchens.number]),
    )
    const { limit, offset } = sliceOf(query)
    const [rows, count] = await Promise.all([
      tx
        .select()
        .from(kitchens)
        .where(where)
        .orderBy(...orderingOf(query.ordering, orderings, 'number', kitchens.id))
        .limit(limit)
        .offset(offset),
      tx.$count(kitchens, where),
    ])
    return { count, rows: rows.map(readForm) }
  },

  async find(tx, { scope }, id) {
    const [row] = await tx.select().from(kitchens).where(kitchen(scope, id))
    return row ? readForm(row) : null
  },

  async create(tx, { scope }, body) {
    const [row] = await tx
      .insert(kitchens)
      .values({ companyId: scope.companyId, ...columns(body), title: body.title, number: body.number })
      .returning()
      .catch(refusedNumber)
    return readForm(row!)
  },

  async update(tx, { scope }, id, body) {
    const [row] = await tx.select().from(kitchens).where(kitchen(scope, id)).for('no key update')
    if (!row) return null
    const changed = difference(row, columns(body))
    if (!changed) return readForm(row)
    const [updated] = await tx
      .update(kitchens)
      .set({ ...changed, updatedAt: sql`now()` })
      .where(kitchen(scope, id))
      .returning()
      .catch(refusedNumber)
    return readForm(updated!)
  },

  /** Refused while dishes are made here or tasks wait here; finished tasks stay, without their kitchen. */
  async remove(tx, { scope }, id) {
    const [row] = await tx.select().from(kitchens).where(kitchen(scope, id)).for('update')
    if (!row) return false
    const dishes = and(eq(menuItems.companyId, scope.companyId), eq(menuItems.kitchenId, id))
    const tasks = and(eq(kitchenTasks.companyId, scope.companyId), eq(kitchenTasks.kitchenId, id))
    const [dishCount, taskCount] = await Promise.all([
      tx.$count(menuItems, dishes),
      tx.$count(kitchenTasks, and(tasks, inArray(kitchenTasks.status, ['pending', 'in_progress']))),
    ])
    refuseInUse({ menu_items: dishCount, kitchen_tasks: taskCount })
    await tx.update(kitchenTasks).set({ kitchenId: null }).where(tasks)
    await tx.delete(kitchens).where(kitchen(scope, id))
    return true
  },
} satisfies ResourceStore<KitchenRead, KitchenCreate, Partial<KitchenCreate>, ListQuery & KitchenFilters>

const kitchen = (scope: Scope, id: string): SQL =>
  and(eq(kitchens.companyId, scope.companyId), eq(kitchens.id, id))!

const columns = ({ title, number, printer }: Partial<KitchenCreate>) => ({
  title: title,
  number,
  printer: printer,
})

function refusedNumber(error: unknown): never {
  throw brokenUnique(error) === 'kitchens_number_key' ? fieldError('number', 'not_unique') : error
}

const readForm = (row: typeof kitchens.$inferSelect): KitchenRead => ({
  id: row.id,
  company: row.companyId,
  branch: null,
  title: row.title,
  number: row.number,
  printer: row.printer,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})
