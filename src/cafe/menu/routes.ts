import type { CafeParts } from '../parts.ts'
import { resourceRoutes } from '../resource.ts'
import { MenuItemCreate, MenuItemFilters, MenuItemRead } from './schema.ts'
import { menuItemStore } from './store.ts'

/** `/api/cafe/menu-items/`: the dishes, with their prices and the stop-list. */
export const menuItemsRoutes = (parts: CafeParts) =>
  resourceRoutes(parts, {
    name: 'menu-items',
    read: MenuItemRead,
    create: MenuItemCreate,
    filters: MenuItemFilters.properties,
    permissions: { read: 'menu.read', write: 'menu.write', patch: 'menu.stop' },
    store: menuItemStore,
  })
