import { fieldError } from '../../../http/errors.ts'
import { prorate } from '../../../money/prorate.ts'
import { isWeighed, quantityOf, thousandthsOf } from '../../quantities.ts'
import { itemError, quantitySent } from '../requested-lines.ts'
import type { ErrorAt } from '../requested-lines.ts'
import {
  isLive,
  requireOpenBill,
  priced,
  recorded,
  touched,
  versioned,
  withItem,
  withOrder,
} from '../rules.ts'
import type { RowDefaults } from '../rules.ts'
import type { ItemRow, OrderState, TaskRow } from '../order-state.ts'
import type { SplitLine } from './schema.ts'

/**
 * Merging and splitting orders. Lines and kitchen tasks move and are never created again: nothing is cooked twice,
 * and their status stays. Amounts are divided by largest remainder, so parts always add up. No I/O.
 */

const maxGuests = 999
const maxNote = 2000
const maxReason = 500

/**
 * One order with the lines, tasks, guests and discounts of all. Table, waiter and number are the target's; a missing
 * client or waiter comes from the first order that has one.
 * @throws ApiError `order_not_open`, `already_paid` when a bill is final; FieldError when the notes together are too
 *   long: notes are never cut, since they may mention an allergy
 */
export function merged(
  target: OrderState,
  sources: readonly OrderState[],
  now: Date,
  field = 'orders',
): OrderState {
  const all = [target, ...sources]
  for (const state of all) requireOpenBill(state)
  const { id } = target.order
  let position = Math.max(0, ...target.items.map((item) => item.position))
  const items = sources.flatMap((source) =>
    source.items.map((item) => ({ ...item, orderId: id, position: ++position, updatedAt: now })),
  )
  const tasks = sources.flatMap((source) => source.tasks.map((task) => touched(task, { orderId: id }, now)))
  const together = { ...target, items: [...target.items, ...items], tasks: [...target.tasks, ...tasks] }
  const first = <T>(pick: (state: OrderState) => T | null): T | null =>
    all.map(pick).find((value) => value !== null) ?? null
  return versioned(
    target,
    priced(
      withOrder(together, {
        guests: Math.min(
          maxGuests,
          all.reduce((sum, { order }) => sum + order.guests, 0),
        ),
        discountAmount: all.reduce((sum, { order }) => sum + order.discountAmount, 0),
        clientId: first(({ order }) => order.clientId),
        waiterId: first(({ order }) => order.waiterId),
        discountReason: joined(
          all.map(({ order }) => order.discountReason),
          maxReason,
          field,
        ),
        note: joined(
          all.map(({ order }) => order.note),
          maxNote,
          field,
        ),
      }),
    ),
    now,
  )
}

/** Joins different texts. */
function joined(texts: readonly string[], limit: number, field: string): string {
  const text = [...new Set(texts.map((each) => each.trim()).filter(Boolean))].join('; ')
  if (text.length > limit) throw fieldError(field, 'notes_do_not_fit', { limit })
  return text
}

/** Units of one line that move. */
export interface LeavingUnits {
  readonly itemId: string
  /** All of the line when null. */
  readonly thousandths: number | null
  /** Position in the request's `items`, for errors. */
  readonly index: number
}

/** The normalised lines of the request; a line listed twice moves with both quantities. */
export function leavingUnits(lines: readonly SplitLine[]): LeavingUnits[] {
  const leaving = new Map<string, LeavingUnits>()
  for (const [index, { id, order_item_id, quantity }] of lines.entries()) {
    const itemId = (id ?? order_item_id)?.toLowerCase()
    if (!itemId) throw itemError(lines.length, index, 'id', 'required')
    const before = leaving.get(itemId)
    const isWhole = quantity === undefined || (before && before.thousandths === null)
    leaving.set(itemId, {
      itemId,
      thousandths: isWhole ? null : thousandthsOf(quantity) + (before?.thousandths ?? 0),
      index: before?.index ?? index,
    })
  }
  return [...leaving.values()]
}

/** The own fields of the new order of a split. */
export interface SplitOff {
  readonly id: string
  readonly number: number
  readonly businessDay: string
  readonly tableId: string | null
  readonly guests: number
}

/**
 * Splits an order into the rest and a new order with the moved units: same branch, waiter, titles and prices. The
 * discount is divided in proportion to the two totals. Notes move with their lines; the client stays with the first
 * order.
 * @throws ApiError `order_not_open`, `already_paid`; FieldError on a line that does not exist or has fewer units, on
 *   `items` when nothing would be left
 */
export function split(
  state: OrderState,
  leaving: readonly LeavingUnits[],
  off: SplitOff,
  defaults: RowDefaults,
): { rest: OrderState; part: OrderState } {
  requireOpenBill(state)
  const { now } = defaults
  let rest = state
  let part = emptyPart(state, off, now)
  for (const { itemId, thousandths, index } of leaving) {
    const item = state.items.find((line) => line.id === itemId && isLive(line))
    if (!item) throw itemError(leaving.length, index, 'id', 'unknown_reference', { id: itemId })
    const errorAt: ErrorAt = (...what) => itemError(leaving.length, index, ...what)
    const units = thousandths === null ? item.quantity : quantitySent(thousandths, item.saleUnit, errorAt)
    if (units > item.quantity) throw errorAt('quantity', 'maximum', { limit: quantityOf(item) })
    if (units < item.quantity && isWeighed(item)) throw errorAt('quantity', 'weighed_whole')
    const moved =
      units === item.quantity ? moveLine(rest, part, item, now) : moveUnits(rest, part, item, units, defaults)
    rest = moved.rest
    part = moved.part
  }
  if (!rest.items.some(isLive)) throw fieldError('items', 'nothing_left')
  const [restTotal, partTotal] = [rest, part].map(
    (side) => priced(withOrder(side, { discountAmount: 0 })).order.totalAmount,
  )
  const [restDiscount, partDiscount] = prorate(state.order.discountAmount, [restTotal!, partTotal!])
  const guests = Math.max(1, state.order.guests - off.guests)
  return {
    rest: versioned(state, priced(withOrder(rest, { discountAmount: restDiscount, guests })), now),
    part: recorded(priced(withOrder(part, { discountAmount: partDiscount }))),
  }
}

type Sides = { rest: OrderState; part: OrderState }

const emptyPart = ({ order }: OrderState, off: SplitOff, now: Date): OrderState => ({
  order: {
    ...order,
    ...off,
    clientId: null,
    totalAmount: 0,
    discountAmount: 0,
    takenWith: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  },
  items: [],
  tasks: [],
})

/** Moves the whole line, with all its tasks. */
function moveLine(rest: OrderState, part: OrderState, item: ItemRow, now: Date): Sides {
  const orderId = part.order.id
  const isOfLine = (task: TaskRow) => task.orderItemId === item.id
  return {
    rest: {
      ...rest,
      items: rest.items.filter(({ id }) => id !== item.id),
      tasks: rest.tasks.filter((task) => !isOfLine(task)),
    },
    part: {
      ...part,
      items: [...part.items, { ...item, orderId, position: part.items.length + 1, updatedAt: now }],
      tasks: [...part.tasks, ...rest.tasks.filter(isOfLine).map((task) => touched(task, { orderId }, now))],
    },
  }
}

/** Moves the last units of a line to a new line, with their tasks. Units with cancelled tasks move last. */
function moveUnits(
  rest: OrderState,
  part: OrderState,
  item: ItemRow,
  units: number,
  { now, newId }: RowDefaults,
): Sides {
  const orderId = part.order.id
  const line: ItemRow = {
    ...item,
    id: newId(),
    orderId,
    quantity: units,
    position: part.items.length + 1,
    createdAt: now,
    updatedAt: now,
  }
  const lastFirst = rest.tasks
    .filter((task) => task.orderItemId === item.id)
    .sort(
      (a, b) =>
        Number(a.status === 'cancelled') - Number(b.status === 'cancelled') || b.unitIndex - a.unitIndex,
    )
  const going = lastFirst.slice(0, units).reverse()
  const ids = new Set(going.map(({ id }) => id))
  const renumbered = going.map((task, index) =>
    touched(task, { orderId, orderItemId: line.id, unitIndex: index + 1 }, now),
  )
  const kept = withItem(rest, { ...item, quantity: item.quantity - units, updatedAt: now })
  return {
    rest: { ...kept, tasks: kept.tasks.filter(({ id }) => !ids.has(id)) },
    part: { ...part, items: [...part.items, line], tasks: [...part.tasks, ...renumbered] },
  }
}

/** @throws FieldError when the orders are of different branches */
export function requireSameBranch(target: OrderState, sources: readonly OrderState[], field: string): void {
  if (sources.some(({ order }) => order.branchId !== target.order.branchId))
    throw fieldError(field, 'other_branch')
}
