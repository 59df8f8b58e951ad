import type { Message, TestSocket } from '../support/socket.ts'
import { profileOf } from './cafe.ts'
import type { Cafe, Order, Table, Task, User, Walk } from './cafe.ts'
import { envelope, eventData, faultsOf } from './forms.ts'

/** Where an event belongs. */
export interface Home {
  company_id: string
  branch_id: string | null
}

export const homeOf = async (cafe: Cafe, user: User): Promise<Home> => {
  const { company, primary_branch_id } = await profileOf(cafe, user)
  return { company_id: company!, branch_id: primary_branch_id }
}

interface OrderData {
  order: Order
}

interface TaskData {
  task: Task
  task_id: string
  order_id: string
  table: number | null
  menu_item: string
  unit_index: number
}

interface TableData {
  table: Table
  table_id: string
  table_number: number
  status: string
  status_display: string
}

/** `data` of each event, as far as the walk reads it. */
interface DataOf {
  order_created: OrderData
  order_updated: OrderData
  table_status_changed: TableData
  table_created: { table: Table }
  kitchen_task_created: TaskData
  kitchen_task_updated: TaskData
  kitchen_task_ready: TaskData
  kitchen_task_cancelled: TaskData
}

export const types = (events: readonly Message[]): string[] => events.map((event) => event.type)

/** Checks an event: its type, every field of its data, where it belongs, and its envelope. Gives its data. */
export function checkEvent<Type extends keyof DataOf>(
  t: Walk,
  event: Message,
  type: Type,
  home: Home,
): DataOf[Type] & Home {
  t.equal(event.type, type, 'type of the event')
  const data = event.data as DataOf[Type] & Home
  t.same([...faultsOf(event, envelope), ...faultsOf(data, eventData[type])], [], `every field of ${type}`)
  t.same({ company_id: data.company_id, branch_id: data.branch_id }, home, `${type} is of this branch`)
  t.equal('replay' in event, false, 'live, not replayed')
  return data
}

/** Checks a table event field by field, and against the table as it is read. */
export async function checkTableEvent(
  t: Walk,
  cafe: Cafe,
  event: Message,
  { table, status, user }: { table: Table; status: 'busy' | 'free'; user: User },
): Promise<void> {
  const data = checkEvent(t, event, 'table_status_changed', await homeOf(cafe, user))
  t.equal(data.table_id, table.id)
  t.equal(data.table_number, table.number)
  t.equal(data.status, status)
  t.equal(data.status_display, status === 'busy' ? 'Занят' : 'Свободен')
  const { body } = await cafe.call<Table>(user, 'GET', `/api/cafe/tables/${table.id}/`)
  t.same(data.table, body, 'the table as it is read')
}

/** Checks that positions rise on one socket. */
export function checkRising(t: Walk, events: readonly Message[]): void {
  const positions = events.map((event) => event.seq!)
  const risen = [...new Set(positions)].sort((a, b) => a - b)
  t.same(positions, risen, 'seq rises')
}

/** The three screens of the branch «Центр». */
export async function screens(
  t: Walk,
  cafe: Cafe,
): Promise<Record<'orders' | 'tables' | 'kitchen', TestSocket>> {
  const [orders, tables, kitchen] = await Promise.all([
    cafe.listen(t, 'waiter1', 'orders'),
    cafe.listen(t, 'waiter1', 'tables'),
    cafe.listen(t, 'cook1', 'kitchen'),
  ])
  return { orders, tables, kitchen }
}

/** All kitchen tasks of an order, whatever their status, in the order of its units. */
export async function tasksOf(cafe: Cafe, user: User, order: Order): Promise<Task[]> {
  const statuses = 'pending,in_progress,ready,cancelled'
  const tasks = await cafe.list<Task>(user, `/api/cafe/kitchen/tasks/?order=${order.id}&status=${statuses}`)
  return tasks.sort((one, other) => one.unit_index - other.unit_index)
}
