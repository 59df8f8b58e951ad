import { isDeepStrictEqual } from 'node:util'
import type { Group, OrderRead, Snapshot, TableRead, TaskRead } from './wire.ts'

/** What a device takes for true: the snapshot it began with, and every event since. */
export interface Belief {
  /** The number of the last event in it. */
  seq: number
  /** Open ones. */
  readonly orders: Map<string, OrderRead>
  readonly tables: Map<string, TableRead>
  /** Unfinished ones. */
  readonly tasks: Map<string, TaskRead>
  /** Dishes whose stop was spoken of since the beginning. */
  readonly stopped: Map<string, boolean>
}

/** An event, as far as it is believed. */
export interface News {
  readonly type: string
  readonly seq: number
  readonly data: {
    readonly order?: OrderRead
    readonly table?: TableRead | number | null
    readonly task?: TaskRead
    readonly menu_item_id?: string
    readonly stopped?: boolean
  }
}

export function believe(snapshot: Snapshot): Belief {
  return {
    seq: snapshot.seq,
    orders: byId(snapshot.orders),
    tables: byId(snapshot.tables),
    tasks: byId(snapshot.tasks),
    stopped: new Map(),
  }
}

/** Takes an event into the belief; one that the snapshot knew already changes nothing. */
export function hear(belief: Belief, { type, seq, data }: News): void {
  if (seq <= belief.seq) return
  belief.seq = seq
  if (type === 'order_deleted') belief.orders.delete(data.order!.id)
  else if (type.startsWith('order_')) keepIf(belief.orders, data.order!, data.order!.status === 'open')
  else if (type === 'table_deleted') belief.tables.delete((data.table as TableRead).id)
  else if (type.startsWith('table_')) keepIf(belief.tables, data.table as TableRead, true)
  else if (type.startsWith('kitchen_task_')) keepIf(belief.tasks, data.task!, isUnfinished(data.task!))
  else if (type.startsWith('menu_item_')) belief.stopped.set(data.menu_item_id!, data.stopped!)
}

const isUnfinished = ({ status }: TaskRead) => status === 'pending' || status === 'in_progress'

function keepIf<Row extends { id: string }>(rows: Map<string, Row>, row: Row, keep: boolean): void {
  if (keep) rows.set(row.id, row)
  else rows.delete(row.id)
}

/** What each group is told about. */
const seen: Record<Group, readonly ('orders' | 'tables' | 'tasks')[]> = {
  orders: ['orders', 'tables'],
  tables: ['tables'],
  kitchen: ['orders', 'tasks'],
  notifications: [],
}

/** Where a belief of a device of that group and the database differ, in words. */
export function* wrongBeliefs(group: Group, belief: Belief, truth: Belief): Generator<string> {
  for (const kind of seen[group]) {
    const forms = { orders: orderForm, tables: tableForm, tasks: taskForm }
    const form = forms[kind] as (row: never) => object
    const [held, real] = [belief[kind], truth[kind]] as Map<string, never>[]
    for (const [id, row] of held!) {
      const now = real!.get(id)
      if (now === undefined) yield `${kind}: ${id} is still shown`
      else if (!isDeepStrictEqual(form(row), form(now)))
        yield `${kind}: ${id} is shown as ${JSON.stringify(form(row))} and is ${JSON.stringify(form(now))}`
    }
    for (const id of real!.keys()) if (!held!.has(id)) yield `${kind}: ${id} is not shown`
  }
}

/** Without the texts of a language, and the progress of the kitchen, which is told by its own events. */
const orderForm = ({ status_display: _, items, ...order }: OrderRead) => ({
  ...order,
  items: items.map(({ tasks: _, ...item }) => item),
})

const tableForm = ({ status_display: _, ...table }: TableRead) => table

/** Without the texts of a language, and names of people and guests: a new name is told of nobody's dishes. */
const taskForm = ({
  status_display: _,
  guest: __,
  waiter_label: ___,
  cook_label: ____,
  updated_at: _____,
  ...task
}: TaskRead) => task

const byId = <Row extends { id: string }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [row.id, row]))
