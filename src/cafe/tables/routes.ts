import type { CafeParts } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { TableCreate, TableFilters, TableRead } from './schema.ts'
import { tableStore } from './repository.ts'

/** `/api/cafe/tables/`: the tables guests sit at, and where they stand on the map of the floor. */
export const tablesRoutes = (parts: CafeParts) =>
  resourceRoutes(parts, {
    name: 'tables',
    read: TableRead,
    create: TableCreate,
    filters: TableFilters.properties,
    permissions: { read: 'floor.read', write: 'floor.write', patch: 'tables.patch' },
    store: tableStore,
  })
