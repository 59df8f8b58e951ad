import { Type } from 'typebox'
import { listQuery } from '../../http/pagination.ts'
import {
  ClockMinute,
  Count,
  Instant,
  Line,
  Nullable,
  QueryFlag,
  LineOrNone,
  Uuid,
} from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const BranchRead = Type.Object({
  id: Uuid(),
  name: Type.String(),
  code: Type.String(),
  address: Type.String(),
  phone: Type.String(),
  email: Type.String(),
  timezone: Type.String({ description: 'Its own zone, else the one of the company.' }),
  country: Type.String({
    description:
      'ISO 3166, `KG`: whose phone numbers are written without its code. From the time zone unless set.',
  }),
  day_starts_at: Type.String({
    description:
      'When its business day begins, `HH:MM` of its own clock: what is ordered before belongs to the day before.',
  }),
  booking_duration: Type.Integer({
    description: 'Minutes a table is kept for guests unless their booking says otherwise.',
    examples: [120],
  }),
  is_active: Type.Boolean(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type BranchRead = Infer<typeof BranchRead>

const details = {
  code: Type.Optional(LineOrNone(32)),
  address: Type.Optional(LineOrNone(255)),
  phone: Type.Optional(LineOrNone(32)),
  email: Type.Optional(Type.String({ maxLength: 254, pattern: '^$|^[^@\\s]+@[^@\\s]+$' })),
  timezone: Type.Optional(Nullable(LineOrNone(64))),
  country: Type.Optional(Nullable(LineOrNone(2))),
  day_starts_at: Type.Optional(ClockMinute()),
  booking_duration: Type.Optional(Count(1, 1440)),
  is_active: Type.Optional(
    Type.Boolean({
      description:
        'False closes it: no new orders or bookings there (`branch_closed`), its sockets end with 4004.',
    }),
  ),
}

export const BranchBody = Type.Object({ name: Line(128), ...details })
export type BranchBody = Infer<typeof BranchBody>

export const BranchPatch = Type.Object({ name: Type.Optional(Line(128)), ...details })
export type BranchPatch = Infer<typeof BranchPatch>

const count = () => Type.Integer({ minimum: 0 })

export const Moved = Type.Object(
  {
    zones: count(),
    tables: count(),
    menu_stops: count(),
    bookings: count(),
    orders: count(),
    open_orders: count(),
    kitchen_tasks: count(),
    notifications: count(),
    order_archive: count(),
    payments: count(),
    refunds: count(),
    employees: count(),
  },
  {
    description:
      'Of the first branch of a company: how much of what belonged to no branch is now its own. Null of others.',
  },
)
export type Moved = Infer<typeof Moved>

export const BranchOpened = Type.Object({
  ...BranchRead.properties,
  moved: Nullable(Moved),
})
export type BranchOpened = Infer<typeof BranchOpened>

export const BranchQuery = Type.Object({ ...listQuery, is_active: Type.Optional(QueryFlag()) })
export type BranchQuery = Infer<typeof BranchQuery>
