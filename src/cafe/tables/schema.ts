import { Type } from 'typebox'
import { tableStatuses } from '../../db/enums.ts'
import { Count, Instant, Nullable, Uuid, WholeNumber } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const TableRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Nullable(Uuid()),
  zone: Nullable(Uuid()),
  number: Type.Integer(),
  places: Type.Integer(),
  status: Type.Enum([...tableStatuses]),
  status_display: Type.String(),
  x: Type.Integer(),
  y: Type.Integer(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type TableRead = Infer<typeof TableRead>

export const TableCreate = Type.Object({
  number: Count(1),
  zone: Type.Optional(Nullable(Uuid())),
  places: Type.Optional(Count(1)),
  x: Type.Optional(WholeNumber({ description: 'Where it stands on the map of the floor.' })),
  y: Type.Optional(WholeNumber()),
  status: Type.Optional(
    Type.Enum([...tableStatuses], {
      description: 'Derived from open orders: what is sent is ignored, the answer shows the true one.',
    }),
  ),
  branch: Type.Optional(
    Nullable(
      Uuid({ description: 'Owner and admin, when no zone tells it: which branch, else their usual one.' }),
    ),
  ),
})
export type TableCreate = Infer<typeof TableCreate>

export const TableFilters = Type.Object({
  zone: Type.Optional(Uuid()),
  number: Type.Optional(WholeNumber()),
  places: Type.Optional(WholeNumber()),
  status: Type.Optional(Type.Enum([...tableStatuses])),
})
export type TableFilters = Infer<typeof TableFilters>
