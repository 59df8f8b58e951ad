import { Type } from 'typebox'
import { bookingStatuses } from '../../db/enums.ts'
import { ClockTime, Count, Instant, Line, LineOrNone, Nullable, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

const Day = (options: object = {}) => Type.String({ format: 'date', ...options })

export const BookingRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Nullable(Uuid()),
  guest: Type.String(),
  phone: Type.String({ description: 'As that of a client.', examples: ['+996555123456'] }),
  phone_typed: Type.String(),
  phone_extension: Type.String(),
  date: Type.String({ description: 'Day of the branch’s own calendar.', examples: ['2024-05-08'] }),
  time: Type.String({ description: 'By the branch’s own clock.', examples: ['18:30:00'] }),
  duration: Type.Integer({ description: 'Minutes the table is kept.', examples: [120] }),
  guests: Type.Integer(),
  table: Nullable(Uuid({ description: 'Null once the table is gone.' })),
  table_number: Nullable(Type.Integer({ description: 'That of a table that is gone stays.' })),
  status: Type.Enum([...bookingStatuses]),
  status_display: Type.String(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type BookingRead = Infer<typeof BookingRead>

export const BookingCreate = Type.Object({
  guest: Line(255),
  phone: Type.Optional(LineOrNone(64)),
  date: Day({ examples: ['2099-12-31'] }),
  time: ClockTime(),
  duration: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1440,
      description: 'Minutes the table is kept. Default: `booking_duration` of the branch.',
    }),
  ),
  guests: Type.Optional(Count(1, 999)),
  table: Uuid({ description: 'Of two bookings that hold one table at one time the second is refused.' }),
  status: Type.Optional(Type.Enum([...bookingStatuses])),
  branch: Type.Optional(Nullable(Uuid({ description: 'The table tells it.' }))),
  confirm: Type.Optional(
    Type.Boolean({ description: 'True takes more guests than the table has places (`not_enough_places`).' }),
  ),
  allow_past: Type.Optional(
    Type.Boolean({
      description: 'True takes a time that has passed, from owner and admin; others get a 403.',
    }),
  ),
})
export type BookingCreate = Infer<typeof BookingCreate>

export const BookingFilters = Type.Object({
  date: Type.Optional(Day()),
  date_from: Type.Optional(Day({ description: 'Inclusive.' })),
  date_to: Type.Optional(Day({ description: 'Inclusive.' })),
  status: Type.Optional(Type.Enum([...bookingStatuses])),
  table: Type.Optional(Uuid()),
})
export type BookingFilters = Infer<typeof BookingFilters>
