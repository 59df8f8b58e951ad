import { moneyMethods } from '../../db/enums.ts'
import type { SaleUnit } from '../../db/enums.ts'
import { formatMoney } from '../../money/money.ts'
import { average } from './rules.ts'
import type { SalesSummary, SoldCategory, SoldItem } from './schema.ts'
import type { Days } from './sales-sql.ts'

/** Rows of the statements: amounts in minor units, as text if they may be large. */
export type DayRow = Record<
  'date' | 'guests' | 'items' | 'gross' | 'discount' | 'refunded' | 'paid',
  string
> &
  Record<'orders' | 'cancelled', number>
export type MethodRow = Record<'method' | 'paid' | 'refunded', string> & { orders: number }
type SoldAmount = 'quantity' | 'refunded_quantity' | 'gross' | 'discount' | 'refunded' | 'revenue'
export type SoldRow = Record<SoldAmount | 'title' | 'category_title', string> &
  Record<'menu_item' | 'category', string | null> & { sale_unit: SaleUnit | null } & Record<
    'orders' | 'share',
    number
  >

/** One business day, or several summed up; amounts in minor units. */
export interface DayFigures {
  readonly date: string
  readonly orders: number
  readonly cancelled: number
  readonly guests: number
  /** Units sold. */
  readonly items: number
  readonly gross: number
  readonly discount: number
  readonly refunded: number
  readonly paid: number
}

export type MethodFigures = SalesSummary['payment_methods'][number]

export const dayFiguresOf = ({ date, orders, cancelled, ...amounts }: DayRow): DayFigures => ({
  date,
  orders,
  cancelled,
  guests: Number(amounts.guests),
  items: Number(amounts.items),
  gross: Number(amounts.gross),
  discount: Number(amounts.discount),
  refunded: Number(amounts.refunded),
  paid: Number(amounts.paid),
})

/** Every payment method in a fixed order, also unused ones. */
export const methodFiguresOf = (rows: readonly MethodRow[]): MethodFigures[] =>
  moneyMethods.map((method) => {
    const row = rows.find((candidate) => candidate.method === method)
    const [paid, refunded] = [Number(row?.paid ?? 0), Number(row?.refunded ?? 0)]
    return {
      payment_method: method,
      orders: row?.orders ?? 0,
      paid_total: formatMoney(paid),
      refund_total: formatMoney(refunded),
      net_total: formatMoney(paid - refunded),
    }
  })

export function summaryOf(
  days: Days,
  figures: readonly DayFigures[],
  methods: MethodFigures[],
): SalesSummary {
  const sum = (of: (day: DayFigures) => number) => figures.reduce((total, day) => total + of(day), 0)
  const whole: DayFigures = {
    date: days.from,
    orders: sum(({ orders }) => orders),
    cancelled: sum(({ cancelled }) => cancelled),
    guests: sum(({ guests }) => guests),
    items: sum(({ items }) => items),
    gross: sum(({ gross }) => gross),
    discount: sum(({ discount }) => discount),
    refunded: sum(({ refunded }) => refunded),
    paid: sum(({ paid }) => paid),
  }
  return {
    date_from: days.from,
    date_to: days.to,
    ...sumsOf(whole),
    revenue: formatMoney(netOf(whole)),
    orders_count: whole.orders,
    items_qty: whole.items,
    average_per_guest: formatMoney(average(netOf(whole), whole.guests)),
    paid_total: formatMoney(whole.paid),
    balance_due: formatMoney(whole.gross - whole.discount - whole.paid),
    cancelled_orders: whole.cancelled,
    payment_methods: methods,
    days: figures.filter(({ orders }) => orders > 0).map((day) => ({ date: day.date, ...sumsOf(day) })),
  }
}

const netOf = ({ gross, discount, refunded }: DayFigures): number => gross - discount - refunded

const sumsOf = (figures: DayFigures) => ({
  orders: figures.orders,
  guests: figures.guests,
  gross_total: formatMoney(figures.gross),
  discount_total: formatMoney(figures.discount),
  refund_total: formatMoney(figures.refunded),
  net_total: formatMoney(netOf(figures)),
  average_check: formatMoney(average(netOf(figures), figures.orders)),
})

export const soldItemOf = (row: SoldRow): SoldItem => ({
  line_kind: row.menu_item === null ? 'service' : 'menu',
  menu_item: row.menu_item,
  sale_unit: row.sale_unit ?? 'pcs',
  title: row.title,
  category: row.category,
  category_id: row.category,
  category_title: row.category_title,
  ...shareOf(row),
})

export const soldCategoryOf = (row: SoldRow): SoldCategory => ({
  category: row.category,
  category_id: row.category,
  title: row.title,
  ...shareOf(row),
})

const shareOf = (row: SoldRow) => ({
  quantity: Number(row.quantity),
  qty: Number(row.quantity),
  refunded_quantity: Number(row.refunded_quantity),
  orders: row.orders,
  gross_total: formatMoney(Number(row.gross)),
  discount_total: formatMoney(Number(row.discount)),
  refund_total: formatMoney(Number(row.refunded)),
  revenue: formatMoney(Number(row.revenue)),
  // hundredths of a percent have two decimals, like money
  share: formatMoney(row.share),
})
