import type { CafeDeps } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { KitchenCreate, KitchenFilters, KitchenRead } from './schema.ts'
import { kitchensRepository } from './repository.ts'

/** `/api/cafe/kitchens/`: the places where dishes are made, each with a screen and a printer. */
export const kitchensRoutes = (deps: CafeDeps) =>
  resourceRoutes(deps, {
    name: 'kitchens',
    read: KitchenRead,
    create: KitchenCreate,
    filters: KitchenFilters.properties,
    permissions: { read: 'menu.read', write: 'menu.write' },
    repository: kitchensRepository,
  })
