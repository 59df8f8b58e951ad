import { minor, money, isExpected } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import type { OrderRead, TableRead, TaskRead } from './wire.ts'

/** Everything the API says about one branch when nobody works any more. */
export interface Books {
  readonly branch: string
  readonly orders: readonly OrderRead[]
  readonly tables: readonly TableRead[]
  readonly tasks: readonly TaskRead[]
}

/** A look at one promise: how many things were looked at, and what differs, in words. */
export interface Verdict {
  readonly check: string
  looked: number
  readonly differences: string[]
}

/** Holds the books of a branch against themselves and against what clients were answered. */
export function checkBooks(books: Books, ledger: Ledger): Verdict[] {
  return [
    bills(books),
    cashDesk(books, ledger),
    floor(books),
    kitchen(books, ledger),
    numbers(books, ledger),
    lines(books, ledger),
    answeredOrders(books, ledger),
  ]
}

const verdict = (check: string, looked: number): Verdict => ({ check, looked, differences: [] })

/** A bill is the sum of its lines, less the discount. */
function bills({ orders }: Books): Verdict {
  const result = verdict('bills add up', orders.length)
  for (const order of orders) {
    const wrongLine = order.items.find(
      (item) => minor(item.line_total) !== minor(item.menu_item_price) * item.quantity,
    )
    const total = order.items.reduce((sum, item) => sum + minor(item.line_total), 0)
    const final = minor(order.total_amount) - minor(order.discount_amount)
    const owed = minor(order.amount_due)
    const paid = final - owed
    if (wrongLine) result.differences.push(`line ${wrongLine.id} comes to ${wrongLine.line_total}`)
    if (total !== minor(order.total_amount))
      result.differences.push(`order ${order.id}: lines come to ${money(total)}, total ${order.total_amount}`)
    if (final !== minor(order.final_amount) || final < 0)
      result.differences.push(`order ${order.id}: final amount ${order.final_amount}, not ${money(final)}`)
    if (order.status === 'cancelled') continue
    if (owed < 0 || paid < 0)
      result.differences.push(`order ${order.id}: ${order.amount_due} due of ${order.final_amount}`)
    if (order.is_paid && owed !== 0)
      result.differences.push(`order ${order.id} is paid and ${order.amount_due} is due`)
    if (minor(order.refunded_amount) > paid)
      result.differences.push(`order ${order.id}: more was given back than paid`)
  }
  return result
}

/** The money that clients were told was taken is the money on the bills, and the same for what was given back. */
function cashDesk({ branch, orders }: Books, { paid, refunded, orders: known }: Ledger): Verdict {
  const result = verdict('payments are on the bills', orders.length)
  const byId = new Map(orders.map((order) => [order.id, order]))
  for (const order of orders) {
    const taken = order.status === 'cancelled' ? 0 : minor(order.final_amount) - minor(order.amount_due)
    const told = paid.get(order.id) ?? 0
    if (taken !== told)
      result.differences.push(`order ${order.id}: ${money(taken)} paid, clients paid ${money(told)}`)
    const back = refunded.get(order.id) ?? 0
    if (minor(order.refunded_amount) !== back)
      result.differences.push(
        `order ${order.id}: ${order.refunded_amount} given back, clients got ${money(back)}`,
      )
  }
  for (const [id, amount] of paid)
    if (known.get(id)?.branch === branch && amount > 0 && !byId.has(id))
      result.differences.push(`order ${id} was paid with ${money(amount)} and is gone`)
  return result
}

/** A table is busy exactly while an open order sits there. */
function floor({ orders, tables }: Books): Verdict {
  const result = verdict('tables are busy while guests sit', tables.length)
  const taken = new Set(orders.filter((order) => order.status === 'open').map((order) => order.table))
  for (const { id, number, status } of tables) {
    const expected = taken.has(id) ? 'busy' : 'free'
    if (status !== expected) result.differences.push(`table ${number} (${id}) is ${status}, not ${expected}`)
  }
  return result
}

/** Every unit ordered is one task: none lost, none cooked twice. */
function kitchen({ orders, tasks }: Books, { calledOff }: Ledger): Verdict {
  const result = verdict('tasks match the units ordered', tasks.length)
  const byLine = groupBy(tasks, (task) => task.order_item)
  for (const order of orders) {
    for (const item of order.items) {
      const own = byLine.get(item.id) ?? []
      const count = (status: string) => own.filter((task) => task.status === status).length
      const counted = {
        pending: count('pending'),
        in_progress: count('in_progress'),
        ready: count('ready'),
        cancelled: count('cancelled'),
      }
      const unfinished = counted.pending + counted.in_progress
      const live = unfinished + counted.ready
      const said = `line ${item.id} of order ${order.id} (${order.status}, ${item.quantity} units)`
      if (JSON.stringify(counted) !== JSON.stringify(item.tasks))
        result.differences.push(
          `${said} says ${JSON.stringify(item.tasks)}, its tasks ${JSON.stringify(counted)}`,
        )
      if (live > Math.max(item.quantity, counted.ready))
        result.differences.push(`${said} is cooked ${live} times`)
      const cooked = order.status === 'open' || order.payment_method !== ''
      if (cooked && live < item.quantity && !calledOff.has(order.id))
        result.differences.push(`${said} has ${live} tasks`)
      if (order.status === 'cancelled' && unfinished > 0)
        result.differences.push(`${said} is still in the kitchen`)
      if (own.some((task) => task.order !== order.id))
        result.differences.push(`${said}: a task belongs to another order`)
    }
  }
  return result
}

/** 1, 2, 3 … per business day. */
function numbers({ branch, orders }: Books, { orders: answered }: Ledger): Verdict {
  const given = new Map<string, { day: string; number: number }>()
  // those merged away are known by their answers alone
  for (const [id, order] of answered) if (order.branch === branch) given.set(id, order)
  for (const order of orders) given.set(order.id, { day: order.business_day, number: order.number })
  const result = verdict('order numbers have no holes and no doubles', given.size)
  for (const [day, list] of groupBy(given.values(), (each) => each.day)) {
    const sorted = list.map((each) => each.number).sort((one, other) => one - other)
    const wrong = sorted.find((number, i) => number !== i + 1)
    if (wrong !== undefined)
      result.differences.push(`branch ${branch}, ${day}: at ${wrong} of ${sorted.length}`)
  }
  return result
}

/** A line that nobody took off is there, once. */
function lines({ branch, orders }: Books, ledger: Ledger): Verdict {
  const units = new Map<string, number>()
  for (const order of orders)
    for (const item of order.items) units.set(item.note, (units.get(item.note) ?? 0) + item.quantity)
  const own = [...ledger.lines].filter(([, line]) => ledger.orders.get(line.order)?.branch === branch)
  const result = verdict('lines that nobody took off are there, once', own.length)
  for (const [mark, line] of own) {
    const { mostUnits, order } = line
    const there = units.get(mark) ?? 0
    if (isExpected(line) && there === 0) result.differences.push(`line ${mark} of order ${order} is lost`)
    if (there > mostUnits)
      result.differences.push(`line ${mark} of order ${order}: ${there} units, ordered ${mostUnits}`)
  }
  return result
}

/** No order that the clients do not know of: none was made twice by a second tap or another try. */
function answeredOrders({ orders }: Books, ledger: Ledger): Verdict {
  const result = verdict('orders are those that clients made', orders.length)
  for (const { id, number } of orders)
    if (!ledger.orders.has(id)) result.differences.push(`order ${number} (${id}) was made for nobody`)
  return result
}

function groupBy<Row>(rows: Iterable<Row>, keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}
