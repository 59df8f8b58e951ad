import type { TaskView } from '../kitchen/read-form.ts'
import type { NewNotification } from './store.ts'

/** What to tell the waiters of dishes that have just become ready: one notification per dish, none without a waiter. */
export const readyNotifications = (views: readonly TaskView[], now: Date): NewNotification[] =>
  views.flatMap(({ task, order, item, tableNumber }) =>
    order.waiterId === null
      ? []
      : [
          {
            companyId: task.companyId,
            branchId: task.branchId,
            userId: order.waiterId,
            type: 'kitchen_task_ready',
            payload: {
              task_id: task.id,
              order_id: task.orderId,
              order_number: order.number,
              table: tableNumber,
              menu_item: item.title,
              unit_index: task.unitIndex,
            },
            createdAt: now,
            updatedAt: now,
          },
        ],
  )
