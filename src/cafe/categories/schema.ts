import { Type } from 'typebox'
import { Instant, Line, Uuid, WholeNumber } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const CategoryRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Type.Null({ description: 'The menu belongs to the whole company.' }),
  title: Type.String(),
  position: Type.Integer(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type CategoryRead = Infer<typeof CategoryRead>

export const CategoryCreate = Type.Object({
  title: Line(100),
  position: Type.Optional(WholeNumber({ description: 'Place in the menu; equal ones by title.' })),
})
export type CategoryCreate = Infer<typeof CategoryCreate>

export const CategoryFilters = Type.Object({ title: Type.Optional(Type.String()) })
export type CategoryFilters = Infer<typeof CategoryFilters>
