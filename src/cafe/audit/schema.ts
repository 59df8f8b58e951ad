import { Type } from 'typebox'
import { auditActions, auditResources } from '../../db/enums.ts'
import { Instant, Nullable, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { spanQuery } from '../../http/time-range.ts'

const Fields = (description: string) =>
  Nullable(
    Type.Object({}, { additionalProperties: true, description, examples: [{ discount_amount: '50.00' }] }),
  )

/** One change of one object. */
export const AuditEntry = Type.Object({
  id: Uuid(),
  at: Instant(),
  user: Nullable(
    Uuid({ description: 'Who did it; null for the service itself and for people not signed in.' }),
  ),
  user_label: Type.String({ description: 'Their name or e-mail address now.' }),
  action: Type.Enum([...auditActions]),
  resource: Type.Enum([...auditResources]),
  resource_id: Uuid(),
  order: Nullable(Uuid({ description: 'The order that a line, payment or refund belongs to.' })),
  branch: Nullable(Uuid()),
  before: Fields('The fields that changed, as they were; of a deleted object, all. Null for a new one.'),
  after: Fields('The fields that changed, as they became; of a new object, all. Null for a deleted one.'),
  request: Type.String({
    description: 'Method and route of the request.',
    examples: ['PATCH /api/cafe/orders/:id/'],
  }),
  request_id: Type.String({ description: 'As in `X-Request-Id` and in the logs.' }),
  device: Type.String({ description: 'What the device says of itself.' }),
  address: Type.String(),
})
export type AuditEntry = Infer<typeof AuditEntry>

export const AuditPage = Type.Object({
  next: Nullable(Type.String({ description: 'Address of the next, older page; null on the last one.' })),
  results: Type.Array(AuditEntry),
})

export const auditQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'From `next` of the page before.' })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, description: 'Default 100, at most 500.' })),
  user: Type.Optional(Uuid()),
  action: Type.Optional(Type.Enum([...auditActions])),
  resource: Type.Optional(Type.Enum([...auditResources])),
  resource_id: Type.Optional(Uuid()),
  order: Type.Optional(Uuid({ description: 'The order, its lines, payments and refunds.' })),
  ...spanQuery('at'),
})
export type AuditQuery = Infer<typeof auditQuery>
