import type { kitchenTasks, orderItems, orders } from '../../db/schema/index.ts'

export type OrderRow = typeof orders.$inferSelect
/** What is shown of an order; an archived one has no more than that. */
export type ShownOrder = Omit<OrderRow, 'takenWith'>
export type ItemRow = typeof orderItems.$inferSelect
export type TaskRow = typeof kitchenTasks.$inferSelect

/**
 * One order with all that belongs to it. A change is a pure step from one state to the next; what is written and what is
 * announced is the difference between the two.
 */
export interface OrderState {
  readonly order: OrderRow
  /** Lines in the order they were added, those taken off included. */
  readonly items: readonly ItemRow[]
  readonly tasks: readonly TaskRow[]
}

/** A line as a login takes it to be. */
export interface KnownLine {
  /** What it is about, see `subjectOf`. */
  readonly subject: string
  readonly quantity: number
  readonly note: string
}

/** The lines of an order as a login last read or wrote them, by id. */
export type Reading = ReadonlyMap<string, KnownLine>

/** Orders before and after a change; one without a before is new, one without an after is deleted. */
export interface OrderChange {
  readonly before?: OrderState
  readonly after?: OrderState
  /** For an order that ends because its lines flowed into another one. */
  readonly mergedInto?: string
  /** What the login that makes the change takes the lines for after it, when that is not simply what it changed. */
  readonly reading?: Reading
}

/** What a change comes down to; a row is changed when it is another object than before. */
export interface Difference {
  readonly items: Rows<ItemRow>
  readonly tasks: Rows<TaskRow>
}

interface Rows<Row> {
  readonly created: readonly Row[]
  readonly changed: readonly { readonly before: Row; readonly after: Row }[]
  /** Left behind by an order that is no more. */
  readonly gone: readonly Row[]
}

/** The lines and tasks that a change of several orders makes, alters and ends; one that moves between orders is altered. */
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
