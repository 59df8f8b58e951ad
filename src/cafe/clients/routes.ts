import type { CafeDeps } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { ClientCreate, ClientFilters, ClientRead } from './schema.ts'
import { clientsRepository } from './repository.ts'

/** `/api/cafe/clients/`: the guests a café knows by name or phone. */
export const clientsRoutes = (deps: CafeDeps) =>
  resourceRoutes(deps, {
    name: 'clients',
    read: ClientRead,
    create: ClientCreate,
    filters: ClientFilters.properties,
    permissions: { read: 'clients.read', write: 'clients.write', remove: 'clients.delete' },
    removeRaises: ['client_owes'],
    repository: clientsRepository,
  })
