/**
 * Every event, and which sockets see it. Bits of the mask travel with each event, so that a replica decides who gets it
 * without parsing anything.
 */
export const groups = { orders: 1, tables: 2, kitchen: 4, notifications: 8 } as const

/** What a socket listens to; names the path it connects on. */
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
  booking_created: tables,
  booking_updated: tables,
  booking_deleted: tables,
  kitchen_task_created: kitchen,
  kitchen_task_updated: kitchen,
  kitchen_task_cancelled: kitchen,
  kitchen_task_ready: orders | kitchen,
  kitchen_task_recalled: orders,
  menu_item_stopped: orders | kitchen,
  menu_item_resumed: orders | kitchen,
  notification: notifications,
  unread_count: notifications,
  first_branch_created: orders | tables | kitchen,
} as const satisfies Record<string, number>

export type EventType = keyof typeof catalogue

/** Events of this group are for one person each, whom `user_id` in their data names. */
export const personalGroup = 'notifications' satisfies Group

/** Where sockets of a group connect; the bell belongs to a person and not to the café's screens. */
export const socketPath = (group: Group): string =>
  group === personalGroup ? `/ws/${group}/` : `/ws/cafe/${group}/`

/** Whose socket it is and what it is about. */
interface Place {
  readonly companyId: string
  readonly branchId: string | null
  readonly userId: string
}

/** Name of a group as the hello message shows it: `cafe_orders_<company>[_<branch>]`, `notifications_<user>`. */
export const groupName = (group: Group, { companyId, branchId, userId }: Place): string =>
  group === personalGroup
    ? `${group}_${userId}`
    : `cafe_${group}_${companyId}${branchId ? `_${branchId}` : ''}`
