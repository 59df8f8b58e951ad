import type { FastifyPluginAsync } from 'fastify'
import type { CafeDeps } from '../deps.ts'
import { addPictureForms } from '../pictures/upload.ts'
import { resourceRoutes } from '../crud.ts'
import { MenuItemCreate, MenuItemFilters, MenuItemRead } from './schema.ts'
import { createMenuItemsRepository } from './repository.ts'

/** `/api/cafe/menu-items/`: the dishes, with their prices, pictures and the stop-list. */
export const menuItemsRoutes =
  (deps: CafeDeps): FastifyPluginAsync =>
  async (app) => {
    await addPictureForms(app, 'image')
    await app.register(
      resourceRoutes(deps, {
        name: 'menu-items',
        read: MenuItemRead,
        create: MenuItemCreate,
        filters: MenuItemFilters.properties,
        permissions: { read: 'menu.read', write: 'menu.write', patch: 'menu.stop' },
        extra: ({ picture }) => ({ picture }),
        repository: createMenuItemsRepository(deps.pictures),
      }),
    )
  }
