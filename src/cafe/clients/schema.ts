import { Type } from 'typebox'
import { orderStatuses } from '../../db/enums.ts'
import { Instant, Line, LineOrNone, Money, Text, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

/** An order as it is listed under its client. */
export const OrderBrief = Type.Object({
  id: Uuid(),
  number: Type.Integer(),
  status: Type.Enum([...orderStatuses]),
  total_amount: Money(),
  created_at: Instant(),
})
export type OrderBrief = Infer<typeof OrderBrief>

/**
 * A client in events: what everybody who follows orders may know. Phone and notes are for those who may read clients,
 * and their orders are each branch's own.
 */
export const ClientCard = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Type.Null({ description: 'Clients are the whole company’s.' }),
  name: Type.String(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type ClientCard = Infer<typeof ClientCard>

export const ClientRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Type.Null({ description: 'Clients are the whole company’s.' }),
  name: Type.String(),
  phone: Type.String({
    description: 'E.164 where it is a possible number of the country or with a code, else its digits.',
    examples: ['+996555123456'],
  }),
  phone_typed: Type.String({ description: 'As it was written.' }),
  phone_extension: Type.String({ description: 'Digits behind the number; empty without.' }),
  notes: Type.String(),
  orders: Type.Array(OrderBrief, { description: 'The latest ones, newest first.' }),
  history: Type.Array(OrderBrief, { description: 'The latest closed ones, newest first.' }),
  created_at: Instant(),
  updated_at: Instant(),
})
export type ClientRead = Infer<typeof ClientRead>

export const ClientCreate = Type.Object({
  name: Line(255),
  phone: Type.Optional(
    LineOrNone(64, { description: 'In any common form; one client for each number and extension.' }),
  ),
  notes: Type.Optional(Text()),
})
export type ClientCreate = Infer<typeof ClientCreate>

export const ClientFilters = Type.Object({
  name: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
})
export type ClientFilters = Infer<typeof ClientFilters>
