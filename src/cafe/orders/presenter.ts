import type { Language } from '../../i18n/messages.ts'
import { translate } from '../../i18n/translate.ts'
import { formatMoney } from '../../money/money.ts'
import { isWeighed, quantityOf, totalOf } from '../quantities.ts'
import type { References } from './references.ts'
import { amountDue, debtOf, isLive } from './rules.ts'
import type { OrderItemRead, OrderRead, TaskCounts } from './schema.ts'
import type { ItemRow, OrderState, RefundedUnits, ShownOrder, TaskRow } from './order-state.ts'

const noTasks: TaskCounts = { pending: 0, in_progress: 0, ready: 0, cancelled: 0 }

/** Number of tasks per status of every line. */
export function countTasks(
  tasks: Iterable<Pick<TaskRow, 'orderItemId' | 'status'> & { count?: number }>,
): Map<string, TaskCounts> {
  const counts = new Map<string, TaskCounts>()
  for (const { orderItemId, status, count = 1 } of tasks) {
    const line = counts.get(orderItemId) ?? { ...noTasks }
    line[status] += count
    counts.set(orderItemId, line)
  }
  return counts
}

/** What an order shows, without its tasks. */
type ShownState = Pick<OrderState, 'items' | 'refunded'> & { readonly order: ShownOrder }

/** An order as clients read it, the same over HTTP and in events. */
export const toOrderRead = (state: OrderState, references: References, language: Language): OrderRead =>
  toOrder(state, countTasks(state.tasks), references, language)

export function toOrder(
  { order, items, refunded }: ShownState,
  tasks: ReadonlyMap<string, TaskCounts>,
  { tables, zoneTitles, clientNames, people }: References,
  language: Language,
): OrderRead {
  const table = order.tableId ? tables.get(order.tableId) : undefined
  const finalAmount = order.totalAmount - order.discountAmount
  return {
    id: order.id,
    company: order.companyId,
    branch: order.branchId,
    number: order.number,
    business_day: order.businessDay,
    table: order.tableId,
    table_number: table?.number ?? null,
    zone: table?.zoneId ?? null,
    zone_title: (table?.zoneId && zoneTitles.get(table.zoneId)) ?? null,
    client: order.clientId,
    client_name: (order.clientId && clientNames.get(order.clientId)) ?? '',
    waiter: order.waiterId,
    waiter_label: (order.waiterId && people.get(order.waiterId)?.label) ?? '',
    guests: order.guests,
    status: order.status,
    status_display: translate(language, `order_${order.status}`),
    is_paid: order.isPaid,
    paid_at: order.paidAt?.toISOString() ?? null,
    payment_method: order.paymentMethod,
    total_amount: formatMoney(order.totalAmount),
    discount_amount: formatMoney(order.discountAmount),
    discount_reason: order.discountReason,
    final_amount: formatMoney(finalAmount),
    amount_due: formatMoney(amountDue(order)),
    balance_due: formatMoney(debtOf(order)),
    refunded_amount: formatMoney(order.refundedAmount),
    note: order.note,
    closed_at: order.closedAt?.toISOString() ?? null,
    canceled_at: order.canceledAt?.toISOString() ?? null,
    canceled_by: order.canceledBy,
    created_at: order.createdAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
    version: order.version,
    items: items.filter(isLive).map((item) => toOrderItem(item, order, refunded, tasks.get(item.id))),
  }
}

export const toOrderItem = (
  item: ItemRow,
  order: Paid,
  refunded: RefundedUnits | undefined,
  tasks: TaskCounts = noTasks,
): OrderItemRead => ({ ...toOrderLine(item, order, refunded), tasks })

/** Payments and refunds of a bill. */
type Paid = Pick<ShownOrder, 'paidAmount' | 'refundedAmount'>

/** A line without its tasks, on an order or on a bill of the archive. */
export const toOrderLine = (
  line: Pick<ItemRow, 'id' | 'menuItemId' | 'title' | 'price' | 'saleUnit' | 'quantity' | 'note'>,
  { paidAmount, refundedAmount }: Paid,
  refunded: RefundedUnits = new Map(),
): Omit<OrderItemRead, 'tasks'> => {
  const { quantity, saleUnit } = line
  const returned = refunded.get(line.id) ?? 0
  const left = paidAmount > refundedAmount ? quantity - returned : 0
  return {
    id: line.id,
    line_kind: line.menuItemId === null ? 'service' : 'menu',
    menu_item: line.menuItemId,
    menu_item_title: line.title,
    menu_item_price: formatMoney(line.price),
    service_title: line.menuItemId === null ? line.title : '',
    unit_price: formatMoney(line.price),
    is_sold_by_weight: isWeighed(line),
    sale_unit: line.saleUnit,
    quantity: quantityOf(line),
    note: line.note,
    comment: line.note,
    line_total: formatMoney(totalOf(line)),
    refunded_quantity: quantityOf({ quantity: returned, saleUnit }),
    refundable_quantity: quantityOf({ quantity: left, saleUnit }),
  }
}
