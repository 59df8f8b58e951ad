import { uuidv7 } from 'uuidv7'
import { ApiError, notFound } from '../../http/errors.ts'
import { formatMoney, parseMoney } from '../../money/money.ts'
import type { MoneyMethod } from '../../db/enums.ts'
import { moneyMethods } from '../../db/enums.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { requireReferences, referencesOf } from '../orders/references.ts'
import { toOrderRead } from '../orders/presenter.ts'
import { loadReferences } from '../orders/reference-repository.ts'
import { amountDue, debtOf, versioned } from '../orders/rules.ts'
import { saveOrders } from '../orders/save-orders.ts'
import type { ItemRow, OrderRow, OrderState } from '../orders/order-state.ts'
import { quantityOf, thousandthsOf } from '../quantities.ts'
import { lockOrders } from '../orders/repository.ts'
import { requireVersion } from '../../http/etag.ts'
import { giveBack, giveBackUnits, payOff, settle } from './rules.ts'
import type { Settling, Sum } from './rules.ts'
import type { Bill, Pay, PayDebt, Refund, RefundedBill, RefundItem } from './schema.ts'
import { findRequest, savePayments, saveRefund, saveRequest } from './repository.ts'

/** Settles the bill of an order: with money, as a debt, or both. */
export function payOrder(uow: UnitOfWork, id: string, body: Pay): Promise<Bill> {
  const settling: Settling = {
    method: body.payment_method,
    discount: moneyOf(body.discount_amount),
    clearDiscount: body.clear_discount,
    discountReason: body.discount_reason,
    closeOrder: body.close_order ?? true,
    parts: (body.payments ?? []).map(({ method, amount }) => ({ method, amount: parseMoney(amount) })),
    payNow: moneyOf(body.pay_now),
    prepaid: moneyOf(body.prepaid_amount),
    prepaidMethod: body.prepaid_payment_method ?? undefined,
    clientId: body.client_id?.toLowerCase(),
  }
  return once(uow, id, body.idempotency_key, ['pay', settling], async (before) => {
    const { after, taken } = settle(before, settling, uow.now)
    const saved = await saveBill(uow, before, after, settling.clientId)
    await savePayments(
      uow.tx,
      taken.map((sum) => paymentOf(uow, saved, sum)),
    )
    return billOf(saved)
  })
}

const moneyOf = (text: string | number | null | undefined): number | undefined =>
  text === undefined || text === null ? undefined : parseMoney(text)

/** Takes a payment for the debt of an order. */
export function payDebt(uow: UnitOfWork, id: string, body: PayDebt): Promise<Bill> {
  const sum: Sum = { method: body.payment_method ?? 'cash', amount: parseMoney(body.amount) }
  return once(uow, id, body.idempotency_key, ['pay-debt', sum], async (before) => {
    const saved = await saveBill(uow, before, payOff(before, sum, uow.now))
    await savePayments(uow.tx, [paymentOf(uow, saved, sum)])
    return billOf(saved)
  })
}

/** Refunds an amount. */
export function refund(uow: UnitOfWork, id: string, body: Refund): Promise<RefundedBill> {
  const { payment_method: method } = body
  const reason = reasonOf(body)
  const amount = parseMoney(body.amount)
  return once(uow, id, body.idempotency_key, ['refund', amount, method, reason], async (before) => {
    const saved = await saveBill(uow, before, giveBack(before, amount))
    return refundedBill(uow, saved, { amount, method, reason })
  })
}

/** The reason of a refund, under either of its two names. */
const reasonOf = ({ reason, note }: Pick<Refund, 'reason' | 'note'>): string => reason || note || ''

/** Refunds units of one line. */
export function refundItem(uow: UnitOfWork, id: string, body: RefundItem): Promise<RefundedBill> {
  const { quantity: wanted, payment_method: method } = body
  const thousandths = wanted === undefined ? undefined : thousandthsOf(wanted)
  const reason = reasonOf(body)
  const itemId = body.order_item_id.toLowerCase()
  const request = ['refund-item', itemId, wanted, method, reason]
  return once(uow, id, body.idempotency_key, request, async (before) => {
    const { after, returned } = giveBackUnits(before, itemId, thousandths, uow.now)
    const saved = await saveBill(uow, before, after)
    const { amount, item, quantity } = returned
    return refundedBill(uow, saved, { amount, method, reason, item: { ...item, quantity } })
  })
}

/**
 * Runs a payment under the lock of the order. A repeated key with the same request gets the stored answer and changes
 * nothing: of two at once, the second waits for the lock and finds it.
 * @throws ApiError `idempotency_key_reused` when the key came with another request
 */
async function once<Answer extends Bill>(
  { tx, actor }: UnitOfWork,
  id: string,
  key: string | null | undefined,
  content: readonly unknown[],
  work: (before: OrderState) => Promise<Answer>,
): Promise<Answer> {
  const { companyId } = actor.scope
  const [before] = await lockOrders(tx, actor.scope, [id])
  if (!before) throw notFound()
  if (!key) return work(before)
  const request = JSON.stringify(content)
  const done = await findRequest(tx, companyId, key)
  if (done) {
    if (done.orderId !== id || done.request !== request) throw new ApiError('idempotency_key_reused')
    return JSON.parse(done.answer) as Answer
  }
  const answer = await work(before)
  await saveRequest(tx, { companyId, key, orderId: id, request, answer: JSON.stringify(answer) })
  return answer
}

async function saveBill(
  { tx, emit, actor, now, ifMatch }: UnitOfWork,
  before: OrderState,
  changed: OrderState,
  clientId?: string,
): Promise<OrderRow> {
  const references = await loadReferences(tx, actor.scope, referencesOf([before], { clientId }))
  requireVersion(ifMatch, before.order.version, () => toOrderRead(before, references, actor.language))
  requireReferences(references, { client: clientId }, before.order.branchId, 'client_id')
  const after = versioned(before, changed, now)
  await saveOrders(tx, emit, actor, [{ before, after }], references, now)
  return after.order
}

const paymentOf = (
  { actor, now }: UnitOfWork,
  { companyId, branchId, id }: OrderRow,
  { method, amount }: Sum,
) => ({
  companyId,
  branchId,
  orderId: id,
  method,
  amount,
  receivedBy: actor.userId,
  createdAt: now,
})

interface Returned {
  amount: number
  method?: MoneyMethod
  reason: string
  /** The line with the refunded quantity. */
  item?: ItemRow
}

/** Records the refund. The method is that of the request, else of the payment, else cash. */
async function refundedBill(
  { tx, actor, now }: UnitOfWork,
  order: OrderRow,
  { amount, method: asked, reason, item }: Returned,
): Promise<RefundedBill> {
  const method = asked ?? moneyMethods.find((known) => known === order.paymentMethod) ?? 'cash'
  const { companyId, branchId, id: orderId } = order
  const id = uuidv7()
  const row = { id, companyId, branchId, orderId, method, amount, reason }
  await saveRefund(tx, {
    ...row,
    orderItemId: item?.id,
    quantity: item?.quantity,
    refundedBy: actor.userId,
    createdAt: now,
  })
  return {
    ...billOf(order),
    refund: {
      id,
      amount: formatMoney(amount),
      payment_method: method,
      order_item_id: item?.id ?? null,
      quantity: item ? quantityOf(item) : null,
      reason,
      created_at: now.toISOString(),
    },
  }
}

const billOf = (order: OrderRow): Bill => ({
  id: order.id,
  status: order.status,
  is_paid: order.isPaid,
  paid_at: order.paidAt?.toISOString() ?? null,
  payment_method: order.paymentMethod,
  total_amount: formatMoney(order.totalAmount),
  discount_amount: formatMoney(order.discountAmount),
  final_amount: formatMoney(order.totalAmount - order.discountAmount),
  amount_due: formatMoney(amountDue(order)),
  balance_due: formatMoney(debtOf(order)),
  refunded_amount: formatMoney(order.refundedAmount),
  version: order.version,
})
