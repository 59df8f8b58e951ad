import { uuidv7 } from 'uuidv7'
import type { CafeActor } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import { created, done } from '../../idempotency/run-once.ts'
import type { Answer } from '../../idempotency/run-once.ts'
import { parseMoney } from '../../money/money.ts'
import { fieldError, unknownReference } from '../../http/errors.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { branchForNew } from '../branch-repository.ts'
import { requireReferences } from './references.ts'
import { refuseShortage } from './stock-rules.ts'
import { toOrderRead } from './presenter.ts'
import { findTableBranch, loadReferences } from './reference-repository.ts'
import { addLines, priced, recorded } from './rules.ts'
import { sentLines, requestedLines } from './requested-lines.ts'
import { contentHash, requireSameOrder } from './repeated-order.ts'
import { saveOrders } from './save-orders.ts'
import { guestsOf } from './schema.ts'
import type { OrderCreate, OrderRead } from './schema.ts'
import type { OrderState } from './order-state.ts'
import { findOrder, findTakenWith, isOrderIdTaken, takeOrderNumber } from './repository.ts'

/**
 * Takes an order. With a client's id it is created once: a repeated request, from any user, is answered with the
 * present order.
 * @throws FieldError on `id` when its order is of another branch or deleted; ApiError `id_taken` when it was taken
 *   with other content
 */
export async function takeOrder(uow: UnitOfWork, body: OrderCreate): Promise<Answer<OrderRead>> {
  const { tx, actor } = uow
  const id = body.id?.toLowerCase()
  if (!id || !(await isOrderIdTaken(tx, actor.scope.companyId, id))) {
    return created(await createOrder(uow, body, id ?? uuidv7()))
  }
  const [order, takenWith] = await Promise.all([
    findOrder(tx, actor, id),
    findTakenWith(tx, actor.scope.companyId, id),
  ])
  if (!order) throw fieldError('id', 'not_unique')
  requireSameOrder(order, takenWith, body)
  return done(order)
}

/**
 * Takes an order: one group of reads and locks (table, then the branch's order number), one group of writes. A table
 * may have several open orders; it becomes busy with the first.
 */
async function createOrder(
  { tx, emit, actor, now }: UnitOfWork,
  body: OrderCreate,
  id: string,
): Promise<OrderRead> {
  const { companyId } = actor.scope
  const sent = sentLines(body.items ?? [])
  const tableId = body.table?.toLowerCase() ?? null
  const clientId = body.client?.toLowerCase() ?? null
  const waiterId = body.waiter?.toLowerCase() ?? (actor.role === 'waiter' ? actor.userId : null)
  const branchId = await branchOfNew(tx, actor, body.branch, tableId)
  const [references, { number, businessDay }] = await Promise.all([
    loadReferences(tx, actor.scope, {
      tableIds: [tableId],
      clientIds: [clientId],
      userIds: [waiterId],
      menuItemIds: sent.map((line) => line.menuItemId),
      branchId,
      forChange: true,
    }),
    takeOrderNumber(tx, companyId, branchId, now),
  ])
  requireReferences(references, { table: tableId, client: clientId, waiter: waiterId }, branchId)
  const empty: OrderState = {
    order: {
      id,
      companyId,
      branchId,
      number,
      businessDay,
      tableId,
      clientId,
      waiterId,
      guests: guestsOf(body.guests),
      status: 'open',
      isPaid: false,
      paidAt: null,
      paymentMethod: '',
      totalAmount: 0,
      discountAmount: parseMoney(body.discount_amount ?? 0),
      discountReason: body.discount_reason?.trim() ?? '',
      paidAmount: 0,
      refundedAmount: 0,
      note: body.note ?? '',
      closedAt: null,
      canceledAt: null,
      canceledBy: null,
      takenWith: body.id ? contentHash(body) : null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
    items: [],
    tasks: [],
  }
  const lines = requestedLines(sent, references.dishes)
  const after = recorded(priced(addLines(empty, lines, references.dishes, { now, newId: uuidv7 })))
  refuseShortage({ after }, references.dishes, lines)
  await saveOrders(tx, emit, actor, [{ after }], references, now)
  return toOrderRead(after, references, actor.language)
}

/** For a company-wide actor the branch is that of the table, so the table is looked up first. */
async function branchOfNew(
  tx: Tx,
  actor: CafeActor,
  named: string | null | undefined,
  tableId: string | null,
): Promise<string | null> {
  if (!actor.scope.companyWide || !tableId) return branchForNew(tx, actor, named)
  const table = await findTableBranch(tx, actor.scope, tableId)
  if (!table) throw unknownReference('table', tableId)
  return branchForNew(tx, actor, named, table.branchId)
}
