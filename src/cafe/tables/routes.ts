import type { CafeDeps } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { TableCreate, TableFilters, TableRead } from './schema.ts'
import { tablesRepository } from './repository.ts'

/** `/api/cafe/tables/`: the tables and their places on the floor plan. */
export const tablesRoutes = (deps: CafeDeps) =>
  resourceRoutes(deps, {
    name: 'tables',
    read: TableRead,
    create: TableCreate,
    filters: TableFilters.properties,
    permissions: { read: 'floor.read', write: 'floor.write', patch: 'tables.patch' },
    repository: tablesRepository,
  })
