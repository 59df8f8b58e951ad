import type { CafeParts } from '../deps.ts'
import { resourceRoutes } from '../crud.ts'
import { BookingCreate, BookingFilters, BookingRead } from './schema.ts'
import { bookingStore } from './repository.ts'

/** `/api/cafe/bookings/`: tables kept for guests. */
export const bookingsRoutes = (parts: CafeParts) =>
  resourceRoutes(parts, {
    name: 'bookings',
    read: BookingRead,
    create: BookingCreate,
    filters: BookingFilters.properties,
    permissions: { read: 'bookings.read', write: 'bookings.write' },
    createRaises: ['branch_closed', 'not_enough_places'],
    changeRaises: ['not_enough_places'],
    store: bookingStore,
  })
