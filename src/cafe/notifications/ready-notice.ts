import { uuidv7 } from 'uuidv7'
import type { TaskView } from '../kitchen/presenter.ts'
import type { NotificationRow } from './presenter.ts'

/** What to tell the waiters of dishes that have just become ready: one notification per dish, none without a waiter. */
export const readyNotifications = (views: readonly TaskView[], now: Date): NotificationRow[] =>
  views.flatMap(({ task, order, item, tableNumber }) =>
    order.waiterId === null
      ? []
      : [
          {
            id: uuidv7(),
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
            isRead: false,
            createdAt: now,
            updatedAt: now,
          },
        ],
  )
