import type { CafeDeps } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { CategoryCreate, CategoryFilters, CategoryRead } from './schema.ts'
import { categoriesRepository } from './repository.ts'

/** `/api/cafe/categories/`: the sections of the menu. */
export const categoriesRoutes = (deps: CafeDeps) =>
  resourceRoutes(deps, {
    name: 'categories',
    read: CategoryRead,
    create: CategoryCreate,
    filters: CategoryFilters.properties,
    permissions: { read: 'menu.read', write: 'menu.write' },
    repository: categoriesRepository,
  })
