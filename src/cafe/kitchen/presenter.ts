import type { Language } from '../../i18n/messages.ts'
import { translate } from '../../i18n/translate.ts'
import { formatMoney } from '../../money/money.ts'
import type { EventData } from '../events.ts'
import { isWeighed, quantityOf } from '../quantities.ts'
import type { kitchenTasks, orderItems, orders } from '../../db/schema/index.ts'
import type { TaskRead } from './schema.ts'

/** A task with the rows that its presentation needs. */
export interface TaskView {
  readonly task: typeof kitchenTasks.$inferSelect
  readonly order: Pick<typeof orders.$inferSelect, 'number' | 'waiterId' | 'status' | 'note'>
  readonly item: Pick<typeof orderItems.$inferSelect, 'title' | 'price' | 'note' | 'saleUnit' | 'quantity'>
  readonly tableNumber: number | null
  readonly guest: string
  readonly waiterLabel: string
  readonly cookLabel: string
}

export function toTask(view: TaskView, language: Language): TaskRead {
  const { task, order, item } = view
  return {
    id: task.id,
    company: task.companyId,
    branch: task.branchId,
    status: task.status,
    status_display: translate(language, `task_${task.status}`),
    created_at: task.createdAt.toISOString(),
    updated_at: task.updatedAt.toISOString(),
    started_at: task.startedAt?.toISOString() ?? null,
    finished_at: task.finishedAt?.toISOString() ?? null,
    acknowledged_at: task.acknowledgedAt?.toISOString() ?? null,
    order: task.orderId,
    order_number: order.number,
    order_item: task.orderItemId,
    menu_item: task.menuItemId,
    menu_item_title: item.title,
    price: formatMoney(item.price),
    quantity: quantityOf({ ...item, quantity: isWeighed(item) ? item.quantity : 1 }),
    menu_item_is_sold_by_weight: isWeighed(item),
    menu_item_sale_unit: item.saleUnit,
    note: item.note,
    order_note: order.note,
    kitchen: task.kitchenId,
    table_number: view.tableNumber,
    guest: view.guest,
    waiter: order.waiterId,
    waiter_label: view.waiterLabel,
    cook: task.cookId,
    cook_label: view.cookLabel,
    unit_index: task.unitIndex,
    version: task.version,
  }
}

/** Data of every `kitchen_task_*` event. */
export function taskEvent(view: TaskView, language: Language): EventData['kitchen_task_updated'] {
  const task = toTask(view, language)
  return {
    task,
    task_id: task.id,
    order_id: task.order,
    table: task.table_number,
    menu_item: task.menu_item_title,
    unit_index: task.unit_index,
    company_id: task.company,
    branch_id: task.branch,
  }
}
