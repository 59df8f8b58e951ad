import { Type } from 'typebox'
import { orderStatuses } from '../../db/values.ts'
import { Instant, Line, Money, Text, Uuid } from '../../shapes.ts'
import type { Infer } from '../../shapes.ts'

/** An order as it is listed under its client. */
export const OrderBrief = Type.Object({
  id: Uuid(),
  number: Type.Integer(),
  status: Type.Enum([...orderStatuses]),
  total_amount: Money(),
  created_at: Instant(),
})
export type OrderBrief = Infer<typeof OrderBrief>

export const ClientRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Type.Null({ description: 'Clients are the whole company’s.' }),
  name: Type.String(),
  phone: Type.String(),
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
    Type.String({ maxLength: 64, description: 'Kept as digits and a leading plus; one client each.' }),
  ),
  notes: Type.Optional(Text()),
})
export type ClientCreate = Infer<typeof ClientCreate>

export const ClientFilters = Type.Object({
  name: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
})
export type ClientFilters = Infer<typeof ClientFilters>
