import { Type } from 'typebox'
import { saleUnits, taskStatuses } from '../../db/enums.ts'
import { Instant, Money, Nullable, QueryFlag, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

export const TaskRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Nullable(Uuid()),
  status: Type.Enum([...taskStatuses]),
  status_display: Type.String(),
  created_at: Instant(),
  updated_at: Instant(),
  started_at: Nullable(Instant()),
  finished_at: Nullable(Instant()),
  /** When the kitchen acknowledged the cancellation. */
  acknowledged_at: Nullable(Instant()),
  order: Uuid(),
  order_number: Type.Integer(),
  order_item: Uuid(),
  menu_item: Uuid(),
  menu_item_title: Type.String(),
  price: Money(),
  quantity: Type.Number({ description: 'How much to cook: 1, or the weight in `menu_item_sale_unit`.' }),
  menu_item_is_sold_by_weight: Type.Boolean(),
  menu_item_sale_unit: Type.Enum([...saleUnits]),
  note: Type.String(),
  order_note: Type.String({ description: 'The note of the whole order.' }),
  kitchen: Nullable(Uuid()),
  table_number: Nullable(Type.Integer()),
  guest: Type.String({ description: "The client's name." }),
  waiter: Nullable(Uuid()),
  waiter_label: Type.String(),
  cook: Nullable(Uuid()),
  cook_label: Type.String(),
  unit_index: Type.Integer({ description: '1…n among the units of its line.' }),
  version: Type.Integer(),
})
export type TaskRead = Infer<typeof TaskRead>

export const TaskPatch = Type.Object({
  status: Type.Optional(Type.Enum([...taskStatuses], { examples: ['in_progress'] })),
})
export type TaskPatch = Infer<typeof TaskPatch>

export const TaskIds = Type.Object({ task_ids: Type.Array(Uuid(), { minItems: 1, maxItems: 500 }) })
export type TaskIds = Infer<typeof TaskIds>

export const Skipped = Type.Array(
  Type.Object({
    id: Uuid(),
    reason: Type.Enum(['not_found', 'task_taken', 'illegal_transition']),
  }),
)

/** Business days of the orders, inclusive. */
export const dayFilters = {
  date_from: Type.Optional(Type.String({ format: 'date', description: 'Business day, inclusive.' })),
  date_to: Type.Optional(Type.String({ format: 'date', description: 'Business day, inclusive.' })),
}

export const taskFilters = {
  status: Type.Optional(
    Type.Array(Type.String(), {
      description: 'One, a comma list, or repeated. Default: pending,in_progress.',
    }),
  ),
  mine: Type.Optional(QueryFlag({ description: 'Only tasks whose cook is the actor.' })),
  cook: Type.Optional(Uuid()),
  waiter: Type.Optional(Uuid()),
  menu_item: Type.Optional(Uuid()),
  order: Type.Optional(Uuid()),
  kitchen: Type.Optional(Uuid()),
  unacknowledged: Type.Optional(
    QueryFlag({
      description: 'Only dishes that were cancelled in the making and whose cook has not seen it.',
    }),
  ),
  ...dayFilters,
}

const lead = {
  tasks: Type.Integer(),
  pending: Type.Integer(),
  in_progress: Type.Integer(),
  ready: Type.Integer(),
  cancelled: Type.Integer(),
  avg_lead_seconds: Nullable(Type.Number({ description: 'From order to ready; null without a ready dish.' })),
  p90_lead_seconds: Nullable(Type.Number({ description: 'Nine of ten dishes were ready within this time.' })),
  avg_cooking_seconds: Nullable(Type.Number({ description: 'From claim to ready.' })),
}

export const CookFigures = Type.Object({ cook: Uuid(), cook_label: Type.String(), ...lead })
export type CookFigures = Infer<typeof CookFigures>

export const WaiterFigures = Type.Object({
  waiter: Uuid(),
  waiter_label: Type.String(),
  orders: Type.Integer(),
  ...lead,
})
export type WaiterFigures = Infer<typeof WaiterFigures>
