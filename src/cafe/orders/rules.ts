import type { Actor } from '../../accounts/actor.ts'
import type { OrderStatus } from '../../db/enums.ts'
import { allows } from '../../accounts/permissions.ts'
import { ApiError, fieldError } from '../../http/errors.ts'
import { refuseInUse } from '../../http/in-use.ts'
import { maxMoney } from '../../money/money.ts'
import { isWeighed, portionsIn, totalOf } from '../quantities.ts'
import { itemError, refuseTooManyUnits, subjectOf, subjectOfItem } from './requested-lines.ts'
import type { Dish, Service, RequestedLine } from './requested-lines.ts'
import type { ItemRow, OrderChange, OrderRow, OrderState, TaskRow } from './order-state.ts'

/** Decisions about orders. No I/O, no clock; the result is saved as it is. */

/** Ids and time of new rows. */
export interface RowDefaults {
  readonly now: Date
  readonly newId: () => string
}

export const isLive = (item: ItemRow): boolean => item.removedAt === null

export const isUnfinished = (task: TaskRow): boolean =>
  task.status === 'pending' || task.status === 'in_progress'

/** @throws FieldError on the line, when the dish does not exist, is not on sale or is on the stop-list */
function orderable(
  dish: Dish | undefined,
  line: Pick<RequestedLine, 'menuItemId' | 'index'>,
  lines: number,
): Dish {
  const { index, menuItemId } = line
  if (!dish) throw itemError(lines, index, 'menu_item', 'unknown_reference', { id: menuItemId ?? '' })
  if (!dish.isActive) throw itemError(lines, index, 'menu_item', 'item_inactive', { title: dish.title })
  if (dish.stopped) throw itemError(lines, index, 'menu_item', 'item_stopped', { title: dish.title })
  return dish
}

/**
 * Adds lines with the present price and title. Every unit of a dish becomes a kitchen task. More units of a dish that
 * the order has already keep its price.
 */
export function addLines(
  state: OrderState,
  lines: readonly RequestedLine[],
  dishes: ReadonlyMap<string, Dish>,
  { now, newId }: RowDefaults,
): OrderState {
  let next = state
  let position = Math.max(0, ...state.items.map((item) => item.position))
  for (const line of lines) {
    const dish = line.menuItemId === null ? null : orderable(dishes.get(line.menuItemId), line, lines.length)
    const { title, price } = line.service ?? dish!
    const alike = next.items.findLast(
      (item) => isLive(item) && item.note === line.note && subjectOfItem(item) === subjectOf(line),
    )
    const { companyId, id: orderId } = state.order
    const item: ItemRow = {
      id: newId(),
      companyId,
      orderId,
      menuItemId: line.menuItemId,
      title,
      price: alike?.price ?? price,
      saleUnit: line.saleUnit,
      quantity: 0,
      note: line.note,
      position: ++position,
      removedAt: null,
      rejectionReason: null,
      versions: [],
      createdAt: now,
      updatedAt: now,
    }
    next = { ...next, items: [...next.items, item] }
    next = setQuantity(next, item, line.quantity, { kitchenId: dish?.kitchenId ?? null, now, newId })
  }
  return next
}

/** The fields that may change on a line; title and price only on a service. */
export interface LineChange {
  readonly quantity?: number
  readonly note?: string
  readonly service?: Service | null
}

/** Changes a line. More units of a dish that is no longer on sale are refused. */
export function changeLine(
  state: OrderState,
  item: ItemRow,
  { quantity = item.quantity, note = item.note, service }: LineChange,
  dishes: ReadonlyMap<string, Dish>,
  defaults: RowDefaults,
  line: Pick<RequestedLine, 'menuItemId' | 'index'> = { menuItemId: item.menuItemId, index: 0 },
): OrderState {
  const { title, price } = (item.menuItemId === null && service) || item
  const isSame = note === item.note && title === item.title && price === item.price
  if (quantity === item.quantity && isSame) return state
  const dish = item.menuItemId === null ? undefined : dishes.get(item.menuItemId)
  if (quantity > item.quantity && item.menuItemId !== null) orderable(dish, line, line.index + 1)
  const next = isSame ? state : withItem(state, { ...item, note, title, price, updatedAt: defaults.now })
  const current = next.items.find(({ id }) => id === item.id)!
  return setQuantity(next, current, quantity, { kitchenId: dish?.kitchenId ?? null, ...defaults })
}

/** Whether a change has a service at a price that none of its orders had before. */
export function setsPrice(changes: readonly OrderChange[]): boolean {
  const services = (state: OrderState | undefined) =>
    (state?.items ?? []).filter((item) => isLive(item) && item.menuItemId === null).map(subjectOfItem)
  const known = new Set(changes.flatMap(({ before }) => services(before)))
  return changes.flatMap(({ after }) => services(after)).some((subject) => !known.has(subject))
}

/**
 * Removes a line. Its unfinished tasks are cancelled; ready ones stay on record.
 * @param rejectionReason of a line that the guest or the kitchen refused
 */
export function removeLine(
  state: OrderState,
  item: ItemRow,
  now: Date,
  rejectionReason: string | null = null,
): OrderState {
  const removed = withItem(state, { ...item, removedAt: now, rejectionReason, updatedAt: now })
  return withTasks(removed, (task) =>
    task.orderItemId === item.id && isUnfinished(task) ? cancelled(task, now) : task,
  )
}

/**
 * One task per unit, none for a service; a weighed line is one unit. Fewer units: pending tasks go first, then
 * started ones are cancelled, newest first; ready dishes are never lost. More units: new tasks take the lowest free
 * numbers.
 */
function setQuantity(
  state: OrderState,
  item: ItemRow,
  quantity: number,
  { kitchenId, now, newId }: RowDefaults & { kitchenId: string | null },
): OrderState {
  if (quantity === item.quantity) return state
  const next = withItem(state, { ...item, quantity, updatedAt: now })
  const { menuItemId } = item
  if (menuItemId === null) return next
  const units = portionsIn({ ...item, quantity })
  const live = state.tasks.filter((task) => task.orderItemId === item.id && task.status !== 'cancelled')
  if (units < live.length) {
    return cancelUnits(next, item.id, live.length - units, now)
  }
  const taken = new Set(live.map((task) => task.unitIndex))
  const added: TaskRow[] = []
  for (let unitIndex = 1; live.length + added.length < units; unitIndex++) {
    if (taken.has(unitIndex)) continue
    added.push({
      id: newId(),
      companyId: item.companyId,
      branchId: state.order.branchId,
      orderId: item.orderId,
      orderItemId: item.id,
      menuItemId,
      kitchenId,
      unitIndex,
      status: 'pending',
      cookId: null,
      startedAt: null,
      finishedAt: null,
      acknowledgedAt: null,
      endedWithOrder: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    })
  }
  return { ...next, tasks: [...next.tasks, ...added] }
}

/**
 * Cancels up to a number of unfinished units of a line: pending ones first, then those in progress, newest first.
 * Ready ones stay. Units cancelled here do not come back when the order is reopened.
 */
export function cancelUnits(state: OrderState, itemId: string, units: number, now: Date): OrderState {
  const leaving = new Set(
    state.tasks
      .filter((task) => task.orderItemId === itemId && (isUnfinished(task) || task.endedWithOrder))
      .sort(
        (a, b) => Number(b.startedAt === null) - Number(a.startedAt === null) || b.unitIndex - a.unitIndex,
      )
      .slice(0, units)
      .map((task) => task.id),
  )
  if (leaving.size === 0) return state
  return withTasks(state, (task) => (leaving.has(task.id) ? cancelled(task, now) : task))
}

/** Changes the status of an order: closing and cancelling cancel unfinished tasks, reopening restores them. */
export function changeStatus(
  state: OrderState,
  to: OrderStatus,
  actor: Pick<Actor, 'userId' | 'permissions'>,
  now: Date,
): OrderState {
  const from = state.order.status
  if (from === to) return state
  if (to === 'open') {
    if (!allows(actor, 'orders.reopen')) throw new ApiError('permission_denied')
    const back = withTasksRestored(state, now)
    return withOrder(back, { status: 'open', closedAt: null, canceledAt: null, canceledBy: null })
  }
  if (from !== 'open') throw new ApiError('illegal_transition', { params: { from, to } })
  if (to === 'cancelled') refusePaidOrder(state)
  const changed = withOrder(
    state,
    to === 'closed'
      ? { status: to, closedAt: now }
      : { status: to, canceledAt: now, canceledBy: actor.userId },
  )
  return cancelUnfinished(changed, now)
}

/** Cancels every unfinished task, because the order ends. */
export function cancelUnfinished(state: OrderState, now: Date): OrderState {
  return withTasks(state, (task) => (isUnfinished(task) ? cancelled(task, now, true) : task))
}

const cancelled = (task: TaskRow, now: Date, endedWithOrder = false): TaskRow =>
  touched(task, { status: 'cancelled', endedWithOrder }, now)

/** Restores the tasks that were cancelled because the order ended: pending, or in progress with their cook. */
function withTasksRestored(state: OrderState, now: Date): OrderState {
  const { closedAt, canceledAt } = state.order
  const endedAt = (closedAt ?? canceledAt)?.getTime()
  const ended = ({ status, endedWithOrder, updatedAt }: TaskRow) =>
    status === 'cancelled' && (endedWithOrder ?? updatedAt.getTime() === endedAt)
  return withTasks(state, (task) => {
    if (!ended(task)) return task
    const status = task.startedAt ? 'in_progress' : 'pending'
    return touched(task, { status, acknowledgedAt: null, endedWithOrder: null }, now)
  })
}

/** @throws ApiError `order_not_open` */
export function requireOpenOrder({ order }: OrderState): void {
  if (order.status !== 'open') {
    throw new ApiError('order_not_open', { extra: { status: order.status } })
  }
}

/** Whether the order is paid or on debt: the bill is final, whatever is paid so far. */
export const isSettled = ({ paymentMethod }: Pick<OrderRow, 'paymentMethod'>): boolean => paymentMethod !== ''

type BillAmounts = Pick<OrderRow, 'status' | 'totalAmount' | 'discountAmount' | 'paidAmount'>

/**
 * Lines and discount change only while the order is open and its bill not settled.
 * @throws ApiError `order_not_open`, `already_paid`
 */
export function requireOpenBill(state: OrderState): void {
  requireOpenOrder(state)
  if (isSettled(state.order)) throw new ApiError('already_paid')
}

/** Refuses an order with payments that are not refunded. @throws ApiError `already_paid`: refund first */
export function refusePaidOrder({ order }: OrderState): void {
  if (order.paidAmount > order.refundedAmount) throw new ApiError('already_paid')
}

/** The amount still to pay, now or as a debt; 0 for a cancelled order. */
export const amountDue = ({ status, totalAmount, discountAmount, paidAmount }: BillAmounts): number =>
  status === 'cancelled' ? 0 : totalAmount - discountAmount - paidAmount

/** The debt of an order on debt; 0 for any other. */
export const debtOf = (order: BillAmounts & Pick<OrderRow, 'paymentMethod'>): number =>
  isSettled(order) ? amountDue(order) : 0

/**
 * The total from the prices at the time of ordering, and the rules that hold between amounts.
 * @throws FieldError on `items` when the sum or the number of units is too large, on `discount_amount` when above the
 *   total
 */
export function priced(state: OrderState): OrderState {
  const live = state.items.filter(isLive)
  refuseTooManyUnits(live)
  const totalAmount = live.reduce((sum, item) => sum + totalOf(item), 0)
  if (totalAmount > maxMoney) throw fieldError('items', 'not_money')
  const next = totalAmount === state.order.totalAmount ? state : withOrder(state, { totalAmount })
  if (next.order.discountAmount > totalAmount) throw fieldError('discount_amount', 'discount_above_total')
  return next
}

/**
 * Finishes a change: raises the version if the order or a line has changed, and the versions of the tasks that show
 * the change.
 */
export function versioned(before: OrderState, after: OrderState, now: Date): OrderState {
  const changed = (Object.keys(after.order) as (keyof OrderRow)[]).some(
    (key) => after.order[key] !== before.order[key],
  )
  if (!changed && after.items === before.items) return after
  const shown = withShownTasksTouched(before, after, now)
  return recorded(withOrder(shown, { version: before.order.version + 1, updatedAt: now }), before)
}

/** The fields of the order that kitchen screens show with each dish. */
const shownOfOrder = ['tableId', 'clientId', 'waiterId', 'note'] as const satisfies (keyof OrderRow)[]

/** Whether kitchen screens show the task: unfinished, ready, or cancelled and not acknowledged. */
const isShown = (task: TaskRow): boolean => task.status !== 'cancelled' || isUnseen(task)

function withShownTasksTouched(before: OrderState, after: OrderState, now: Date): OrderState {
  const isOther = shownOfOrder.some((key) => before.order[key] !== after.order[key])
  const shown = ({ note, quantity, ...item }: ItemRow) => `${isWeighed(item) ? quantity : ''} ${note}`
  const lines = new Map(before.items.map((item) => [item.id, shown(item)]))
  const others = new Set(after.items.filter((item) => shown(item) !== lines.get(item.id)).map(({ id }) => id))
  if (!isOther && others.size === 0) return after
  const untouched = new Set(before.tasks)
  return withTasks(after, (task) =>
    untouched.has(task) && isShown(task) && (isOther || others.has(task.orderItemId))
      ? touched(task, {}, now)
      : task,
  )
}

/** Lines keep their history per version of their order; lines new to the order start a new history. */
export function recorded(after: OrderState, before?: OrderState): OrderState {
  if (after.items === before?.items) return after
  const { version } = after.order
  const old = new Map(before?.items.map((item) => [item.id, item]))
  const items = after.items.map((item) => {
    const was = old.get(item.id)
    // a line without versions was created by an older release, so its version is unknown
    if (was === item || was?.versions.length === 0) return item
    const quantity = isLive(item) ? item.quantity : 0
    const last = was?.versions.at(-1)
    if (last?.[1] === quantity && last[2] === item.note) return item
    return { ...item, versions: [...(was?.versions ?? []), [version, quantity, item.note] as const] }
  })
  return { ...after, items }
}

export const withOrder = (state: OrderState, change: Partial<OrderRow>): OrderState => ({
  ...state,
  order: { ...state.order, ...change },
})

export const withItem = (state: OrderState, item: ItemRow): OrderState => ({
  ...state,
  items: state.items.map((other) => (other.id === item.id ? item : other)),
})

const withTasks = (state: OrderState, change: (task: TaskRow) => TaskRow): OrderState => ({
  ...state,
  tasks: state.tasks.map(change),
})

export const touched = (task: TaskRow, change: Partial<TaskRow>, now: Date): TaskRow => ({
  ...task,
  ...change,
  version: task.version + 1,
  updatedAt: now,
})

/**
 * Refuses to delete an order while a dish is being cooked or a cancellation is not acknowledged, because cooks must
 * see what happened to their dish.
 * @throws ApiError `in_use` with the number of `kitchen_tasks`
 */
export function refuseWhileCooking({ tasks }: OrderState): void {
  const owed = tasks.filter((task) => task.status === 'in_progress' || isUnseen(task))
  refuseInUse({ kitchen_tasks: owed.length })
}

/** Cancelled after a cook began it, and not yet acknowledged by the kitchen. */
const isUnseen = ({ status, startedAt, acknowledgedAt }: TaskRow): boolean =>
  status === 'cancelled' && startedAt !== null && acknowledgedAt === null
