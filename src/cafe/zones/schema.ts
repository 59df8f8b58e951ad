import { Type } from 'typebox'
import { Instant, Line, Nullable, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const ZoneRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Nullable(Uuid()),
  title: Type.String(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type ZoneRead = Infer<typeof ZoneRead>

export const ZoneCreate = Type.Object({
  title: Line(100),
  branch: Type.Optional(
    Nullable(
      Uuid({ description: 'Owner and admin: which branch, else their usual one; staff use their own.' }),
    ),
  ),
})
export type ZoneCreate = Infer<typeof ZoneCreate>

export const ZoneFilters = Type.Object({ title: Type.Optional(Type.String()) })
export type ZoneFilters = Infer<typeof ZoneFilters>
