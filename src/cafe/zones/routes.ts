import type { CafeDeps } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { ZoneCreate, ZoneFilters, ZoneRead } from './schema.ts'
import { zonesRepository } from './repository.ts'

/** `/api/cafe/zones/`: the halls, terraces and bars with tables. */
export const zonesRoutes = (deps: CafeDeps) =>
  resourceRoutes(deps, {
    name: 'zones',
    read: ZoneRead,
    create: ZoneCreate,
    filters: ZoneFilters.properties,
    permissions: { read: 'floor.read', write: 'floor.write' },
    repository: zonesRepository,
  })
