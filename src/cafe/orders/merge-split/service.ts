import { uuidv7 } from 'uuidv7'
import { fieldError, notFound, unknownReference } from '../../../http/errors.ts'
import type { UnitOfWork } from '../../unit-of-work.ts'
import { requireVersion } from '../../../http/etag.ts'
import { requireReferences, referencesOf } from '../references.ts'
import { toOrderRead } from '../presenter.ts'
import { loadReferences } from '../reference-repository.ts'
import { saveOrders } from '../save-orders.ts'
import { guestsOf } from '../schema.ts'
import type { OrderRead } from '../schema.ts'
import { lockOrders, takeOrderNumber } from '../repository.ts'
import { leavingUnits, merged, requireSameBranch, split } from './rules.ts'
import type { OrderMerge, OrderSplit, SplitReply } from './schema.ts'

/** Merges other orders into this one and deletes them. All are locked together, so no line is lost. */
export async function mergeOrders(uow: UnitOfWork, id: string, body: OrderMerge): Promise<OrderRead> {
  const { tx, emit, actor, now, ifMatch } = uow
  const field = body.orders ? 'orders' : 'order'
  const ids = [
    ...new Set(
      [...(body.orders ?? []), ...(body.order ? [body.order] : [])].map((each) => each.toLowerCase()),
    ),
  ]
  if (ids.length === 0) throw fieldError('orders', 'required')
  if (ids.includes(id)) throw fieldError(field, 'merge_with_itself')
  const states = new Map(
    (await lockOrders(tx, actor.scope, [id, ...ids])).map((state) => [state.order.id, state]),
  )
  const target = states.get(id)
  if (!target) throw notFound()
  const sources = ids.map((each) => {
    const source = states.get(each)
    if (!source) throw unknownReference(field, each)
    return source
  })
  requireSameBranch(target, sources, field)
  const references = await loadReferences(tx, actor.scope, referencesOf([target, ...sources]))
  requireVersion(ifMatch, target.order.version, () => toOrderRead(target, references, actor.language))
  const after = merged(target, sources, now, field)
  const gone = sources.map((before) => ({ before, mergedInto: id }))
  await saveOrders(tx, emit, actor, [{ before: target, after }, ...gone], references, now)
  return toOrderRead(after, references, actor.language)
}

/** Moves some units to a new order with its own number, at the same table or another. */
export async function splitOrder(uow: UnitOfWork, id: string, body: OrderSplit): Promise<SplitReply> {
  const { tx, emit, actor, now, ifMatch } = uow
  const leaving = leavingUnits(body.items)
  const [before] = await lockOrders(tx, actor.scope, [id])
  if (!before) throw notFound()
  const { order } = before
  const tableId = body.table === undefined ? order.tableId : (body.table?.toLowerCase() ?? null)
  const [references, numbered] = await Promise.all([
    loadReferences(tx, actor.scope, referencesOf([before], { tableId })),
    takeOrderNumber(tx, order.companyId, order.branchId, now),
  ])
  requireVersion(ifMatch, order.version, () => toOrderRead(before, references, actor.language))
  if (tableId !== order.tableId) requireReferences(references, { table: tableId }, order.branchId)
  const off = { id: uuidv7(), ...numbered, tableId, guests: guestsOf(body.guests) }
  const { rest, part } = split(before, leaving, off, { now, newId: uuidv7 })
  await saveOrders(tx, emit, actor, [{ before, after: rest }, { after: part }], references, now)
  const [kept, made] = [rest, part].map((state) => toOrderRead(state, references, actor.language))
  return { order: kept!, new_order: made! }
}
