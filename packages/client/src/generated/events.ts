/** Written by `npm run client:types`. */

import type { components } from './api.ts'

type Shapes = components['schemas']

/** What an event carries, by its type. */
export interface EventData {
  readonly order_created: Shapes['OrderCreatedData']
  readonly order_updated: Shapes['OrderUpdatedData']
  readonly order_deleted: Shapes['OrderDeletedData']
  readonly table_status_changed: Shapes['TableStatusChangedData']
  readonly table_created: Shapes['TableCreatedData']
  readonly table_updated: Shapes['TableUpdatedData']
  readonly table_deleted: Shapes['TableDeletedData']
  readonly zone_created: Shapes['ZoneCreatedData']
  readonly zone_updated: Shapes['ZoneUpdatedData']
  readonly zone_deleted: Shapes['ZoneDeletedData']
  readonly booking_created: Shapes['BookingCreatedData']
  readonly booking_updated: Shapes['BookingUpdatedData']
  readonly booking_deleted: Shapes['BookingDeletedData']
  readonly kitchen_task_created: Shapes['KitchenTaskCreatedData']
  readonly kitchen_task_updated: Shapes['KitchenTaskUpdatedData']
  readonly kitchen_task_cancelled: Shapes['KitchenTaskCancelledData']
  readonly kitchen_task_ready: Shapes['KitchenTaskReadyData']
  readonly kitchen_task_recalled: Shapes['KitchenTaskRecalledData']
  readonly category_created: Shapes['CategoryCreatedData']
  readonly category_updated: Shapes['CategoryUpdatedData']
  readonly category_deleted: Shapes['CategoryDeletedData']
  readonly menu_item_created: Shapes['MenuItemCreatedData']
  readonly menu_item_updated: Shapes['MenuItemUpdatedData']
  readonly menu_item_deleted: Shapes['MenuItemDeletedData']
  readonly menu_item_stopped: Shapes['MenuItemStoppedData']
  readonly menu_item_resumed: Shapes['MenuItemResumedData']
  readonly client_created: Shapes['ClientCreatedData']
  readonly client_updated: Shapes['ClientUpdatedData']
  readonly client_deleted: Shapes['ClientDeletedData']
  readonly notification: Shapes['NotificationData']
  readonly unread_count: Shapes['UnreadCountData']
  readonly first_branch_created: Shapes['FirstBranchCreatedData']
}

export type EventType = keyof EventData

/** Which events a group is told. */
export interface GroupEvents {
  readonly orders:
    | 'order_created'
    | 'order_updated'
    | 'order_deleted'
    | 'table_status_changed'
    | 'kitchen_task_ready'
    | 'kitchen_task_recalled'
    | 'category_created'
    | 'category_updated'
    | 'category_deleted'
    | 'menu_item_created'
    | 'menu_item_updated'
    | 'menu_item_deleted'
    | 'menu_item_stopped'
    | 'menu_item_resumed'
    | 'client_created'
    | 'client_updated'
    | 'client_deleted'
    | 'first_branch_created'
  readonly tables:
    | 'table_status_changed'
    | 'table_created'
    | 'table_updated'
    | 'table_deleted'
    | 'zone_created'
    | 'zone_updated'
    | 'zone_deleted'
    | 'booking_created'
    | 'booking_updated'
    | 'booking_deleted'
    | 'first_branch_created'
  readonly kitchen:
    | 'order_created'
    | 'order_updated'
    | 'order_deleted'
    | 'kitchen_task_created'
    | 'kitchen_task_updated'
    | 'kitchen_task_cancelled'
    | 'kitchen_task_ready'
    | 'category_created'
    | 'category_updated'
    | 'category_deleted'
    | 'menu_item_created'
    | 'menu_item_updated'
    | 'menu_item_deleted'
    | 'menu_item_stopped'
    | 'menu_item_resumed'
    | 'first_branch_created'
  readonly notifications:
    | 'notification'
    | 'unread_count'
}
