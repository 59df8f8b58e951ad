import { Type } from 'typebox'
import { orderStatuses } from '../../db/enums.ts'
import { Instant, Nullable, QueryFlag, Uuid, WholeNumber } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { spanQuery } from '../../http/time-range.ts'
import { OrderItemRead, OrderRead } from '../orders/schema.ts'

const { tasks: _, ...line } = OrderItemRead.properties
const { items: __, ...order } = OrderRead.properties

/** A bill of the archive: the finished order, with the names, titles and prices of that time. */
export const ArchivedOrder = Type.Object({
  ...order,
  original_order_id: Nullable(Uuid({ description: 'Null when the order itself was deleted.' })),
  items: Type.Array(Type.Object(line)),
  deleted_at: Nullable(Instant()),
  archived_at: Instant(),
})
export type ArchivedOrder = Infer<typeof ArchivedOrder>

const Id = () => Type.Optional(Uuid())

export const archiveFilters = {
  status: Type.Optional(Type.Enum([...orderStatuses])),
  table: Id(),
  waiter: Id(),
  client: Id(),
  is_paid: Type.Optional(QueryFlag()),
  number: Type.Optional(WholeNumber()),
  payment_method: Type.Optional(Type.String()),
  ...spanQuery('created_at'),
}
