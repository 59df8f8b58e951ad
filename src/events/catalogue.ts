/**
 * Every event, and the groups of sockets that receive it. The bit mask is sent with each event, so a replica selects
 * sockets without parsing the event.
 */
export const groups = { orders: 1, tables: 2, kitchen: 4, notifications: 8 } as const

/** What a socket subscribes to; part of its path. */
export type Group = keyof typeof groups

const orders = groups.orders
const tables = groups.tables
const kitchen = groups.kitchen
const notifications = groups.notifications

export const catalogue = {
  order_created: orders | kitchen,
  order_updated: orders | kitchen,
  order_deleted: orders | kitchen,
  table_status_changed: orders | tables,
  table_created: tables,
  table_updated: tables,
  table_deleted: tables,
  zone_created: tables,
  zone_updated: tables,
  zone_deleted: tables,
  booking_created: tables,
  booking_updated: tables,
  booking_deleted: tables,
  kitchen_task_created: kitchen,
  kitchen_task_updated: kitchen,
  kitchen_task_cancelled: kitchen,
  kitchen_task_ready: orders | kitchen,
  kitchen_task_recalled: orders,
  category_created: orders | kitchen,
  category_updated: orders | kitchen,
  category_deleted: orders | kitchen,
  menu_item_created: orders | kitchen,
  menu_item_updated: orders | kitchen,
  menu_item_deleted: orders | kitchen,
  menu_item_stopped: orders | kitchen,
  menu_item_resumed: orders | kitchen,
  client_created: orders,
  client_updated: orders,
  client_deleted: orders,
  notification: notifications,
  unread_count: notifications,
  first_branch_created: orders | tables | kitchen,
} as const satisfies Record<string, number>

export type EventType = keyof typeof catalogue

/** Each event of this group is for one person: `user_id` in its data. */
export const personalGroup = 'notifications' satisfies Group

/** The path of a group's sockets. Notifications belong to a person, so their path is not below `/ws/cafe/`. */
export const socketPath = (group: Group): string =>
  group === personalGroup ? `/ws/${group}/` : `/ws/cafe/${group}/`

/** The user of a socket and the part of the café it shows. */
interface Place {
  readonly companyId: string
  readonly branchId: string | null
  readonly userId: string
}

/** Name of a group in the hello message: `cafe_orders_<company>[_<branch>]`, `notifications_<user>`. */
export const groupName = (group: Group, { companyId, branchId, userId }: Place): string =>
  group === personalGroup
    ? `${group}_${userId}`
    : `cafe_${group}_${companyId}${branchId ? `_${branchId}` : ''}`
