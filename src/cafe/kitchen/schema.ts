import { Type } from 'typebox'
import { taskStatuses } from '../../db/values.ts'
import { Instant, Money, Nullable, QueryFlag, Uuid } from '../../shapes.ts'
import type { Infer } from '../../shapes.ts'

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
  order: Uuid(),
  order_number: Type.Integer(),
  order_item: Uuid(),
  menu_item: Uuid(),
  menu_item_title: Type.String(),
  price: Money(),
  note: Type.String(),
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

export const TaskPatch = Type.Object({ status: Type.Optional(Type.Enum([...taskStatuses])) })
export type TaskPatch = Infer<typeof TaskPatch>

export const TaskIds = Type.Object({ task_ids: Type.Array(Uuid(), { minItems: 1, maxItems: 500 }) })
export type TaskIds = Infer<typeof TaskIds>

export const Skipped = Type.Array(
  Type.Object({
    id: Uuid(),
    reason: Type.Enum(['not_found', 'task_taken', 'illegal_transition']),
  }),
)

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
}
