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
import { mergeSplitRoutes } from './orders/merge-split/routes.ts'
import { ordersRoutes } from './orders/routes.ts'
import type { CafeDeps } from './deps.ts'
import { paymentsRoutes } from './payments/routes.ts'
import { snapshotRoutes } from './snapshot/routes.ts'
import { tablesRoutes } from './tables/routes.ts'
import { zonesRoutes } from './zones/routes.ts'

/** The notification routes under `/api/main/`. */
export const notificationsAlias =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addHook('onRequest', requireScope)
    await app.register(notificationsRoutes(deps))
  }

/** Everything under `/api/cafe/`. Each request acts as a `CafeActor`: inside a company, its branch resolved. */
export const cafeRoutes =
  (deps: CafeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addHook('onRequest', requireScope)
    await app.register(zonesRoutes(deps))
    await app.register(ordersRoutes(deps))
    await app.register(archiveRoutes(deps))
    await app.register(mergeSplitRoutes(deps))
    await app.register(paymentsRoutes(deps))
    await app.register(orderItemsRoutes(deps))
    await app.register(kitchenRoutes(deps))
    await app.register(kitchenMonitorRoutes(deps))
    await app.register(notificationsRoutes(deps))
    await app.register(analyticsRoutes(deps))
    await app.register(bookingsRoutes(deps))
    await app.register(auditRoutes(deps))
    await app.register(snapshotRoutes(deps))
    await app.register(tablesRoutes(deps))
    await app.register(categoriesRoutes(deps))
    await app.register(kitchensRoutes(deps))
    await app.register(menuItemsRoutes(deps))
    await app.register(clientsRoutes(deps))
  }
