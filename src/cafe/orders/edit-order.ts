import { uuidv7 } from 'uuidv7'
import { ApiError, FieldError, fieldError, notFound } from '../../http/errors.ts'
import { formatMoney, parseMoney } from '../../money/money.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { requireVersion, narrowed } from '../../http/etag.ts'
import { requireReferences, referencesOf } from './references.ts'
import { discounted } from './discount-rules.ts'
import { refuseShortage } from './stock-rules.ts'
import { toOrderRead } from './presenter.ts'
import { loadReferences } from './reference-repository.ts'
import type { References, NewReferences } from './references.ts'
import {
  addLines,
  changeLine,
  changeStatus,
  isLive,
  requireOpenOrder,
  requireOpenBill,
  refusePaidOrder,
  refuseWhileCooking,
  priced,
  removeLine,
  versioned,
  withOrder,
} from './rules.ts'
import type { LineChange, RowDefaults } from './rules.ts'
import {
  earlierNotes,
  noteSent,
  quantitySent,
  rejectionSent,
  sentLines,
  serviceOf,
  serviceSent,
  requestedLines,
} from './requested-lines.ts'
import { thousandthsOf } from '../quantities.ts'
import { saveOrders } from './save-orders.ts'
import { guestsOf } from './schema.ts'
import type { LinePatch, NewLine, OrderPatch, OrderPatched, OrderRead } from './schema.ts'
import type { RequestedLine } from './requested-lines.ts'
import type { ItemRow, OrderRow, OrderState, Reading } from './order-state.ts'
import { lockOrders } from './repository.ts'
import { findReading } from './line-list/last-seen-repository.ts'
import { knowledgeOf } from './line-list/seen-lines.ts'
import type { NotedReading } from './line-list/seen-lines.ts'
import { replaceLines } from './line-list/rules.ts'
import type { ListEdit } from './line-list/rules.ts'

/**
 * Changes any of an order's fields, its whole list of lines, and its status. `version` means the same as `If-Match`.
 * A client that sends neither may not know all lines, see `replaceLines`.
 */
export function patchOrder(given: UnitOfWork, id: string, patch: OrderPatch): Promise<OrderPatched> {
  const uow = { ...given, ifMatch: narrowed(given.ifMatch, patch.version) }
  const sent = patch.items && sentLines(patch.items)
  const wanted = {
    tableId: patch.table === undefined ? undefined : (patch.table?.toLowerCase() ?? null),
    clientId: patch.client === undefined ? undefined : (patch.client?.toLowerCase() ?? null),
    waiterId: patch.waiter === undefined ? undefined : (patch.waiter?.toLowerCase() ?? null),
  }
  const menuItemIds = sent?.map((line) => line.menuItemId)
  const needs = { ...wanted, menuItemIds, reading: sent !== undefined && uow.ifMatch === null }
  return editOrder(uow, id, needs, (state, references, defaults) => {
    let list: ListEdit | undefined
    // reopening comes first and closing last, so that one request may reopen, correct and close
    let next = patch.status === 'open' ? changeStatus(state, 'open', uow.actor, uow.now) : state
    const changes = definedOf({
      ...wanted,
      guests: patch.guests === undefined ? undefined : guestsOf(patch.guests),
      note: patch.note,
      ...discountOf(next.order, patch),
    })
    // client, waiter and note may change later; table and guests may not
    if (hasOther(next.order, changes, ['tableId', 'guests'])) requireOpenOrder(next)
    if (hasOther(next.order, changes, ['discountAmount', 'discountReason'])) requireOpenBill(next)
    next = withChanges(next, changes)
    let lines: RequestedLine[] | undefined
    if (sent) {
      // nobody can have added lines to a finished order
      const isShared = defaults.read !== undefined && state.order.status === 'open'
      const knowledge = isShared ? knowledgeOf(state, sent, defaults.read ?? null) : undefined
      lines = requestedLines(sent, references.dishes, state.items, knowledge?.lines)
      list = replaceLines(next, lines, references.dishes, defaults, knowledge)
      const isWithout = list.after === state && list.kept.length > 0 && knowledge?.from !== 'read'
      if (list.isUnclear || isWithout) return { after: state, isUnclear: true }
      if (list.after !== next) requireOpenBill(next)
      next = list.after
    }
    refuseShortage({ before: state, after: next }, references.dishes, lines, 'status')
    const after =
      patch.status && patch.status !== 'open' ? changeStatus(next, patch.status, uow.actor, uow.now) : next
    return { after, reading: list?.reading, kept: list?.kept }
  })
}

/** Adds lines to an order; lines that others added meanwhile stay. */
export function addOrderLines(uow: UnitOfWork, id: string, lines: readonly NewLine[]): Promise<OrderRead> {
  const sent = sentLines(lines)
  const menuItemIds = sent.map((line) => line.menuItemId)
  return editOrder(uow, id, { menuItemIds }, (state, references, defaults) => {
    requireOpenBill(state)
    const wanted = requestedLines(sent, references.dishes)
    const after = addLines(state, wanted, references.dishes, defaults)
    refuseShortage({ before: state, after }, references.dishes, wanted)
    return { after }
  })
}

/**
 * Adds one line.
 * @throws FieldError on the fields of the body, not under `items`
 */
export async function addOneLine(uow: UnitOfWork, orderId: string, line: NewLine): Promise<OrderRead> {
  try {
    return await addOrderLines(uow, orderId, [line])
  } catch (error) {
    const items = error instanceof FieldError ? error.errors.items : undefined
    const [ofLine] = Array.isArray(items) ? items : []
    throw ofLine && !('key' in ofLine) ? new FieldError(ofLine) : error
  }
}

/** Changes one line of an order, or removes it as rejected. */
export function patchOrderLine(
  uow: UnitOfWork,
  id: string,
  lineId: string,
  patch: LinePatch,
): Promise<OrderRead> {
  return editOrder(uow, id, {}, (state, references, defaults) => {
    const item = lineOf(state, lineId)
    requireOpenBill(state)
    const rejection = rejectionSent(patch)
    if (rejection !== undefined) return { after: removeLine(state, item, uow.now, rejection) }
    const after = changeLine(state, item, lineChange(item, patch), references.dishes, defaults)
    refuseShortage({ before: state, after }, references.dishes)
    return { after }
  })
}

/** @throws FieldError on a field of the line */
function lineChange(item: ItemRow, { quantity, service_title, unit_price, ...texts }: LinePatch): LineChange {
  const service = serviceOf(item)
  const thousandths = quantity === undefined ? undefined : thousandthsOf(quantity)
  return {
    quantity: thousandths === undefined ? undefined : quantitySent(thousandths, item.saleUnit),
    note: noteSent(
      { note: texts.note?.trim(), comment: texts.comment?.trim() },
      item.note,
      fieldError,
      earlierNotes(item),
    ),
    service:
      service &&
      serviceSent(service_title ?? service.title, unit_price ?? formatMoney(service.price), fieldError),
  }
}

/** Removes one line from an order. */
export function removeOrderLine(uow: UnitOfWork, id: string, lineId: string): Promise<OrderRead> {
  return editOrder(uow, id, {}, (state) => {
    const item = lineOf(state, lineId)
    requireOpenBill(state)
    return { after: removeLine(state, item, uow.now) }
  })
}

/**
 * Deletes an order with its lines and tasks; its table becomes free unless it has another open order.
 * @throws ApiError `already_paid` while it is open and has payments, `in_use` while the kitchen works on it
 */
export async function deleteOrder(uow: UnitOfWork, id: string): Promise<void> {
  const { tx, emit, actor, now, ifMatch } = uow
  const [before] = await lockOrders(tx, actor.scope, [id])
  if (!before) throw notFound()
  const references = await loadReferences(tx, actor.scope, referencesOf([before]))
  requireVersion(ifMatch, before.order.version, () => toOrderRead(before, references, actor.language))
  if (before.order.status === 'open') refusePaidOrder(before)
  refuseWhileCooking(before)
  await saveOrders(tx, emit, actor, [{ before }], references, now)
}

/** An order after an edit. */
interface Step {
  after: OrderState
  /** What the client knows of the lines afterwards, if not simply what it changed. */
  reading?: Reading
  /** Lines that stay although the list does not have them. */
  kept?: readonly string[]
  /** The client must read the order first. */
  isUnclear?: boolean
}

/**
 * Locks the order, loads what the step needs, applies the pure step, then saves the difference and emits its events.
 * @throws ApiError `list_incomplete` with the order as it is
 */
async function editOrder(
  { tx, emit, actor, now, ifMatch }: UnitOfWork,
  id: string,
  needs: NewReferences & { reading?: boolean },
  step: (
    state: OrderState,
    references: References,
    defaults: RowDefaults & { read?: NotedReading | null },
  ) => Step,
): Promise<OrderPatched> {
  const [before] = await lockOrders(tx, actor.scope, [id])
  if (!before) throw notFound()
  const [references, read] = await Promise.all([
    loadReferences(tx, actor.scope, referencesOf([before], needs)),
    needs.reading ? findReading(tx, actor, id) : undefined,
  ])
  requireVersion(ifMatch, before.order.version, () => toOrderRead(before, references, actor.language))
  const { tableId: table, clientId: client, waiterId: waiter } = needs
  const { order } = before
  requireReferences(
    references,
    {
      table: table === order.tableId ? null : table,
      client: client === order.clientId ? null : client,
      waiter: waiter === order.waiterId ? null : waiter,
    },
    order.branchId,
  )
  const stepped = step(before, references, { now, newId: uuidv7, read })
  if (stepped.isUnclear)
    throw new ApiError('list_incomplete', {
      extra: { current: toOrderRead(before, references, actor.language) },
    })
  const after = stepped.after === before ? before : versioned(before, priced(stepped.after), now)
  await saveOrders(tx, emit, actor, [{ before, after, reading: stepped.reading }], references, now)
  const form = toOrderRead(after, references, actor.language)
  return stepped.kept?.length ? { ...form, kept: [...stepped.kept] } : form
}

function lineOf({ items }: OrderState, id: string): ItemRow {
  const item = items.find((line) => line.id === id && isLive(line))
  if (!item) throw notFound()
  return item
}

type Changes = Partial<
  Pick<
    OrderRow,
    'tableId' | 'clientId' | 'waiterId' | 'guests' | 'note' | 'discountAmount' | 'discountReason'
  >
>

const definedOf = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))

const discountOf = (
  order: OrderRow,
  { discount_amount: amount, discount_reason: reason }: OrderPatch,
): Changes =>
  amount === undefined && reason === undefined
    ? {}
    : discounted(order, amount === undefined ? order.discountAmount : parseMoney(amount), reason)

const hasOther = (order: OrderRow, changes: Changes, keys: readonly (keyof Changes)[]): boolean =>
  keys.some((key) => key in changes && changes[key] !== order[key])

function withChanges(state: OrderState, changes: Changes): OrderState {
  const isSame = (Object.keys(changes) as (keyof Changes)[]).every((key) => changes[key] === state.order[key])
  return isSame ? state : withOrder(state, changes)
}
