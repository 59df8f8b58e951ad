import type { CafeDeps } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { BookingCreate, BookingFilters, BookingRead } from './schema.ts'
import { bookingsRepository } from './repository.ts'

/** `/api/cafe/bookings/`: bookings of tables. */
export const bookingsRoutes = (deps: CafeDeps) =>
  resourceRoutes(deps, {
    name: 'bookings',
    read: BookingRead,
    create: BookingCreate,
    filters: BookingFilters.properties,
    permissions: { read: 'bookings.read', write: 'bookings.write' },
    createRaises: ['branch_closed', 'not_enough_places'],
    changeRaises: ['not_enough_places'],
    repository: bookingsRepository,
  })
