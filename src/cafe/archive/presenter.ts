import type { Language } from '../../i18n/messages.ts'
import { translate } from '../../i18n/translate.ts'
import { formatMoney } from '../../money/money.ts'
import { toOrderLine } from '../orders/presenter.ts'
import { amountDue, debtOf } from '../orders/rules.ts'
import type { ArchivedOrder } from './schema.ts'
import type { ArchiveRow } from '../orders/bill.ts'
import type { RefundedUnits } from '../orders/order-state.ts'

export const toArchivedOrder = (
  row: ArchiveRow,
  refunded: RefundedUnits,
  language: Language,
): ArchivedOrder => ({
  id: row.id,
  original_order_id: row.deletedAt ? null : row.id,
  company: row.companyId,
  branch: row.branchId,
  number: row.number,
  business_day: row.businessDay,
  table: row.tableId,
  table_number: row.tableNumber,
  zone: row.zoneId,
  zone_title: row.zoneTitle,
  client: row.clientId,
  client_name: row.clientName,
  waiter: row.waiterId,
  waiter_label: row.waiterLabel,
  guests: row.guests,
  status: row.status,
  status_display: translate(language, `order_${row.status}`),
  is_paid: row.isPaid,
  paid_at: row.paidAt?.toISOString() ?? null,
  payment_method: row.paymentMethod,
  total_amount: formatMoney(row.totalAmount),
  discount_amount: formatMoney(row.discountAmount),
  discount_reason: row.discountReason,
  final_amount: formatMoney(row.totalAmount - row.discountAmount),
  amount_due: formatMoney(amountDue(row)),
  balance_due: formatMoney(debtOf(row)),
  refunded_amount: formatMoney(row.refundedAmount),
  note: row.note,
  closed_at: row.closedAt?.toISOString() ?? null,
  canceled_at: row.canceledAt?.toISOString() ?? null,
  canceled_by: row.canceledBy,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
  deleted_at: row.deletedAt?.toISOString() ?? null,
  archived_at: row.archivedAt.toISOString(),
  version: row.version,
  items: row.lines.map((line) => toOrderLine({ ...line, saleUnit: line.saleUnit ?? 'pcs' }, row, refunded)),
})
