import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { requireScope } from '../plugins/auth.ts'
import { analyticsRoutes } from './analytics/routes.ts'
import { archiveRoutes } from './archive/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { bookingsRoutes } from './bookings/routes.ts'
import { categoriesRoutes } from './categories/routes.ts'
import { clientsRoutes } from './clients/routes.ts'
import { kitchensRoutes } from './kitchens/routes.ts'
import { menuItemsRoutes } from './menu/routes.ts'
import { kitchenMonitorRoutes } from './kitchen/monitor-routes.ts'
import { kitchenRoutes } from './kitchen/routes.ts'
import { notificationsRoutes } from './notifications/routes.ts'
import { orderItemsRoutes } from './orders/items/routes.ts'
import { regroupRoutes } from './orders/merge-split/routes.ts'
import { ordersRoutes } from './orders/routes.ts'
import type { CafeParts } from './deps.ts'
import { paymentsRoutes } from './payments/routes.ts'
import { snapshotRoutes } from './snapshot/routes.ts'
import { tablesRoutes } from './tables/routes.ts'
import { zonesRoutes } from './zones/routes.ts'

/** What the bell of front ends asks for, under `/api/main/`. */
export const bell =
  (parts: CafeParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addHook('onRequest', requireScope)
    await app.register(notificationsRoutes(parts))
  }

/** Everything under `/api/cafe/`. Each request acts as a `CafeActor`: inside a company, its branch resolved. */
export const cafe =
  (parts: CafeParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addHook('onRequest', requireScope)
    await app.register(zonesRoutes(parts))
    await app.register(ordersRoutes(parts))
    await app.register(archiveRoutes(parts))
    await app.register(regroupRoutes(parts))
    await app.register(paymentsRoutes(parts))
    await app.register(orderItemsRoutes(parts))
    await app.register(kitchenRoutes(parts))
    await app.register(kitchenMonitorRoutes(parts))
    await app.register(notificationsRoutes(parts))
    await app.register(analyticsRoutes(parts))
    await app.register(bookingsRoutes(parts))
    await app.register(auditRoutes(parts))
    await app.register(snapshotRoutes(parts))
    await app.register(tablesRoutes(parts))
    await app.register(categoriesRoutes(parts))
    await app.register(kitchensRoutes(parts))
    await app.register(menuItemsRoutes(parts))
    await app.register(clientsRoutes(parts))
  }
