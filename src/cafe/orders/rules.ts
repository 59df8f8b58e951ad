import type { Actor } from '../../accounts/actor.ts'
import type { OrderStatus } from '../../db/enums.ts'
import { allows } from '../../accounts/permissions.ts'
import { ApiError, fieldError } from '../../http/errors.ts'
import { refuseInUse } from '../../http/in-use.ts'
import { maxMoney } from '../../money/money.ts'
import { isWeighed, portionsIn, totalOf } from '../quantities.ts'
import { itemFault, mustFit, subjectOf, subjectOfItem } from './wanted-lines.ts'
import type { Dish, Service, WantedLine } from './wanted-lines.ts'
import type { ItemRow, OrderChange, OrderRow, OrderState, TaskRow } from './order-state.ts'

/** Decisions about orders: no I/O, no clock; what they return is saved as it is. */

/** Makes ids and tells the time for rows about to be made. */
export interface Making {
  readonly now: Date
  readonly newId: () => string
}

export const isLive = (item: ItemRow): boolean => item.removedAt === null

export const isUnfinished = (task: TaskRow): boolean =>
  task.status === 'pending' || task.status === 'in_progress'

/** @throws FieldError on the line, when the dish is not there, not on sale or on the stop-list */
function orderable(
  dish: Dish | undefined,
  line: Pick<WantedLine, 'menuItemId' | 'index'>,
  lines: number,
): Dish {
  const { index, menuItemId } = line
  if (!dish) throw itemFault(lines, index, 'menu_item', 'unknown_reference', { id: menuItemId ?? '' })
  if (!dish.isActive) throw itemFault(lines, index, 'menu_item', 'item_inactive', { title: dish.title })
  if (dish.stopped) throw itemFault(lines, index, 'menu_item', 'item_stopped', { title: dish.title })
  return dish
}

/**
 * Adds lines: the price and title of this moment are kept, and every unit of a dish becomes a task of the kitchen. More of
 * what the order has already costs what that costs, however it is added.
 */
export function addLines(
  state: OrderState,
  lines: readonly WantedLine[],
  dishes: ReadonlyMap<string, Dish>,
  { now, newId }: Making,
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
      versions: [],
      createdAt: now,
      updatedAt: now,
    }
    next = { ...next, items: [...next.items, item] }
    next = setQuantity(next, item, line.quantity, { kitchenId: dish?.kitchenId ?? null, now, newId })
  }
  return next
}

/** What may become different on a line; title and price only where it is of a service. */
export interface LineChange {
  readonly quantity?: number
  readonly note?: string
  readonly service?: Service | null
}

/** Changes a line. More of a dish that is not on sale any more is refused. */
export function changeLine(
  state: OrderState,
  item: ItemRow,
  { quantity = item.quantity, note = item.note, service }: LineChange,
  dishes: ReadonlyMap<string, Dish>,
  making: Making,
  line: Pick<WantedLine, 'menuItemId' | 'index'> = { menuItemId: item.menuItemId, index: 0 },
): OrderState {
  const { title, price } = (item.menuItemId === null && service) || item
  const isSame = note === item.note && title === item.title && price === item.price
  if (quantity === item.quantity && isSame) return state
  const dish = item.menuItemId === null ? undefined : dishes.get(item.menuItemId)
  if (quantity > item.quantity && item.menuItemId !== null) orderable(dish, line, line.index + 1)
  const next = isSame ? state : withItem(state, { ...item, note, title, price, updatedAt: making.now })
  const current = next.items.find(({ id }) => id === item.id)!
  return setQuantity(next, current, quantity, { kitchenId: dish?.kitchenId ?? null, ...making })
}

/** Whether a change has a service for a price that none of its orders had before. */
export function setsPrice(changes: readonly OrderChange[]): boolean {
  const services = (state: OrderState | undefined) =>
    (state?.items ?? []).filter((item) => isLive(item) && item.menuItemId === null).map(subjectOfItem)
  const known = new Set(changes.flatMap(({ before }) => services(before)))
  return changes.flatMap(({ after }) => services(after)).some((subject) => !known.has(subject))
}

/** Takes a line off. Its unfinished tasks are cancelled; what is cooked stays on record. */
export function removeLine(state: OrderState, item: ItemRow, now: Date): OrderState {
  const removed = withItem(state, { ...item, removedAt: now, updatedAt: now })
  return withTasks(removed, (task) =>
    task.orderItemId === item.id && isUnfinished(task) ? cancelled(task, now) : task,
  )
}

/**
 * One task per unit, none of a service; what is weighed is one unit, however much it is. Fewer units: pending tasks go first, then started ones are cancelled, newest first; ready dishes
 * are never lost. More units: new tasks take the lowest free numbers.
 */
function setQuantity(
  state: OrderState,
  item: ItemRow,
  quantity: number,
  { kitchenId, now, newId }: Making & { kitchenId: string | null },
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
 * Cancels up to so many unfinished units of a line: pending ones first, then those in progress, newest first. What is
 * ready stays. Those that were cancelled because the order ended do not come back if it is reopened.
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

/**
 * What a change of status does to an order: closing and cancelling cancel unfinished tasks, reopening puts these back to
 * what they were.
 */
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
    const back = takenUpAgain(state, now)
    return withOrder(back, { status: 'open', closedAt: null, canceledAt: null, canceledBy: null })
  }
  if (from !== 'open') throw new ApiError('illegal_transition', { params: { from, to } })
  if (to === 'cancelled') mustHoldNoMoney(state)
  const changed = withOrder(
    state,
    to === 'closed'
      ? { status: to, closedAt: now }
      : { status: to, canceledAt: now, canceledBy: actor.userId },
  )
  return cancelUnfinished(changed, now)
}

/** Cancels every task that is not cooked yet, because the order ends. */
export function cancelUnfinished(state: OrderState, now: Date): OrderState {
  return withTasks(state, (task) => (isUnfinished(task) ? cancelled(task, now, true) : task))
}

const cancelled = (task: TaskRow, now: Date, endedWithOrder = false): TaskRow =>
  touched(task, { status: 'cancelled', endedWithOrder }, now)

/** The tasks that were cancelled because the order ended are what they were: pending, or in the hands of who had begun. */
function takenUpAgain(state: OrderState, now: Date): OrderState {
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
export function mustBeOpen({ order }: OrderState): void {
  if (order.status !== 'open') {
    throw new ApiError('order_not_open', { extra: { status: order.status } })
  }
}

/** Paid, or put on somebody's debt: the bill is final, whatever was paid so far. */
export const isSettled = ({ paymentMethod }: Pick<OrderRow, 'paymentMethod'>): boolean => paymentMethod !== ''

type BillAmounts = Pick<OrderRow, 'status' | 'totalAmount' | 'discountAmount' | 'paidAmount'>

/**
 * Lines and discount change only while the order is open and its bill not settled; who wants more takes another order.
 * @throws ApiError `order_not_open`, `already_paid`
 */
export function mustHaveOpenBill(state: OrderState): void {
  mustBeOpen(state)
  if (isSettled(state.order)) throw new ApiError('already_paid')
}

/** What the guest gave and did not get back. @throws ApiError `already_paid`: refund first */
export function mustHoldNoMoney({ order }: OrderState): void {
  if (order.paidAmount > order.refundedAmount) throw new ApiError('already_paid')
}

/** What is still to be paid, now or as a debt; nothing on a cancelled order. */
export const amountDue = ({ status, totalAmount, discountAmount, paidAmount }: BillAmounts): number =>
  status === 'cancelled' ? 0 : totalAmount - discountAmount - paidAmount

/** What is still owed of an order that was put on debt; nothing on any other. */
export const debtOf = (order: BillAmounts & Pick<OrderRow, 'paymentMethod'>): number =>
  isSettled(order) ? amountDue(order) : 0

/**
 * The total from the prices at the time of ordering, and the rules that hold between amounts.
 * @throws FieldError on `items` when the sum is more than money can hold or the units more than a kitchen can, on `discount_amount` when above the total
 */
export function priced(state: OrderState): OrderState {
  const live = state.items.filter(isLive)
  mustFit(live)
  const totalAmount = live.reduce((sum, item) => sum + totalOf(item), 0)
  if (totalAmount > maxMoney) throw fieldError('items', 'not_money')
  const next = totalAmount === state.order.totalAmount ? state : withOrder(state, { totalAmount })
  if (next.order.discountAmount > totalAmount) throw fieldError('discount_amount', 'discount_above_total')
  return next
}

/**
 * Finished look at a change: the version rises when the order or one of its lines changed, and those of the tasks that
 * show what changed.
 */
export function versioned(before: OrderState, after: OrderState, now: Date): OrderState {
  const changed = (Object.keys(after.order) as (keyof OrderRow)[]).some(
    (key) => after.order[key] !== before.order[key],
  )
  if (!changed && after.items === before.items) return after
  const told = shownAnew(before, after, now)
  return recorded(withOrder(told, { version: before.order.version + 1, updatedAt: now }), before)
}

/** What a screen of the kitchen shows of the order beside each of its dishes. */
const shownOfOrder = ['tableId', 'clientId', 'waiterId', 'note'] as const satisfies (keyof OrderRow)[]

/** Dishes that are still to be cooked, were cooked, or whose cancellation waits to be seen: their screens are to follow. */
const isShown = (task: TaskRow): boolean => task.status !== 'cancelled' || isUnseen(task)

function shownAnew(before: OrderState, after: OrderState, now: Date): OrderState {
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

/** Lines keep what they were in each version of their order; those that are new to the order begin anew. */
export function recorded(after: OrderState, before?: OrderState): OrderState {
  if (after.items === before?.items) return after
  const { version } = after.order
  const old = new Map(before?.items.map((item) => [item.id, item]))
  const items = after.items.map((item) => {
    const was = old.get(item.id)
    // a line without versions was made by a release that kept none: nobody can tell when
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
 * A cook who stands over a dish must be able to read what became of it: an order is not deleted while a dish of it is
 * being cooked or a cancellation waits to be acknowledged.
 * @throws ApiError `in_use` with the number of `kitchen_tasks`
 */
export function mustOweKitchenNothing({ tasks }: OrderState): void {
  const owed = tasks.filter((task) => task.status === 'in_progress' || isUnseen(task))
  refuseInUse({ kitchen_tasks: owed.length })
}

/** Cancelled after a cook began it, and not yet acknowledged by the kitchen. */
const isUnseen = ({ status, startedAt, acknowledgedAt }: TaskRow): boolean =>
  status === 'cancelled' && startedAt !== null && acknowledgedAt === null
