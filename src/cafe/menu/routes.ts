import type { FastifyPluginAsync } from 'fastify'
import type { CafeParts } from '../deps.ts'
import { addPictureForms } from '../pictures/upload.ts'
import { resourceRoutes } from '../crud.ts'
import { MenuItemCreate, MenuItemFilters, MenuItemRead } from './schema.ts'
import { createMenuItemStore } from './repository.ts'

/** `/api/cafe/menu-items/`: the dishes, with their prices, pictures and the stop-list. */
export const menuItemsRoutes =
  (parts: CafeParts): FastifyPluginAsync =>
  async (app) => {
    await addPictureForms(app, 'image')
    await app.register(
      resourceRoutes(parts, {
        name: 'menu-items',
        read: MenuItemRead,
        create: MenuItemCreate,
        filters: MenuItemFilters.properties,
        permissions: { read: 'menu.read', write: 'menu.write', patch: 'menu.stop' },
        extra: ({ picture }) => ({ picture }),
        store: createMenuItemStore(parts.pictures),
      }),
    )
  }
