import { and, eq, inArray } from 'drizzle-orm'
import { alphabetical, folded, sameText, searchIn } from '../../db/list-query-sql.ts'
import { kitchens, kitchenTasks, menuItems } from '../../db/schema/index.ts'
import { refuseInUse } from '../../http/in-use.ts'
import type { ListQuery } from '../../http/pagination.ts'
import { crudRepository } from '../crud-repository.ts'
import type { KitchenCreate, KitchenFilters, KitchenRead } from './schema.ts'

export const kitchensRepository = crudRepository({
  table: kitchens,
  orderings: {
    number: kitchens.number,
    title: alphabetical(kitchens.title),
    created_at: kitchens.createdAt,
    updated_at: kitchens.updatedAt,
  },
  defaultOrdering: 'number',
  conditions: ({ title, number, search }: ListQuery & KitchenFilters) => [
    sameText(folded(kitchens.title), title),
    number === undefined ? undefined : eq(kitchens.number, number),
    searchIn(search, [folded(kitchens.title), kitchens.number]),
  ],
  columns: ({ title, number, printer }: Partial<KitchenCreate>) => ({ title, number, printer }),
  uniqueFields: { kitchens_number_key: 'number' },
  /** Refused while the kitchen has dishes or unfinished tasks. Finished tasks stay without a kitchen. */
  async refuseRemoval(tx, { companyId }, id) {
    const dishes = and(eq(menuItems.companyId, companyId), eq(menuItems.kitchenId, id))
    const tasks = and(eq(kitchenTasks.companyId, companyId), eq(kitchenTasks.kitchenId, id))
    const [dishCount, taskCount] = await Promise.all([
      tx.$count(menuItems, dishes),
      tx.$count(kitchenTasks, and(tasks, inArray(kitchenTasks.status, ['pending', 'in_progress']))),
    ])
    refuseInUse({ menu_items: dishCount, kitchen_tasks: taskCount })
    await tx.update(kitchenTasks).set({ kitchenId: null }).where(tasks)
  },
  present: (row): KitchenRead => ({
    id: row.id,
    company: row.companyId,
    branch: null,
    title: row.title,
    number: row.number,
    printer: row.printer,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }),
})
