import type { Role } from '../db/enums.ts'

/**
 * Who may do what. Routes name a permission; a hook looks whether the actor holds it. Access flags may give an employee
 * more or less than the role (`permissionsOf` in access.ts).
 */
export const permissions = {
  'company.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'company.write': ['owner'],
  'branches.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'branches.write': ['owner', 'admin'],
  'employees.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'employees.write': ['owner', 'admin'],
  'floor.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'floor.write': ['owner', 'admin'],
  /** PATCH of a table: waiters' clients write the status, which answers with the true one. */
  'tables.patch': ['owner', 'admin', 'waiter', 'cashier'],
  'menu.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'menu.write': ['owner', 'admin'],
  /** Stop-list: who notices that a dish has run out. */
  'menu.stop': ['owner', 'admin', 'cook', 'cashier'],
  'clients.read': ['owner', 'admin', 'waiter', 'cashier'],
  'clients.write': ['owner', 'admin', 'waiter', 'cashier'],
  'clients.delete': ['owner', 'admin'],
  'bookings.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'bookings.write': ['owner', 'admin', 'waiter', 'cashier'],
  /** A booking of a time that has passed, see `allow_past`. */
  'bookings.past': ['owner', 'admin'],
  'orders.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'orders.write': ['owner', 'admin', 'waiter', 'cashier'],
  'orders.reopen': ['owner', 'admin', 'cashier'],
  'orders.delete': ['owner', 'admin'],
  'orders.pay': ['owner', 'admin', 'cashier', 'waiter'],
  /** A discount up to the company's limit for the role, see `discount_limits`. */
  'orders.discount': ['owner', 'admin', 'waiter', 'cashier'],
  /** Any discount. */
  'orders.discount_any': ['owner', 'admin'],
  /** A line with a title and a price of its own, which no menu says. */
  'orders.service': ['owner', 'admin', 'waiter', 'cashier'],
  'orders.refund': ['owner', 'admin', 'cashier'],
  'tasks.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'tasks.cook': ['owner', 'admin', 'cook'],
  'tasks.monitor': ['owner', 'admin'],
  /** One's own, marking them as read included. */
  'notifications.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'analytics.read': ['owner', 'admin'],
  /** Who changed what, from where. */
  'audit.read': ['owner'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** Whether a role holds a permission by itself. */
export const allowedBy = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role)

/** Whether somebody holds a permission. */
export const allows = (actor: { permissions: ReadonlySet<Permission> }, permission: Permission): boolean =>
  actor.permissions.has(permission)
