import { allows } from '../../accounts/permissions.ts'
import type { Permission } from '../../accounts/permissions.ts'
import { clockOf, minutesOfDay } from '../../lib/calendar.ts'
import { holdingStatuses } from '../../db/enums.ts'
import type { bookings } from '../../db/schema/index.ts'
import { ApiError, fieldError } from '../../http/errors.ts'
import type { FieldError } from '../../http/errors.ts'

type Row = typeof bookings.$inferSelect

/** When a table is booked, in local time of the branch. */
export type Slot = Pick<Row, 'date' | 'time' | 'durationMinutes'>

/** What decides whether a booking may have its slot. */
export type Place = Slot & Pick<Row, 'tableId' | 'status' | 'guests'>

const holds = ({ status }: Pick<Row, 'status'>): boolean =>
  (holdingStatuses as readonly string[]).includes(status)

/** Whether a booking takes a slot that it did not hold before; null before: it is new. */
export const takesSlot = (before: Place | null, next: Place): boolean =>
  holds(next) &&
  (before === null ||
    !holds(before) ||
    before.tableId !== next.tableId ||
    before.durationMinutes !== next.durationMinutes ||
    isMoved(before, next))

/** Whether a booking is for another time than before. */
export const isMoved = (before: Slot | null, next: Slot): boolean =>
  before?.date !== next.date || before.time !== next.time

/** The 400 for an overlapping booking, with the slot of the first one. */
export function slotTaken({ date, time, durationMinutes }: Slot): FieldError {
  const end = clockOf((minutesOfDay(time.slice(0, 5)) + durationMinutes) % (24 * 60))
  return fieldError('table', 'slot_taken', { date, time: time.slice(0, 5), end })
}

/**
 * Refuses a booking in the past, unless an owner or admin allows it.
 * @param latest local day and time before which a booking is in the past, `2024-05-08 18:30:00`
 * @throws FieldError on `date`, or on `time` of today
 * @throws ApiError `permission_denied` when another role allows it
 */
export function refusePast(
  actor: { permissions: ReadonlySet<Permission> },
  { date, time }: Slot,
  latest: string,
  isAllowed = false,
): void {
  if (`${date} ${time}` >= latest) return
  if (!isAllowed) throw fieldError(date < latest.slice(0, 10) ? 'date' : 'time', 'time_passed')
  if (!allows(actor, 'bookings.past')) throw new ApiError('permission_denied')
}

/**
 * More guests than places needs a confirmation.
 * @throws ApiError `not_enough_places`
 */
export function refuseCrowd(guests: number, places: number, isConfirmed = false): void {
  if (guests <= places || isConfirmed) return
  throw new ApiError('not_enough_places', { params: { guests, places }, extra: { guests, places } })
}
