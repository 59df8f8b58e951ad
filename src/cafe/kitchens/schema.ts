import { Type } from 'typebox'
import { Count, Instant, Line, LineOrNone, Uuid, WholeNumber } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const KitchenRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Type.Null({ description: 'Kitchens belong to the whole company.' }),
  title: Type.String(),
  number: Type.Integer(),
  printer: Type.String(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type KitchenRead = Infer<typeof KitchenRead>

export const KitchenCreate = Type.Object({
  title: Line(100),
  number: Count(1),
  printer: Type.Optional(LineOrNone(255)),
})
export type KitchenCreate = Infer<typeof KitchenCreate>

export const KitchenFilters = Type.Object({
  title: Type.Optional(Type.String()),
  number: Type.Optional(WholeNumber()),
})
export type KitchenFilters = Infer<typeof KitchenFilters>
