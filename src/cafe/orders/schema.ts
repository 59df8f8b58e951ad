import { Type } from 'typebox'
import { orderStatuses, paymentMethods, saleUnits } from '../../db/enums.ts'
import { ignoredInLines, ignoring } from '../../http/unknown-fields/ignored.ts'
import {
  Count,
  Instant,
  LineOrNone,
  Money,
  MoneyInput,
  Nullable,
  QueryFlag,
  Text,
  Uuid,
  WholeNumber,
} from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { spanQuery } from '../../http/time-range.ts'

/** Largest quantity of one line; larger quantities need a second line. */
export const maxQuantity = 999

/** Largest number of units in one order: each is a task of the kitchen and an event. */
export const maxUnits = 2000

export const TaskCounts = Type.Object({
  pending: Type.Integer(),
  in_progress: Type.Integer(),
  ready: Type.Integer(),
  cancelled: Type.Integer(),
})
export type TaskCounts = Infer<typeof TaskCounts>

export const OrderItemRead = Type.Object({
  id: Uuid(),
  line_kind: Type.Enum(['menu', 'service']),
  menu_item: Nullable(Uuid({ description: 'Null on a line of a service.' })),
  menu_item_title: Type.String({ description: 'Of a service, its title.' }),
  menu_item_price: Money(),
  service_title: Type.String({ description: 'Empty on a line of a dish.' }),
  unit_price: Money({ description: 'The same as `menu_item_price`.' }),
  is_sold_by_weight: Type.Boolean(),
  sale_unit: Type.Enum([...saleUnits], { description: 'What the price is for, and what `quantity` counts.' }),
  quantity: Type.Number({ description: 'Whole, unless it is in kilograms.' }),
  note: Type.String(),
  comment: Type.String({ description: 'The same as `note`.' }),
  line_total: Money({ description: 'Price by quantity; half of the smallest coin is rounded up, once.' }),
  refunded_quantity: Type.Number({ description: 'How much of `quantity` is refunded.' }),
  refundable_quantity: Type.Number({
    description: 'How much of `quantity` can still be refunded; 0 while no payment is left to refund.',
  }),
  tasks: TaskCounts,
})
export type OrderItemRead = Infer<typeof OrderItemRead>

/** The amount due, and the part that is a debt. */
export const dueAmounts = {
  amount_due: Money({ description: 'Still to be paid, now or as a debt.' }),
  balance_due: Money({ description: 'Still owed of an order that was put on debt; "0.00" on any other.' }),
}

export const OrderRead = Type.Object({
  id: Uuid(),
  company: Uuid(),
  branch: Nullable(Uuid()),
  number: Type.Integer({ description: 'Short number for people, from 1 per branch and business day.' }),
  business_day: Type.String({ format: 'date' }),
  table: Nullable(Uuid()),
  table_number: Nullable(Type.Integer()),
  zone: Nullable(Uuid()),
  zone_title: Nullable(Type.String()),
  client: Nullable(Uuid()),
  client_name: Type.String(),
  waiter: Nullable(Uuid()),
  waiter_label: Type.String(),
  guests: Type.Integer(),
  status: Type.Enum([...orderStatuses]),
  status_display: Type.String(),
  is_paid: Type.Boolean(),
  paid_at: Nullable(Instant()),
  payment_method: Type.Enum([...paymentMethods]),
  total_amount: Money(),
  discount_amount: Money(),
  discount_reason: Type.String(),
  final_amount: Money(),
  ...dueAmounts,
  refunded_amount: Money(),
  note: Type.String(),
  closed_at: Nullable(Instant()),
  canceled_at: Nullable(Instant()),
  canceled_by: Nullable(Uuid()),
  created_at: Instant(),
  updated_at: Instant(),
  version: Type.Integer({ description: 'Rises with every change of the order, not with its tasks.' }),
  items: Type.Array(OrderItemRead),
})
export type OrderRead = Infer<typeof OrderRead>

/** The answer to a PATCH. */
export const OrderPatched = Type.Object({
  ...OrderRead.properties,
  kept: Type.Optional(
    Type.Array(Uuid(), {
      description:
        'Lines of which the order has more than the list sent, because its sender may not know them; left out when there are none.',
    }),
  ),
})
export type OrderPatched = Infer<typeof OrderPatched>

/** A quantity as sent; whether it must be whole depends on the dish. */
export const Quantity = () =>
  Type.Number({
    thousandths: true,
    examples: [1],
    description:
      `1 to ${maxQuantity}, whole; with up to three decimals of what is sold by the kilogram, up to 999.999, and whole grams ` +
      'of what is sold by the gram, up to 999999.',
  })

/** A line that the guest or the kitchen refuses. */
const rejecting = {
  is_rejected: Type.Optional(
    Nullable(
      Type.Boolean({
        description: 'True takes a line that is there off the order, whatever the other fields say.',
      }),
    ),
  ),
  rejection_reason: Type.Optional(Nullable(Text(500))),
}

/** The other fields of a line. `comment` is another name of `note` that clients use. */
const ofLine = {
  quantity: Type.Optional(Quantity()),
  note: Type.Optional(Text(500)),
  comment: Type.Optional(Text(500)),
  service_title: Type.Optional(
    Nullable(LineOrNone(255, { description: 'With `line_kind` `service`: what is charged for.' })),
  ),
  unit_price: Type.Optional(
    Type.Unsafe<string | number | null>({
      type: ['string', 'number', 'null'],
      description:
        'With `line_kind` `service`: the price of one. Elsewhere ignored: a dish costs what the menu says when it is ordered.',
      examples: ['300.00'],
    }),
  ),
  ...rejecting,
}

/** A line of a new order: of a dish, or of a service with its own title and price. */
export const NewLine = Type.Object(
  {
    line_kind: Type.Optional(
      Type.String({
        maxLength: 50,
        description: '`service`, or anything else for a dish.',
        examples: ['menu'],
      }),
    ),
    menu_item: Type.Optional(Nullable(Uuid({ description: 'Required on a line of a dish.' }))),
    ...ofLine,
  },
  ignoring(ignoredInLines),
)
export type NewLine = Infer<typeof NewLine>

/**
 * A line of a whole-list edit: with the id of an existing line, or without one. Quantity 0 removes a line with an id.
 */
export const EditedLine = Type.Object(
  {
    id: Type.Optional(Uuid()),
    ...NewLine.properties,
  },
  ignoring(ignoredInLines),
)
export type EditedLine = Infer<typeof EditedLine>

export const LinePatch = Type.Object(ofLine, ignoring(ignoredInLines))
export type LinePatch = Infer<typeof LinePatch>

/** Number of guests; an empty form field means one. */
export const Guests = () =>
  Type.Union([Count(1, 999), Type.Null(), Type.Enum([0, ''], { description: 'From an emptied field: 1.' })])

export const guestsOf = (guests: Infer<ReturnType<typeof Guests>> | undefined): number => guests || 1

const fields = {
  table: Type.Optional(Nullable(Uuid())),
  client: Type.Optional(Nullable(Uuid())),
  waiter: Type.Optional(Nullable(Uuid())),
  guests: Type.Optional(Guests()),
  note: Type.Optional(Text()),
  discount_amount: Type.Optional(MoneyInput()),
  discount_reason: Type.Optional(Text(500)),
}

export const OrderCreate = Type.Object({
  ...fields,
  id: Type.Optional(
    Uuid({ description: 'Chosen by the client: sent again, it is the same order, answered with 200.' }),
  ),
  branch: Type.Optional(
    Nullable(
      Uuid({ description: 'Owner and admin, for a takeaway order: which branch, else their usual one.' }),
    ),
  ),
  status: Type.Optional(Type.Enum(['open'], { description: 'A new order is open; front ends say so.' })),
  items: Type.Optional(Type.Array(NewLine, { maxItems: 200 })),
})
export type OrderCreate = Infer<typeof OrderCreate>

export const OrderPatch = Type.Object({
  ...fields,
  version: Type.Optional(
    Nullable(Type.Integer({ description: 'The version this change rests on, like `If-Match`; stale: 412.' })),
  ),
  status: Type.Optional(Type.Enum([...orderStatuses])),
  items: Type.Optional(Type.Array(EditedLine, { maxItems: 200 })),
})
export type OrderPatch = Infer<typeof OrderPatch>

const Flag = () => Type.Optional(QueryFlag())
const Id = () => Type.Optional(Uuid())

export const orderFilters = {
  status: Type.Optional(Type.Enum([...orderStatuses])),
  status__in: Type.Optional(
    Type.Array(Type.String(), { description: 'Comma list or repeated.', examples: [['open,closed']] }),
  ),
  table: Id(),
  waiter: Id(),
  client: Id(),
  guests: Type.Optional(WholeNumber()),
  is_paid: Flag(),
  number: Type.Optional(WholeNumber()),
  ...spanQuery('created_at'),
}
