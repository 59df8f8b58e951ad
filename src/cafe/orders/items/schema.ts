import { Type } from 'typebox'
import { ignoredInLines, ignoring } from '../../../http/unknown-fields/ignored.ts'
import { Instant, Nullable, Uuid } from '../../../http/schemas.ts'
import type { Infer } from '../../../http/schemas.ts'
import { NewLine, OrderItemRead } from '../schema.ts'

/** A line of an order as a resource of its own. */
export const LineRead = Type.Object({
  ...OrderItemRead.properties,
  order: Uuid(),
  company: Uuid(),
  branch: Nullable(Uuid()),
  created_at: Instant(),
  updated_at: Instant(),
  is_rejected: Type.Boolean({ description: 'True in the answer that took the line off its order.' }),
  rejection_reason: Type.String(),
})
export type LineRead = Infer<typeof LineRead>

export const LineCreate = Type.Object({ ...NewLine.properties, order: Uuid() }, ignoring(ignoredInLines))
export type LineCreate = Infer<typeof LineCreate>

export const lineFilters = {
  order: Type.Optional(Uuid()),
  menu_item: Type.Optional(Uuid()),
}
