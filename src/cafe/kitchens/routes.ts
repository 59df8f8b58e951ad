import type { CafeParts } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { KitchenCreate, KitchenFilters, KitchenRead } from './schema.ts'
import { kitchensRepository } from './repository.ts'

/** `/api/cafe/kitchens/`: the places dishes are made in, each with its screen and printer. */
export const kitchensRoutes = (parts: CafeParts) =>
  resourceRoutes(parts, {
    name: 'kitchens',
    read: KitchenRead,
    create: KitchenCreate,
    filters: KitchenFilters.properties,
    permissions: { read: 'menu.read', write: 'menu.write' },
    store: kitchensRepository,
  })
