import type { Role } from '../db/enums.ts'

/**
 * The permissions of each role. Routes name a permission; a hook checks that the actor holds it. Access flags may
 * grant or revoke some (`permissionsOf` in access.ts).
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
  /** PATCH of a table: clients of waiters send the status; the answer has the true one. */
  'tables.patch': ['owner', 'admin', 'waiter', 'cashier'],
  'menu.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'menu.write': ['owner', 'admin'],
  /** The stop-list: the roles that notice when a dish runs out. */
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
  /** A service line: its own title and price, not from the menu. */
  'orders.service': ['owner', 'admin', 'waiter', 'cashier'],
  'orders.refund': ['owner', 'admin', 'cashier'],
  'tasks.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'tasks.cook': ['owner', 'admin', 'cook'],
  'tasks.monitor': ['owner', 'admin'],
  /** The actor's own, with marking them as read. */
  'notifications.read': ['owner', 'admin', 'waiter', 'cook', 'cashier'],
  'analytics.read': ['owner', 'admin'],
  /** Who changed what, from where. */
  'audit.read': ['owner'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** Whether a role holds a permission without access flags. */
export const allowedBy = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role)

/** Whether an actor holds a permission. */
export const allows = (actor: { permissions: ReadonlySet<Permission> }, permission: Permission): boolean =>
  actor.permissions.has(permission)
