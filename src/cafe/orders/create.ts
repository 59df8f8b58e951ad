import { uuidv7 } from 'uuidv7'
import type { CafeActor } from '../../accounts/actor.ts'
import type { Tx } from '../../db/database.ts'
import type { Emit } from '../../events/changes.ts'
import { parseMoney } from '../../money.ts'
import { unknownReference } from '../../errors.ts'
import type { Asker } from '../asker.ts'
import { branchForNew } from '../branch-store.ts'
import { checkedReferences } from './checks.ts'
import { refuseShortage } from './portions.ts'
import { readFormOf } from './read-form.ts'
import { findTableBranch, loadReferences } from './reference-store.ts'
import { addLines, priced, wantedLines } from './rules.ts'
import { saveOrders } from './save.ts'
import type { OrderCreate, OrderRead } from './schema.ts'
import type { OrderState } from './state.ts'
import { takeOrderNumber } from './store.ts'

/**
 * Takes an order: one group of reads and locks (table, then the branch's order number), one group of writes. A table may
 * hold any number of open orders; it turns busy with the first.
 */
export async function createOrder(
  tx: Tx,
  emit: Emit,
  actor: Asker,
  body: OrderCreate,
  now: Date,
): Promise<OrderRead> {
  const { companyId } = actor.scope
  const lines = wantedLines(body.items ?? [])
  const tableId = body.table?.toLowerCase() ?? null
  const clientId = body.client?.toLowerCase() ?? null
  const waiterId = body.waiter?.toLowerCase() ?? (actor.role === 'waiter' ? actor.userId : null)
  const branchId = await branchOfNew(tx, actor, body.branch, tableId)
  const [references, { number, businessDay }] = await Promise.all([
    loadReferences(tx, actor.scope, {
      tableIds: [tableId],
      clientIds: [clientId],
      userIds: [waiterId],
      menuItemIds: lines.map((line) => line.menuItemId),
      branchId,
      forChange: true,
    }),
    takeOrderNumber(tx, companyId, branchId, now),
  ])
  checkedReferences(references, { table: tableId, client: clientId, waiter: waiterId }, branchId)
  const empty: OrderState = {
    order: {
      id: uuidv7(),
      companyId,
      branchId,
      number,
      businessDay,
      tableId,
      clientId,
      waiterId,
      guests: body.guests ?? 1,
      status: 'open',
      isPaid: false,
      paidAt: null,
      paymentMethod: '',
      totalAmount: 0,
      discountAmount: parseMoney(body.discount_amount ?? 0),
      paidAmount: 0,
      refundedAmount: 0,
      note: body.note ?? '',
      closedAt: null,
      canceledAt: null,
      canceledBy: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
    items: [],
    tasks: [],
  }
  const after = priced(addLines(empty, lines, references.dishes, { now, newId: uuidv7 }))
  refuseShortage({ after }, references.dishes, lines)
  await saveOrders(tx, emit, actor, [{ after }], references, now)
  return readFormOf(after, references, actor.language)
}

/** A company-wide actor's order belongs where its table stands; that one look-up comes before everything else. */
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
