import type { CafeParts } from '../parts.ts'
import { resourceRoutes } from '../resource.ts'
import { ClientCreate, ClientFilters, ClientRead } from './schema.ts'
import { clientStore } from './store.ts'

/** `/api/cafe/clients/`: the guests a café knows by name or phone. */
export const clientsRoutes = (parts: CafeParts) =>
  resourceRoutes(parts, {
    name: 'clients',
    read: ClientRead,
    create: ClientCreate,
    filters: ClientFilters.properties,
    permissions: { read: 'clients.read', write: 'clients.write', remove: 'clients.delete' },
    removeRaises: ['client_owes'],
    store: clientStore,
  })
