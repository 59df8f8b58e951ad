import { Type } from 'typebox'
import { Nullable, Uuid } from '../../../http/schemas.ts'
import type { Infer } from '../../../http/schemas.ts'
import { Guests, OrderRead, Quantity } from '../schema.ts'

export const OrderMove = Type.Object({
  table: Nullable(Uuid({ description: 'Where the order goes; null makes it a takeaway.' })),
})
export type OrderMove = Infer<typeof OrderMove>

export const OrderMerge = Type.Object({
  orders: Type.Optional(
    Type.Array(Uuid(), { minItems: 1, maxItems: 50, description: 'Orders that flow into this one.' }),
  ),
  order: Type.Optional(Uuid({ description: 'The same for a single one.' })),
})
export type OrderMerge = Infer<typeof OrderMerge>

/** Units of a line to move to the new order; all of them without a quantity. */
const SplitLine = Type.Object({
  id: Type.Optional(Uuid()),
  order_item_id: Type.Optional(Uuid({ description: 'Another name of `id`.' })),
  quantity: Type.Optional(Quantity()),
})
export type SplitLine = Infer<typeof SplitLine>

export const OrderSplit = Type.Object({
  items: Type.Array(SplitLine, { minItems: 1, maxItems: 200 }),
  table: Type.Optional(Nullable(Uuid({ description: 'Of the new order; the same table when left out.' }))),
  guests: Type.Optional(Guests()),
})
export type OrderSplit = Infer<typeof OrderSplit>

export const SplitReply = Type.Object({
  order: OrderRead,
  new_order: OrderRead,
})
export type SplitReply = Infer<typeof SplitReply>
