/**
 * Every event, and which sockets see it. Bits of the mask travel with each event, so that a replica decides who gets it
 * without parsing anything.
 */
export const groups = { orders: 1, tables: 2, kitchen: 4 } as const

/** What a socket listens to; names the path it connects on. */
export type Group = keyof typeof groups

const orders = groups.orders
const tables = groups.tables
const kitchen = groups.kitchen

export const catalogue = {
  order_created: orders | kitchen,
  order_updated: orders | kitchen,
  order_deleted: orders | kitchen,
  table_status_changed: orders | tables,
  table_created: tables,
  table_updated: tables,
  table_deleted: tables,
  kitchen_task_created: kitchen,
  kitchen_task_updated: kitchen,
  kitchen_task_cancelled: kitchen,
  kitchen_task_ready: orders | kitchen,
  menu_item_stopped: orders | kitchen,
  menu_item_resumed: orders | kitchen,
} as const satisfies Record<string, number>

export type EventType = keyof typeof catalogue

/** Name of a group as the hello message shows it: `cafe_orders_<company>[_<branch>]`. */
export const groupName = (group: Group, companyId: string, branchId: string | null): string =>
  `cafe_${group}_${companyId}${branchId ? `_${branchId}` : ''}`
