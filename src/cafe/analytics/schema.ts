import { Type } from 'typebox'
import { moneyMethods, saleUnits } from '../../db/enums.ts'
import { listQuery } from '../../http/pagination.ts'
import { ClockMinute, Money, Nullable, Page, Uuid } from '../../http/schemas.ts'
import type { Infer } from '../../http/schemas.ts'

const day = (description: string) => Type.Optional(Type.String({ format: 'date', description }))

/** Business days of the bills, inclusive. */
export const dayRange = {
  date_from: day('First business day. Default: 29 days before the last one.'),
  date_to: day('Last business day, inclusive. Default: today, where today is latest.'),
}

/** Time of day; orders count by when they were taken. */
export const timeRange = {
  time_from: Type.Optional(ClockMinute({ description: 'From this minute on, by the clock of the branch.' })),
  time_to: Type.Optional(
    ClockMinute({ description: 'Up to this minute, inclusive; before `time_from` it is past midnight.' }),
  ),
}

const sums = {
  orders: Type.Integer(),
  guests: Type.Integer(),
  gross_total: Money(),
  discount_total: Money(),
  refund_total: Money(),
  net_total: Money(),
  average_check: Money(),
}

export const SalesSummary = Type.Object({
  date_from: Type.String({ format: 'date' }),
  date_to: Type.String({ format: 'date' }),
  ...sums,
  revenue: Money(),
  orders_count: Type.Integer({ description: 'The same as `orders`.' }),
  items_qty: Type.Number({ description: 'Units sold.' }),
  average_per_guest: Money(),
  paid_total: Money(),
  balance_due: Money(),
  cancelled_orders: Type.Integer(),
  payment_methods: Type.Array(
    Type.Object({
      payment_method: Type.Enum([...moneyMethods]),
      orders: Type.Integer({ description: 'Bills on which money was taken this way.' }),
      paid_total: Money(),
      refund_total: Money(),
      net_total: Money(),
    }),
  ),
  days: Type.Array(Type.Object({ date: Type.String({ format: 'date' }), ...sums })),
})
export type SalesSummary = Infer<typeof SalesSummary>

const share = {
  quantity: Type.Number({ description: 'Pieces sold, and kilograms or grams of what is sold by weight.' }),
  qty: Type.Number({ description: 'The same as `quantity`.' }),
  refunded_quantity: Type.Number({ description: 'Units of these that were given back.' }),
  orders: Type.Integer(),
  gross_total: Money(),
  discount_total: Money(),
  refund_total: Money(),
  revenue: Money(),
  share: Type.String({
    pattern: '^\\d+\\.\\d{2}$',
    examples: ['59.23'],
    description: 'Per cent of the whole revenue.',
  }),
}

export const SoldItem = Type.Object({
  line_kind: Type.Enum(['menu', 'service']),
  menu_item: Nullable(Uuid({ description: 'Null for a service.' })),
  sale_unit: Type.Enum([...saleUnits], { description: 'What `quantity` counts.' }),
  title: Type.String({ description: 'As it stands on the latest of these bills.' }),
  category: Nullable(Uuid()),
  category_id: Nullable(Uuid({ description: 'The same as `category`.' })),
  category_title: Type.String(),
  ...share,
})
export type SoldItem = Infer<typeof SoldItem>

export const SoldCategory = Type.Object({
  category: Nullable(Uuid({ description: 'Null for services.' })),
  category_id: Nullable(Uuid({ description: 'The same as `category`.' })),
  title: Type.String(),
  ...share,
})
export type SoldCategory = Infer<typeof SoldCategory>

const days = { date_from: SalesSummary.properties.date_from, date_to: SalesSummary.properties.date_to }

export const SoldItems = Type.Object({ ...days, ...Page(SoldItem).properties })
export const SoldCategories = Type.Object({ ...days, ...Page(SoldCategory).properties })

export const soldQuery = Type.Object({
  ...listQuery,
  ...dayRange,
  ...timeRange,
  category: Type.Optional(Uuid()),
})
export type SoldQuery = Infer<typeof soldQuery>
