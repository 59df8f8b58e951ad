import { Type } from 'typebox'
import { notificationTypes } from '../../db/enums.ts'
import { Instant, Nullable, Page, QueryFlag, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { spanEnds } from '../../http/time-range.ts'

export const NotificationRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Nullable(Uuid()),
  type: Type.Enum([...notificationTypes]),
  title: Type.String({ description: 'What happened, in a word.' }),
  message: Type.String({ description: 'For a person, in the language of the reader.' }),
  payload: Type.Object(
    {
      task_id: Uuid(),
      order_id: Uuid(),
      order_number: Type.Integer(),
      table: Nullable(Type.Integer({ description: 'Number of the table.' })),
      menu_item: Type.String({ description: 'Title of the dish.' }),
      unit_index: Type.Integer(),
    },
    { description: 'What it is about, as it was at that moment.' },
  ),
  is_read: Type.Boolean(),
  created_at: Instant(),
  updated_at: Instant(),
})
export type NotificationRead = Infer<typeof NotificationRead>

/** A page of notifications, with how many are unread in all. */
export const NotificationPage = Type.Object({
  ...Page(NotificationRead).properties,
  unread_count: Type.Integer(),
})

export const NotificationFilters = Type.Object({ is_read: Type.Optional(QueryFlag()), ...spanEnds })
export type NotificationFilters = Infer<typeof NotificationFilters>

export const ReadBody = Type.Object({
  ids: Type.Optional(
    Type.Array(Uuid(), { minItems: 1, maxItems: 500, description: 'Left out: all of one’s own.' }),
  ),
})
export type ReadBody = Infer<typeof ReadBody>

export const ReadReply = Type.Object({
  count: Type.Integer({ description: 'How many were unread until now.' }),
  skipped: Type.Array(Type.Object({ id: Uuid(), reason: Type.Enum(['not_found']) })),
})
export type ReadReply = Infer<typeof ReadReply>
