import { and, eq } from 'drizzle-orm'
import { alphabetical, sameText, searchIn } from '../../db/list-query-sql.ts'
import { categories, menuItems } from '../../db/schema/index.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { crudRepository } from '../crud-repository.ts'
import type { CategoryCreate, CategoryFilters, CategoryRead } from './schema.ts'

export const categoriesRepository = crudRepository({
  table: categories,
  orderings: {
    position: categories.position,
    title: alphabetical(categories.title),
    created_at: categories.createdAt,
    updated_at: categories.updatedAt,
  },
  defaultOrdering: 'position,title',
  conditions: ({ title, search }: ListQuery & CategoryFilters) => [
    sameText(categories.folded, title),
    searchIn(search, [categories.folded]),
  ],
  columns: ({ title, position }: Partial<CategoryCreate>) => ({ title, position }),
  uniqueFields: { categories_title_key: 'title' },
  async refuseRemoval(tx, { companyId }, id) {
    const inCategory = and(eq(menuItems.companyId, companyId), eq(menuItems.categoryId, id))
    refuseInUse({ menu_items: await tx.$count(menuItems, inCategory) })
  },
  present: (row): CategoryRead => ({
    id: row.id,
    company: row.companyId,
    branch: null,
    title: row.title,
    position: row.position,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }),
  noun: 'category',
})
