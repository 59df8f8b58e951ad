import type { CafeParts } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { CategoryCreate, CategoryFilters, CategoryRead } from './schema.ts'
import { categoriesRepository } from './repository.ts'

/** `/api/cafe/categories/`: the sections of the menu. */
export const categoriesRoutes = (parts: CafeParts) =>
  resourceRoutes(parts, {
    name: 'categories',
    read: CategoryRead,
    create: CategoryCreate,
    filters: CategoryFilters.properties,
    permissions: { read: 'menu.read', write: 'menu.write' },
    store: categoriesRepository,
  })
