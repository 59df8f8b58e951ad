import type { kitchenTasks, orderItems, orders } from '../../db/schema/index.ts'

export type OrderRow = typeof orders.$inferSelect
/** The fields of an order to present; an archived order has only these. */
export type ShownOrder = Omit<OrderRow, 'takenWith'>
export type ItemRow = typeof orderItems.$inferSelect
export type TaskRow = typeof kitchenTasks.$inferSelect

/**
 * One order with its lines and tasks. A change is a pure step from one state to the next. The difference between the
 * two is written and emitted as events.
 */
export interface OrderState {
  readonly order: OrderRow
  /** Lines in the order they were added, including removed ones. */
  readonly items: readonly ItemRow[]
  readonly tasks: readonly TaskRow[]
  /** Refunded units by line; left out while there are none. */
  readonly refunded?: RefundedUnits
}

/** Refunded units, pieces or grams, by the id of their line. */
export type RefundedUnits = ReadonlyMap<string, number>

/** A line as a session knows it. */
export interface KnownLine {
  /** Dish or service, see `subjectOf`. */
  readonly subject: string
  readonly quantity: number
  readonly note: string
}

/** The lines of an order as a session last read or wrote them, by id. */
export type Reading = ReadonlyMap<string, KnownLine>

/** An order before and after a change. Without `before` it is new, without `after` it is deleted. */
export interface OrderChange {
  readonly before?: OrderState
  readonly after?: OrderState
  /** For an order that is merged into another one. */
  readonly mergedInto?: string
  /** What the session knows of the lines after its change, if not simply what it changed. */
  readonly reading?: Reading
}

/** The difference of a change; a row has changed when it is another object than before. */
export interface Difference {
  readonly items: Rows<ItemRow>
  readonly tasks: Rows<TaskRow>
}

interface Rows<Row> {
  readonly created: readonly Row[]
  readonly changed: readonly { readonly before: Row; readonly after: Row }[]
  /** Left over from a deleted order. */
  readonly gone: readonly Row[]
}

/**
 * The lines and tasks that a change of several orders creates, changes and deletes; one that moves between orders is
 * changed.
 */
export const differenceOf = (changes: readonly OrderChange[]): Difference => ({
  items: rowsOf(changes, ({ items }) => items),
  tasks: rowsOf(changes, ({ tasks }) => tasks),
})

function rowsOf<Row extends { id: string }>(
  changes: readonly OrderChange[],
  pick: (state: OrderState) => readonly Row[],
): Rows<Row> {
  const before = new Map(
    changes.flatMap((change) => (change.before ? pick(change.before) : [])).map((row) => [row.id, row]),
  )
  const after = changes.flatMap((change) => (change.after ? pick(change.after) : []))
  const kept = new Set(after.map(({ id }) => id))
  return {
    created: after.filter(({ id }) => !before.has(id)),
    changed: after.flatMap((row) => {
      const old = before.get(row.id)
      return old && old !== row ? [{ before: old, after: row }] : []
    }),
    gone: [...before.values()].filter(({ id }) => !kept.has(id)),
  }
}
