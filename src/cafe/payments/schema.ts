import { Type } from 'typebox'
import { moneyMethods, orderStatuses, paymentMethods } from '../../db/enums.ts'
import { Instant, Money, MoneyInput, Nullable, Text, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'
import { ignoredInPayments, ignoring } from '../../http/unknown-fields/ignored.ts'
import { dueAmounts, Quantity } from '../orders/schema.ts'

const settling = ['cash', 'card', 'transfer', 'debt', 'split'] as const
const MoneyMethod = () => Type.Enum([...moneyMethods])

const idempotencyKey = Type.Optional(
  Nullable(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Made by the client, such as the id of the payment at the terminal. The same key in the company is the same ' +
        'request: it is done once and answered alike; with another content it is refused.',
    }),
  ),
)

const Part = Type.Object({
  method: Type.Enum([...moneyMethods, 'debt']),
  amount: MoneyInput(),
})

export const Pay = Type.Object({
  payment_method: Type.Enum([...settling]),
  discount_amount: Type.Optional(
    MoneyInput({
      description:
        'Replaces the discount agreed before; left out or 0, that one holds: forms send 0 for a field nobody touched.',
    }),
  ),
  discount_reason: Type.Optional(Text(500)),
  clear_discount: Type.Optional(Type.Boolean({ description: 'Takes the discount agreed before off.' })),
  close_order: Type.Optional(
    Type.Boolean({
      description: 'Default true. The kitchen goes on with what it has: prepaid food is cooked.',
    }),
  ),
  payments: Type.Optional(
    Type.Array(Part, {
      maxItems: 50,
      description: 'Parts of a split: they add up to the amount due exactly; a part `debt` is paid later.',
    }),
  ),
  pay_now: Type.Optional(
    Nullable(MoneyInput({ description: 'How much is paid now of what is due; the rest is owed.' })),
  ),
  prepaid_amount: Type.Optional(
    Nullable(
      MoneyInput({
        description: 'With `debt`: what is paid now, less than the amount due; the rest is owed.',
      }),
    ),
  ),
  prepaid_payment_method: Type.Optional(
    Nullable(Type.Enum([...moneyMethods], { description: 'How that part is paid; cash when left out.' })),
  ),
  client_id: Type.Optional(
    Nullable(Uuid({ description: 'Becomes the client of the order; a debt needs one.' })),
  ),
  idempotency_key: idempotencyKey,
})
export type Pay = Infer<typeof Pay>

export const PayDebt = Type.Object(
  {
    amount: MoneyInput(),
    payment_method: Type.Optional(MoneyMethod()),
    idempotency_key: idempotencyKey,
  },
  ignoring(ignoredInPayments),
)
export type PayDebt = Infer<typeof PayDebt>

const refunding = {
  payment_method: Type.Optional(MoneyMethod()),
  reason: Type.Optional(Text(500)),
  note: Type.Optional(Type.String({ maxLength: 500, description: 'Another name of `reason`.' })),
  idempotency_key: idempotencyKey,
}

export const Refund = Type.Object({ amount: MoneyInput(), ...refunding })
export type Refund = Infer<typeof Refund>

export const RefundItem = Type.Object({
  order_item_id: Uuid(),
  quantity: Type.Optional(Quantity()),
  ...refunding,
})
export type RefundItem = Infer<typeof RefundItem>

/** The payment state of an order. */
const bill = {
  id: Uuid(),
  status: Type.Enum([...orderStatuses]),
  is_paid: Type.Boolean(),
  paid_at: Nullable(Instant()),
  payment_method: Type.Enum([...paymentMethods]),
  total_amount: Money(),
  discount_amount: Money(),
  final_amount: Money(),
  ...dueAmounts,
  refunded_amount: Money(),
  version: Type.Integer(),
}

export const Bill = Type.Object(bill)
export type Bill = Infer<typeof Bill>

export const RefundedBill = Type.Object({
  ...bill,
  refund: Type.Object({
    id: Uuid(),
    amount: Money(),
    payment_method: MoneyMethod(),
    order_item_id: Nullable(Uuid()),
    quantity: Nullable(Type.Number()),
    reason: Type.String(),
    created_at: Instant(),
  }),
})
export type RefundedBill = Infer<typeof RefundedBill>
